"""The columns of a terminal: how many a text takes, and how a text is broken or cut to fit."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Marks where a line was cut.
CUT = "…"


def columns_of(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrapped(text: str, columns: int | None, indent: str = "") -> list[str]:
    """A text in lines that fit, broken between words; those after the first are indented.

    Without `columns` it stays one line. A word that is longer than a line stays whole, so that it can be copied.
    """
    if columns is None or columns_of(text) <= columns:
        return [text]
    lines, line = list[str](), ""
    for word in _words(text):
        if line.strip() and columns_of(line) + columns_of(word) > columns:
            lines.append(line.rstrip())
            line = indent + word.lstrip()
        else:
            line += word
    return [*lines, line]


def _words(text: str) -> Iterator[str]:
    """The words of a text, each with the blanks before it."""
    start = 0
    for end in range(1, len(text)):
        if text[end] == " " and text[end - 1] != " " and text[start:end].strip():
            yield text[start:end]
            start = end
    yield text[start:]


def cut(text: str, columns: int) -> str:
    """The start of a text that takes at most so many columns, with a mark if it is cut."""
    if columns_of(text) <= columns:
        return text
    kept, taken = list[str](), columns_of(CUT)
    for char in text:
        taken += columns_of(char)
        if taken > columns:
            break
        kept.append(char)
    return "".join(kept) + CUT
