"""Where texts come from: disk, standard input, and buffers that an editor has open are read alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from imagelint.text.source import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.places import SourceId
    from imagelint.text.source import Source


class Sources(Protocol):
    """Gives the text behind an id."""

    def read(self, id: SourceId, /) -> Source:  # noqa: A002 - the field of a source
        """The source. Raises UnreadableError."""
        ...


class Buffers:
    """Texts that are held in memory, such as standard input; what is not held is read from disk."""

    def __init__(self) -> None:
        self._held: dict[SourceId, Source] = {}

    def read(self, id: SourceId, /) -> Source:  # noqa: A002 - as above
        """The source; a buffer wins over the file of the same name. Raises UnreadableError."""
        return self._held.get(id) or read_source(id.path)

    def hold(self, source: Source) -> None:
        """Keep a text; it replaces what was held or is on disk under its id."""
        self._held[source.id] = source

    def drop(self, id: SourceId) -> None:  # noqa: A002 - as above
        """Forget a text that is held."""
        self._held.pop(id, None)

    def __contains__(self, id: object) -> bool:  # noqa: A002 - as above
        return id in self._held

    def __iter__(self) -> Iterator[SourceId]:
        return iter(self._held)
