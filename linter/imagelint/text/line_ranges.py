"""Ranges of lines, and which of them are around a line."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


class LineRanges(Generic[T]):
    """Things on ranges of lines, given as (first line, last line, thing); a thing may stand on several."""

    def __init__(self, ranges: Iterable[tuple[int, int, T]]) -> None:
        self._ranges = sorted(ranges, key=lambda entry: (entry[0], -entry[1]))
        self._firsts = [first for first, _, _ in self._ranges]
        # How far down the ranges reach that begin at or before each.
        self._reach = [*accumulate((last for _, last, _ in self._ranges), max)]

    def around(self, line: int) -> Iterator[tuple[int, int, T]]:
        """The ranges that a line is in; of those that lie in each other the innermost first."""
        return self.meeting(line, line)

    def meeting(self, first: int, last: int) -> Iterator[tuple[int, int, T]]:
        """The ranges that have a line in common with another."""
        position = bisect_right(self._firsts, last) - 1
        while position >= 0 and self._reach[position] >= first:
            if self._ranges[position][1] >= first:
                yield self._ranges[position]
            position -= 1
