"""Places in files: spans, where a document begins, and what is related to a finding."""

from __future__ import annotations

import re
from typing import Any, Protocol

from imagelint.text.records import NamedTuple


class Mark(Protocol):
    """A place in the text that a parser was given: 0-based line, and column in code points."""

    @property
    def line(self) -> int: ...  # noqa: D102 - as above
    @property
    def column(self) -> int: ...  # noqa: D102 - as above


class Span(NamedTuple):
    """A place in a file: 1-based lines and columns in code points, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def in_bytes(self, first: str, last: str) -> Span:
        """The same place with columns in bytes of UTF-8; `first` and `last` are the lines where it begins and ends."""
        start = len(first[: self.column - 1].encode()) + 1
        return Span(self.line, start, self.end_line, len(last[: self.end_column - 1].encode()) + 1)


class DocumentStart(NamedTuple):
    """Where a document begins in its file: 1-based."""

    line: int
    column: int

    def place(self, mark: Mark) -> tuple[int, int]:
        """The 1-based line and column in the file of a mark in the document."""
        return mark.line + self.line, mark.column + (1 if mark.line else self.column)


class BlockStart(DocumentStart):
    """Where an indented text begins in its file: each of its lines begins in the same column."""

    __slots__ = ()

    def place(self, mark: Mark) -> tuple[int, int]:
        """The 1-based line and column in the file of a mark in the text."""
        return mark.line + self.line, mark.column + self.column

    def in_line(self, line: int, column: int, length: int) -> Span:
        """The place of some code points of a line of the text; line and column are 0-based."""
        start = column + self.column
        return Span(line + self.line, start, line + self.line, start + length)


class FileStart(NamedTuple):
    """The line where a scalar begins whose lines are those of a file; its marks are columns."""

    line: int

    def place(self, mark: int) -> tuple[int, int]:
        """The 1-based line and column of a mark in the first line."""
        return self.line, mark


FIRST = DocumentStart(1, 1)
# Line breaks to libyaml and go-yaml, though not to editors.
UNUSUAL_BREAKS = tuple(char.encode() for char in "\u2028\u2029\x85")


class UnusualBreaks:
    """The places of marks in a document with line breaks that only parsers of YAML count."""

    def __init__(self, text: str, start: DocumentStart) -> None:
        self._text, self._document = text, start
        self._starts = [0, *(found.end() for found in re.finditer("\r\n|[\n\r\u2028\u2029\x85]", text))]

    def place(self, mark: Mark) -> tuple[int, int]:
        """The 1-based line and column in the file of a mark in the document."""
        offset = self._starts[min(mark.line, len(self._starts) - 1)] + mark.column
        before = re.split("\r\n|[\n\r]", self._text[:offset])
        return self._document.line + len(before) - 1, len(before[-1]) + (
            1 if len(before) > 1 else self._document.column
        )


class Places(Protocol):
    """Turns the marks of a parser into lines and columns of a file."""

    def place(self, mark: Any, /) -> tuple[int, int]:  # noqa: ANN401 - each parser has marks of its own
        """The 1-based line and column of a mark."""
        ...


class Text(NamedTuple):
    """A scalar as written, with its place."""

    value: str
    span: Span


class SourceId(NamedTuple):
    """What facts, findings and caches are keyed by: the path that reports show, and the part of a rendered unit."""

    path: str
    # Of a chart or a kustomization: `web/templates/deployment.yaml`.
    part: str = ""


class Place(NamedTuple):
    """A span of a source."""

    source: SourceId
    span: Span

    @property
    def path(self) -> str:
        """The path of the source, as reports show it."""
        return self.source.path


class Related(NamedTuple):
    """Another place that explains a finding."""

    place: Place
    message: str
