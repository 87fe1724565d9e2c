"""Text of the input made safe for a terminal, a log or a format; every output sends it through here.

It may hold passwords, escape sequences, line breaks and commands for a CI service.
"""

from __future__ import annotations

import re
from functools import cache

# Control characters, those that reorder or hide text (bidirectional marks, zero-width characters, tags), what XML does
# not allow, and the mark by which GitHub (`##[`), Azure (`##vso[`) and others find a command anywhere in a line.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
    "|[\U000e0000-\U000e007f]|#(?=#[a-z]{0,16}\\[)"
)


def printable(text: str) -> str:
    """`text` on one line, without user information, and with what a terminal or a CI service acts on as an escape."""
    if "@" in text:
        from imagelint.text.user_info import mask_user_info

        text = mask_user_info(text)
    return escaped(text)


def escaped(text: str) -> str:
    """`text` on one line, with what a terminal or the log of a CI service would act on written as an escape."""
    if text.isascii() and text.isprintable() and "#" not in text and "::" not in text:
        return text  # nearly every text
    safe = _unsafe().sub(_escape, text)
    # GitHub takes a line that begins with two colons, after any blanks, for a command.
    return safe.replace("::", "\\x3a:", 1) if safe.lstrip().startswith("::") else safe


@cache
def _unsafe() -> re.Pattern[str]:
    """Compiled when a text asks for it: that takes as long as linting a small file."""
    return re.compile(_UNSAFE, re.IGNORECASE)


def printable_lines(text: str) -> list[str]:
    """The lines of our own multi-line text, each printable."""
    return [printable(line) for line in text.split("\n")]


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in "\t\r\n":
        return {"\t": "\\t", "\r": "\\r", "\n": "\\n"}[char]
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
