"""From bytes to lines: removes what consoles, editors, logs and mails add."""

from __future__ import annotations

import codecs
import re

# A message of the kubelet has a few hundred characters, with an HTML page in it a few thousand.
MAX_LINE = 16_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# ECMA-48 control sequences and operating system commands, and what is left of the former where a copy lost the escape.
_CONTROL = re.compile(
    r"\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[@-_]"
    r"|\[(?:\d{1,3}(?:;\d{1,3}){0,4}m|0?K)"
)
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")

_BORDER = re.compile(r"[\s\u2500-\u257f+=|-]*")
_SIDES = "\u2502\u2503\u2551"
_PREFIXES = tuple(
    re.compile(pattern)
    for pattern in (
        # GitHub, GitLab and the CRI log format begin with a time.
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,]\d+(?:Z|[+-]\d\d:?\d\d) (?:\d\d[OE][ +]|std(?:out|err) [FP] )?",
        r"\[\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\]\s]{0,20}\] ?",
        r"##\[(?:section|debug|endgroup)\]|::(?:notice|debug)[^:]{0,300}::|#\d{1,3} (?=\[|[A-Z\d])",
        r"section_(?:start|end):\d+:\S+",
        r"(?:> ?)+",
        r"\[(?:pod/)?[A-Za-z][\w ./:+-]{0,80}\] (?=\S)",
        r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w.@-]+(?:\[\d+\])?: ",
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,12} \S+ [\w.@-]+\[\d+\]: ",
        r"[a-z][\w.-]{0,60} +\| (?=\S)",
    )
)
_ANNOTATION = re.compile(r"^(?:##\[(?:error|warning)\]|::(?:error|warning)[^:]{0,300}::)")
_MOST_PREFIXES = 4


def decode(raw: bytes) -> str:
    """The text of some bytes: UTF-8 or UTF-16, with what cannot be decoded replaced."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(encoding, "replace")
    # PowerShell writes UTF-16; a copy of a part of it has no mark.
    start = raw[:4000]
    if start[1::2].count(0) > len(start) // 4:
        return raw.decode("utf-16-le", "replace")
    if start[0::2].count(0) > len(start) // 4:
        return raw.decode("utf-16-be", "replace")
    return raw.decode("utf-8", "replace")


def plain_lines(text: str) -> list[str]:
    """The lines of a text, without colours, control characters and the prefixes of logs and quotes."""
    text = _BLANKS.sub(" ", _CONTROL.sub("", text))
    found: list[str] = []
    for line in text.split("\n"):
        # A carriage return ends a line of Windows, or begins a line of a terminal again.
        parts = line.rstrip("\r").split("\r")
        found += [_without_prefix(_ODD.sub("", part[:MAX_LINE] if _is_long_text(part) else part)) for part in parts]
    return found


def _is_long_text(line: str) -> bool:
    """JSON in one line may be long; it is parsed, not searched."""
    return len(line) > MAX_LINE and not line.lstrip().startswith(("{", "["))


def _without_prefix(line: str) -> str:
    if not line or (line[0] == " " and line.isascii()):
        return line
    for _ in range(_MOST_PREFIXES):
        before = line
        if line.lstrip()[:1] in _SIDES:
            line = line.strip().strip(_SIDES).removeprefix(" ").rstrip()
        for prefix in _PREFIXES:
            match = prefix.match(line)
            line = line[match.end() :] if match else line
        line = _ANNOTATION.sub(r"ERROR: ", line)
        if line == before:
            break
    return "" if line and not line.isascii() and _BORDER.fullmatch(line) else line
