"""White space that looks like a space, and that YAML takes as part of a word: why a text cannot be read."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from imagelint.text.compose import ComposeError, compose

if TYPE_CHECKING:
    from imagelint.text.places import DocumentStart

# What Unicode has for spaces besides U+0020 (category Zs), and the one without a width; each as wide as it is shown.
_ODD = "[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]"
_WIDTHS = {"\u200b": "", "\u3000": "  "}
_IN_INDENTATION = re.compile(rf"[ \t-]*{_ODD}")
_LINE_BREAK = "\r\n|[\r\n]"


def at_odd_space(refusal: ComposeError, data: bytes, start: DocumentStart) -> ComposeError:
    """A refusal of a document, at the white space that brings it about; the same refusal if none does.

    White space is to blame in the indentation of the line that is refused, or if the text could be read beyond that
    line with spaces.
    """
    text = "" if data.isascii() else data.decode("utf-8", "replace")
    if re.search(_ODD, text) is None:
        return refusal
    lines = re.split(_LINE_BREAK, text)
    refused = refusal.line - start.line
    odd = [row for row, line in enumerate(lines[: refused + 1]) if re.search(_ODD, line)]
    indented = [row for row in odd if _IN_INDENTATION.match(lines[row])]
    if not odd or (refused not in indented and not _reads_beyond(refusal.line, text, start)):
        return refusal
    row = (indented or odd)[-1]
    char, column = next((char, column) for column, char in enumerate(lines[row]) if re.match(_ODD, char))
    line, column = start.line + row, column + (1 if row else start.column)
    if indented:
        others = len(indented) - 1
        also = f", and so are {others} lines above" if others > 1 else ", and so is a line above" if others else ""
        return ComposeError(f"line {line} is indented with {_named(char)}, not with spaces{also}", line, column)
    return ComposeError(f"line {line} has {_named(char)} where YAML needs a space", line, column)


def _reads_beyond(line: int, text: str, start: DocumentStart) -> bool:
    """Whether a line of a document is not refused, nor one above it, if what looks like a space is one."""
    spaced = re.sub(_ODD, lambda found: _WIDTHS.get(found[0], " "), text)
    try:
        compose(spaced.encode(), start=start)
    except ComposeError as error:
        return error.line > line
    return True


def _named(char: str) -> str:
    name = unicodedata.name(char).lower()
    return f"{'an' if name[0] in 'aeio' else 'a'} {name} (U+{ord(char):04X})"
