"""What was read: the facts of every source, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imagelint.text.places import SourceId
from imagelint.text.sources import Buffers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from imagelint.facts.model import FileFacts
    from imagelint.facts.unit import Unit
    from imagelint.text.places import Place
    from imagelint.text.sources import Sources


class Skipped(NamedTuple):
    """Something that a user might miss, with the reason in a few words."""

    path: str
    reason: str


class Input:
    """Everything that was read. `notes` are sentences for the user about what was not."""

    def __init__(
        self,
        files: dict[SourceId, FileFacts] | None = None,
        *,
        reported: set[SourceId] | None = None,
        notes: Iterable[str] = (),
        sources: Sources | None = None,
    ) -> None:
        self.files = files or {}
        self.reported = reported or set()
        self.notes = [*notes]
        # What a walk left out for a reason that the user knows.
        self.left_out: list[Skipped] = []
        # The purposes of folders that nobody deploys from, such as test data, by file.
        self.purposes: dict[SourceId, str] = {}
        # Those that the user named.
        self.explicit = {*self.reported}
        # Files were named one by one, without the folder that they belong to.
        self.is_partial = False
        # What the kustomizations deploy, without their objects; the facts of these are among `files`.
        self.units: dict[SourceId, Unit] = {}
        # Where reports read the texts again, for code frames.
        self.sources = sources or Buffers()

    def purpose(self, place: Place) -> str | None:
        """What an object at a place is, if nobody deploys it, such as test data; None for files that the user named."""
        if place.source in self.explicit or place.source not in self.files:
            return None
        facts = self.files[place.source]
        parts = (part.purpose for part in facts.not_deployed if part.first <= place.span.line <= part.last)
        return self.purposes.get(place.source) or next(parts, None)

    @property
    def objects(self) -> int:
        """How many Kubernetes objects the reported files hold."""
        named = (unit for unit in self.units.values() if unit.kustomization in self.reported)
        read = self.reported.union(*(unit.sources for unit in named))
        return sum(self.files[source].objects for source in read if source in self.files and source not in self.units)

    def units_of(self, sources: Collection[SourceId]) -> set[SourceId]:
        """The units that some sources are a part of."""
        return {unit.id for unit in self.units.values() if not unit.sources.isdisjoint(sources)}

    @property
    def deployed(self) -> dict[SourceId, FileFacts]:
        """The facts of what is deployed: a file that units are built of is deployed as they have it."""
        built = frozenset[SourceId]().union(*(unit.sources for unit in self.units.values()))
        if not built:
            return self.files
        return {source: facts.without_objects if source in built else facts for source, facts in self.files.items()}
