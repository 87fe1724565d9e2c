"""What was read: the facts of every source, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imagelint.text.sources import Buffers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.facts.model import FileFacts
    from imagelint.text.places import Place, SourceId
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
        return sum(facts.objects for source, facts in self.files.items() if source in self.reported)
