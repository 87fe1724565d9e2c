"""Text of a manifest made safe for a terminal or a log: it may hold escape sequences and line breaks."""

from __future__ import annotations

import re

# Control characters, and those that reorder or hide text: bidirectional marks, zero-width characters.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` on one line, with what a terminal would act on written as an escape."""
    return _UNSAFE.sub(_escape, text)


def printable_lines(text: str) -> list[str]:
    """The lines of our own multi-line text, each printable."""
    return [printable(line) for line in text.split("\n")]


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in "\t\r\n":
        return {"\t": "\\t", "\r": "\\r", "\n": "\\n"}[char]
    return f"\\x{ord(char):02x}" if ord(char) < 0x100 else f"\\u{ord(char):04x}"
