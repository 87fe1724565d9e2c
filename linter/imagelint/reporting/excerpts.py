"""What a code frame shows of a line: the marked scalar, its key, and what cannot be secret beside it.

A line of a manifest may hold anything: a whole pod in flow style, with the passwords of its environment. So keys, marks
of structure and the values of a few fields are shown, from the start of the line and after what is marked, as far as
there is nothing else. The rest of a line, and comments, are left out.
"""

from __future__ import annotations

import re

from imagelint.text.records import NamedTuple
from imagelint.text.user_info import split_user_info, without_user_info

# Marks what is left out.
CUT = "…"

# Fields that name something or choose it, in the objects that findings are about.
_OPEN_FIELDS = (
    "apiVersion|kind|name|namespace|image|imagePullPolicy|pullPolicy|reference|serviceAccountName|serviceAccount|type"
    "|newName|newTag|tag|digest|registry|repository|restartPolicy"
)
_WORD = r"[^\s,\[\]{}\"'#:&*!|>%@`][^\s,\[\]{}\"'#]*"
_SCALAR = rf"(?:\"[^\"\\]*\"|'[^']*'|{_WORD})"
_END = r"(?=\s*(?:[,\]}]|\Z|\s#))"
_FIELD = rf"[\"']?(?:{_OPEN_FIELDS})[\"']?[ \t]*:[ \t]*{_SCALAR}{_END}"
_KEY = r"(?:[A-Za-z_.][\w./-]*|\"[A-Za-z_.][\w./-]*\"|'[A-Za-z_.][\w./-]*'):(?=[\s\[{]|\Z|(?<=[\"']:)\S)"
_STRUCTURE = r"[\s,\[\]{}]|[-?](?=\s)"
# Possessive: each character is looked at once.
_OPEN = re.compile(rf"(?:{_FIELD}|{_KEY}|{_STRUCTURE})*+")
# What a scalar of its own may have in front: its key, an anchor or a tag.
_LAST_KEY = re.compile(r"(?:[\w./-]{1,80}[\"']?:[ \t]*)?(?:[&!][\w!./-]{0,80}[ \t]+)*\Z")
_PROPERTIES = re.compile(r"[&!][\w!./-]*[ \t]+")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^']|'')*+'")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")


class Excerpt(NamedTuple):
    """A part of a line: what is marked, and what is shown before and after it."""

    before: str
    marked: str
    after: str


def excerpt(line: str, start: int, end: int, *, is_whole: bool) -> Excerpt:
    """What is shown of a line whose characters from `start` to `end` are marked.

    `is_whole` is False if what is marked goes on in another line.
    """
    marked, rest = line[start:end], line[end:]
    open_rest = _OPEN.match(rest)
    after = open_rest[0] if open_rest else ""
    if is_whole and rest[len(after) :][:1] not in {"", "#"}:
        after += CUT
    return Excerpt(_before(line[:start]), _marked(marked, is_whole=is_whole), after.rstrip() if is_whole else "")


def _before(text: str) -> str:
    found = _OPEN.match(text)
    length = found.end() if found else 0
    properties = _LAST_KEY.search(text, max(0, len(text) - 400))
    last = properties[0] if properties else ""
    if length + len(last) >= len(text):
        return text
    return text[: len(text) - len(text.lstrip())] + CUT + last


def _marked(text: str, *, is_whole: bool) -> str:
    if text.startswith("#"):
        return text
    bare = _PROPERTIES.sub("", text)
    if is_whole and (_QUOTED.fullmatch(bare) or _is_plain(bare)):
        return _without_user_info(text, bare)
    found = _OPEN.match(text)
    return text if found and found.end() == len(text) else (found[0] if found else "") + CUT


def _is_plain(text: str) -> bool:
    """Whether a text is one plain scalar; an expression of a template counts as one."""
    return ": " not in text and " #" not in text and (not text.startswith(("{", "[", '"', "'")) or text[:2] == "{{")


def _without_user_info(text: str, bare: str) -> str:
    value = bare[1:-1] if bare[:1] in {'"', "'"} else bare
    if split_user_info(value):
        return text.replace(value, without_user_info(value))
    return CUT if split_user_info(_ESCAPE.sub(_unescaped, value)) else text


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1] or match[2] or match[3], 16)
    return chr(code) if code < 0x110000 else ""
