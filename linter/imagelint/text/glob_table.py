"""Many globs, and which of them come near a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")
# As text: most runs have no globs, and it takes longer to compile than to match.
_SPECIAL = r"[*?\[\]\\]"


def plain_start(glob: str) -> str:
    """What a text has to start with for a glob to match it."""
    special = re.search(_SPECIAL, glob)
    return glob[: special.start()] if special else glob


def plain_end(glob: str) -> str:
    """What a text has to end with for a glob to match it."""
    return re.split(_SPECIAL, glob)[-1]


class GlobTable(Generic[T]):
    """Values by globs; a look-up takes as long as the globs that share the start or the end of a text."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._values: list[T] = []
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        self._others: list[int] = []
        for number, (glob, value) in enumerate(entries):
            self._values.append(value)
            start, end = plain_start(glob), plain_end(glob)
            if start:
                self._starts.setdefault(start, []).append(number)
            elif end:
                self._ends.setdefault(end, []).append(number)
            else:
                self._others.append(number)
        self._start_lengths = {len(start) for start in self._starts}
        self._end_lengths = {len(end) for end in self._ends}

    def near(self, text: str) -> list[T]:
        """The values of all globs that may match a text, in the order in which they were given."""
        numbers = [*self._others]
        for length in self._start_lengths:
            numbers += self._starts.get(text[:length], ())
        for length in self._end_lengths:
            numbers += self._ends.get(text[-length:], ())
        return [self._values[number] for number in sorted(numbers)]
