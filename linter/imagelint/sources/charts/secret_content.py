"""What helm prints without the content of Secrets, which is never kept."""

from __future__ import annotations

import re

_SECRET = re.compile(rb"^kind:[ \t]*[\"']?Secret[\"']?[ \t]*(?:#.*)?\r?$")
# One that is an item of a list, or in flow style.
_OTHER_SECRET = re.compile(rb"(?:^|[\s{,-])[\"']?kind[\"']?[ \t]*:[ \t]*[\"']?Secret(?![\w-])")
_CONTENT = re.compile(rb"[\"']?(?:data|stringData)[\"']?[ \t]*:")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`")
# Before messages that the author of a chart wrote, which may have values in them.
_OF_AUTHORS = ("error calling fail", "execution error at")


def without_content(printed: bytes) -> bytes:
    """Rendered text with empty lines where Secrets have their content: no line moves."""
    lines = printed.split(b"\n")
    start = 0
    for end in (*(number for number, line in enumerate(lines) if line.startswith(b"---")), len(lines)):
        if any(_SECRET.match(line) for line in lines[start:end]):
            lines[start:end] = _emptied(lines[start:end])
        start = end
    return b"\n".join(lines)


def _emptied(document: list[bytes]) -> list[bytes]:
    kept: list[bytes] = []
    is_content = False
    for line in document:
        if line[:1] not in {b"", b" ", b"\t", b"#", b"-", b"\r"}:
            is_content = _CONTENT.match(line) is not None
        kept.append(b"" if is_content else line)
    return kept


def may_be_kept(text: bytes) -> bool:
    """Whether nothing in rendered text `without_content` is the content of a Secret."""
    return all(_SECRET.match(line) or not _OTHER_SECRET.search(line) for line in text.split(b"\n"))


def error_to_keep(message: str) -> str | None:
    """What helm says `without_quoted`; None if it may still hold values."""
    return None if any(mark in message for mark in _OF_AUTHORS) else without_quoted(message)


def without_quoted(message: str) -> str:
    """A message without texts in quotes, which may be values."""
    return _QUOTED.sub("…", message)
