"""Changes to files that findings propose, applied without touching any other byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.places import Span
from imagelint.text.records import NamedTuple
from imagelint.text.source import encoding_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_QUOTES = ("", "'", '"')
_LINE_BREAK = r"\r\n?|\n"
# An anchor and a tag belong to the scalar after them.
_PROPERTIES = r"(?:[&!][^\s,]*[ \t]+)+"


class Edit(NamedTuple):
    """A scalar at `span` that reads `old` and is to read `new`; its quotes stay, unless `new` is a node of its own."""

    span: Span
    old: str
    new: str
    # `new` is YAML that replaces the scalar with its quotes: an entry of a list that becomes a mapping.
    is_node: bool = False
    # It is a comment, and no value changes.
    is_comment: bool = False


class Fix(NamedTuple):
    """What would repair a finding. An unsafe one is a suggestion that needs review."""

    edits: tuple[Edit, ...]
    is_safe: bool = True


def apply(raw: bytes, edits: Sequence[Edit]) -> bytes:
    """The content with all edits that still fit; if two overlap, the first counts."""
    mark, encoding = encoding_of(raw)
    text = raw[len(mark) :].decode(encoding)
    done: list[str] = []
    behind = 0
    for start, end, new in replacements(text, edits):
        done += [text[behind:start], new]
        behind = end
    return mark + ("".join(done) + text[behind:]).encode(encoding)


def replacements(text: str, edits: Sequence[Edit]) -> Iterator[tuple[int, int, str]]:
    """Start and end in the text of what each edit that fits replaces, and by what, in order and without overlaps."""
    starts = line_starts(text)
    behind = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: edit.span):
        place = _place(text, starts, edit)
        if place is not None and place[0] >= behind:
            behind = place[1]
            yield (*place, edit.new)


def replaced_span(text: str, starts: list[int], edit: Edit) -> Span | None:
    """The place of what an edit replaces, without quotes that stay; None if it does not fit the text.

    `starts` is `line_starts(text)`.
    """
    place = _place(text, starts, edit)
    if place is None:
        return None
    line, _, end_line, _ = edit.span
    return Span(line, place[0] - starts[line - 1] + 1, end_line, place[1] - starts[end_line - 1] + 1)


def line_starts(text: str) -> list[int]:
    """The offset of each line; CR, LF and CR LF end one, as in the places of findings."""
    return [0, *(match.end() for match in re.finditer(_LINE_BREAK, text))]


def _place(text: str, starts: list[int], edit: Edit) -> tuple[int, int] | None:
    """Start and end of what is replaced; None if the text is not what the finding saw (an escape, a folded line)."""
    span = edit.span
    if not span.line <= span.end_line <= len(starts):
        return None
    start = starts[span.line - 1] + span.column - 1
    end = starts[span.end_line - 1] + span.end_column - 1
    properties = re.match(_PROPERTIES, text[start : max(start, end)])
    if properties:
        if edit.is_node and "!" in properties[0]:
            return None  # a tag of the scalar, not of what replaces it
        start += properties.end()
    for quote in _QUOTES:
        if text[start:end] == f"{quote}{edit.old}{quote}":
            return (start, end) if edit.is_node else (start + len(quote), end - len(quote))
    return None
