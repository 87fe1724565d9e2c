"""Where the scalars of a unit were written: in one of the texts of an instance, or made of several places."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from imagelint.text.nodes import Scalar
from imagelint.text.places import FileStart, Place, Span
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Origin, Part, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imagelint.text.places import SourceId


class Segment(NamedTuple):
    """A text in the lines of a unit: `first` is where it begins there, `line` where it begins in its source."""

    first: int
    source: SourceId
    line: int
    role: Role
    # All of it has this place: the text of a folded or quoted scalar has none of its own.
    whole: Span | None = None

    def origin(self, span: Span) -> Origin:
        """Where a span of the unit was written."""
        moved = self.line - self.first
        own = Span(span.line + moved, span.column, span.end_line + moved, span.end_column)
        return Origin(Place(self.source, self.whole or own), self.role)


class Parts(NamedTuple):
    """The origins of a scalar that was made of others: who decides each part of an image, and all of them."""

    whole: Origin
    name: Origin
    tag: Origin
    digest: Origin
    others: tuple[Origin, ...]
    # Not where a value of a Secret is part of the text.
    is_known: bool = True

    @classmethod
    def one(cls, origin: Origin) -> Parts:
        """A scalar that has a single origin."""
        return cls(origin, origin, origin, origin, (origin,))

    @classmethod
    def several(cls, first: Origin, *others: Origin) -> Parts:
        """A scalar with several origins, the first of which decides each part."""
        return cls(first, first, first, first, (first, *others))

    def of(self, part: Part) -> tuple[Origin, ...]:
        """The origins, first the one that decides a part."""
        parts = {Part.NAME: self.name, Part.HOST: self.name, Part.TAG: self.tag, Part.DIGEST: self.digest}
        first = parts.get(part, self.whole)
        return tuple(dict.fromkeys((first, *self.others)))


class _Line(NamedTuple):
    """A line of the unit that holds one scalar; its marks are columns."""

    line: int

    def place(self, mark: int) -> tuple[int, int]:
        return self.line, mark


class Layout:
    """Gives lines to the texts of an instance, and to scalars that are made of others."""

    def __init__(self) -> None:
        self._next = 1
        self._firsts: list[int] = []
        self._segments: list[Segment] = []

    def add(self, source: SourceId, data: bytes, role: Role, *, line: int = 1, whole: Span | None = None) -> Segment:
        """Lines for a text; `line` is where it begins in its source."""
        segment = Segment(self._next, source, line, role, whole)
        self._next += data.count(b"\n") + data.count(b"\r") + 2
        self._firsts.append(segment.first)
        self._segments.append(segment)
        return segment

    def scalar(self, value: str, *, plain: bool) -> Scalar:
        """A scalar on a line of its own."""
        line = _Line(self._next)
        self._next += 1
        return Scalar(value, plain, 1, len(value) + 1, line)

    def file(self, source: SourceId, content: str) -> tuple[Scalar, Segment]:
        """The content of a file as a scalar, which keeps the lines of the file."""
        segment = self.add(source, content.encode(), Role.BASE)
        return Scalar(content, False, 1, 1, FileStart(segment.first)), segment

    def segment(self, line: int) -> Segment:
        """The text that a line of the unit belongs to."""
        return self._segments[bisect_right(self._firsts, line) - 1]


class UnitTrace:
    """From the lines of a unit to where they were written."""

    def __init__(self, segments: Iterable[Segment], made: Mapping[int, Parts]) -> None:
        self._segments = sorted(segments, key=lambda segment: segment.first)
        self._firsts = [segment.first for segment in self._segments]
        self._made = dict(made)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnitTrace) and (self._segments, self._made) == (other._segments, other._made)

    def __hash__(self) -> int:
        return hash(tuple(self._firsts))

    def origins(self, span: Span, part: Part = Part.WHOLE) -> tuple[Origin, ...]:
        """The origins of a span, first the one that decides `part` of its text; none for what is of no source."""
        parts = self._made.get(span.line)
        if parts is not None:
            return parts.of(part)
        number = bisect_right(self._firsts, span.line) - 1
        return (self._segments[number].origin(span),) if number >= 0 else ()
