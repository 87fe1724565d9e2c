"""Many globs, and which of them come near a text."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

T = TypeVar("T")
# As text: most runs have no globs, and it takes longer to compile than to match.
_SPECIAL = r"[*?\[\]\\]"
# Plain text in a glob, and where a text that the glob matches has it: at its start, at its end or anywhere.
_Piece = tuple[str, str]
_START, _END, _ANYWHERE = "start", "end", "anywhere"


def plain_start(glob: str) -> str:
    """What a text has to start with for a glob to match it."""
    special = re.search(_SPECIAL, glob)
    return glob[: special.start()] if special else glob


def longest_plain(glob: str) -> int:
    """The length of the longest plain text in a glob."""
    return max((len(text) for _, text in _pieces(glob)), default=0)


def _pieces(glob: str) -> Iterator[_Piece]:
    first, *others = re.split(_SPECIAL, glob)
    # The slash of `**/` matches nothing at the root.
    texts = [text.removeprefix("/") for text in others]
    has_classes = "[" in glob or "\\" in glob
    pieces = [(_START, first), *((_END, text) for text in texts[-1:])]
    pieces += [(_ANYWHERE, text) for text in texts[:-1] if not has_classes]
    return (piece for piece in pieces if piece[1])


# To match so many globs takes less time than to look for their parts.
_FEW = 3


class GlobTable(Generic[T]):
    """Values by globs. A look-up takes as long as the globs of which a text has the rarest plain part."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        given = [*entries]
        self._values = [value for _, value in given]
        self._others: list[int] = []
        self._numbers: dict[_Piece, list[int]] = {}
        self._lengths: list[tuple[str, int]] = []
        if len(given) > _FEW:
            self._note_pieces([frozenset(_pieces(glob)) for glob, _ in given])

    def _note_pieces(self, given: Sequence[frozenset[_Piece]]) -> None:
        self._others = [number for number, pieces in enumerate(given) if not pieces]
        shared = Counter(piece for pieces in given for piece in pieces)
        for number, pieces in enumerate(given):
            if pieces:
                rarest = min(pieces, key=lambda piece: (shared[piece], -len(piece[1]), piece))
                self._numbers.setdefault(rarest, []).append(number)
        self._lengths = sorted({(where, len(text)) for where, text in self._numbers})

    def near(self, text: str) -> list[T]:
        """The values of all globs that may match a text, in the order in which they were given."""
        if len(self._values) <= _FEW:
            return self._values
        numbers = {*self._others}
        for where, length in self._lengths:
            if length <= len(text):
                for piece in _cut(text, where, length):
                    numbers.update(self._numbers.get(piece, ()))
        return [self._values[number] for number in sorted(numbers)]


def _cut(text: str, where: str, length: int) -> Iterable[_Piece]:
    """The pieces of a length that a text has."""
    if where == _START:
        return [(where, text[:length])]
    if where == _END:
        return [(where, text[-length:])]
    return ((where, text[start : start + length]) for start in range(len(text) - length + 1))
