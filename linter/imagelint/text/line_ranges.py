"""Ranges of lines, and which of them are around a line."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


class LineRanges(Generic[T]):
    """Things on ranges of lines, given as (first line, last line, thing); a thing may have several ranges.

    A look-up takes as long as what it finds: a tree over the ranges, in the order of their first lines, knows how far
    down those below each of its nodes reach.
    """

    def __init__(self, ranges: Iterable[tuple[int, int, T]]) -> None:
        self._ranges = sorted(ranges, key=lambda entry: (entry[0], -entry[1]))
        self._firsts = [first for first, _, _ in self._ranges]
        self._size = 1 << len(self._ranges).bit_length()
        # The root is number 1, the children of n are 2n and 2n + 1; the leaves are the ranges.
        self._reach = [0] * self._size + [last for _, last, _ in self._ranges]
        self._reach += [0] * (2 * self._size - len(self._reach))
        for node in range(self._size - 1, 0, -1):
            self._reach[node] = max(self._reach[2 * node], self._reach[2 * node + 1])

    def around(self, line: int) -> Iterator[tuple[int, int, T]]:
        """The ranges that a line is in; of those that lie in each other the innermost first."""
        return self.meeting(line, line)

    def meeting(self, first: int, last: int) -> Iterator[tuple[int, int, T]]:
        """The ranges that have a line in common with another."""
        position = self._before(bisect_right(self._firsts, last), first)
        while position >= 0:
            yield self._ranges[position]
            position = self._before(position, first)

    def _before(self, position: int, line: int) -> int:
        """The last range before a position that reaches a line; -1 if there is none."""
        node = self._size + position
        # Up to a left neighbour that holds one, and down to it.
        while node > 1 and not (node & 1 and self._reach[node - 1] >= line):
            node >>= 1
        if node <= 1:
            return -1
        node -= 1
        while node < self._size:
            node = 2 * node + (self._reach[2 * node + 1] >= line)
        return node - self._size
