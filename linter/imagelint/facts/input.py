"""What was read: the facts of every source, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import FileFacts
from imagelint.facts.purposes import FILLED_IN, LOWERED, SWITCHED_OFF, TEMPLATES, UNBUILT, UNLISTED
from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple
from imagelint.text.source import Buffers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from imagelint.facts.unit import Unit
    from imagelint.text.places import Place, Span
    from imagelint.text.source import Sources


class Skipped(NamedTuple):
    """Something that a user might miss, with the reason in a few words."""

    path: str
    reason: str


class SetValue(NamedTuple):
    """A value in a values file that a command sets: where it is, its key path, and the file with the command."""

    span: Span
    key: str
    path: str


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
        # The purposes of folders that nobody deploys from, such as test data, or only for trying out, by file.
        self.purposes_of_folders: dict[SourceId, str] = {}
        # Files with placeholders that a script or a text of the same tree says are replaced.
        self.filled_in: set[SourceId] = set()
        # What the README of its repository says of a manifest: the purpose, and the path of the README.
        self.titles: dict[SourceId, tuple[str, str]] = {}
        # What is not deployed, each with the reason: a kustomization has it in a comment; one lists others, or Flux
        # deploys the folders beside it.
        self.switched_off: dict[SourceId, str] = {}
        self.unlisted: dict[SourceId, str] = {}
        # What kustomize refuses and nobody builds, with the same reasons.
        self.unbuilt: dict[SourceId, str] = {}
        # What commands set where they install charts, by the values file.
        self.set_by_commands: dict[SourceId, tuple[SetValue, ...]] = {}
        # Those that the user named.
        self.explicit = {*self.reported}
        # Files were named one by one, without the folder that they belong to.
        self.is_partial = False
        self._units: dict[SourceId, Unit] = {}
        # The units that each source is a part of, made when it is needed.
        self._units_by_source: dict[SourceId, list[SourceId]] | None = None
        # Values that images are made of: reports show them, though they hide the others of their files.
        self.shown: set[Place] = set()
        # Looks for the origins of places in rendered charts, of many at the same time: one by one each waits for helm.
        self.trace_ahead: Callable[[Iterable[Place]], None] = _trace_later
        # Where reports read the texts again, for code frames.
        self.sources = sources or Buffers()

    def purposes(self, at: Place, written: Place) -> frozenset[str]:
        """What an object is, if nobody deploys it as it is; nothing for files that the user named.

        `at` is where it was judged, in a file or in what a kustomization deploys; `written` where its text is.
        """
        if not self.explicit.isdisjoint((at.source, written.source)):
            return frozenset()
        folder, unit = self.purposes_of_folders.get(at.source), self._units.get(at.source)
        if unit is not None and unit.is_of_trial is not None and not unit.is_of_trial(at.span.line, written.source):
            folder = None
        found: set[str] = set() if folder is None else {folder}
        facts = self.files.get(written.source)  # templates of charts are none of these
        found |= _of_objects(facts, written) | (LOWERED & _of_objects(self.files.get(at.source), at))
        if written.source in self.filled_in:
            found |= {TEMPLATES, FILLED_IN}
        elif facts is not None and facts.is_template:
            found.add(TEMPLATES)
        if at.source in self.titles:
            found.add(self.titles[at.source][0])
        left = ((self.switched_off, SWITCHED_OFF), (self.unlisted, UNLISTED), (self.unbuilt, UNBUILT))
        for off, purpose in left:
            if not off.keys().isdisjoint((at.source, written.source)):
                found.add(purpose)
        return frozenset(found)

    def setting_of(self, at: Place, written: Place) -> SetValue | None:
        """What a command sets instead of a value; None for one that something else in the input installs.

        `at` and `written` as of `purposes`.
        """
        unit = self._units.get(at.source)
        if unit is not None and unit.is_installed:
            return None
        (line, column, *_), settings = written.span, self.set_by_commands.get(written.source, ())
        return next((one for one in settings if one.span[:2] <= (line, column) < one.span[2:]), None)

    @property
    def objects(self) -> int:
        """How many Kubernetes objects the reported files hold; of a chart, as many as it renders to at most."""
        named = (unit for unit in self.units.values() if unit.kustomization in self.reported)
        read = self.reported.union(*(unit.sources for unit in named))
        count = sum(self.files[source].objects for source in read if source in self.files and source not in self.units)
        rendered: dict[SourceId, int] = {}
        for unit in self.units.values():
            if unit.values and unit.kustomization in self.reported:
                rendered[unit.kustomization] = max(rendered.get(unit.kustomization, 0), self.files[unit.id].objects)
        return count + sum(rendered.values())

    @property
    def units(self) -> Mapping[SourceId, Unit]:
        """What the kustomizations and charts deploy, without most objects; the facts of these are among `files`."""
        return self._units

    def facts_at(self, path: str) -> FileFacts:
        """The facts of a file; none of one that was not read, such as a script."""
        return self.files.get(SourceId(path), FileFacts())

    def add_unit(self, unit: Unit, facts: FileFacts) -> None:
        """Take in a unit and the facts of its objects."""
        self._units[unit.id] = unit
        self.files[unit.id] = facts
        self._units_by_source = None

    def remove_unit(self, id: SourceId) -> None:  # noqa: A002 - the field of a unit
        """Take out a unit with its facts."""
        del self._units[id]
        del self.files[id]
        self._units_by_source = None

    def units_of(self, sources: Iterable[SourceId]) -> set[SourceId]:
        """The units that some sources are a part of."""
        if self._units_by_source is None:
            self._units_by_source = {}
            for unit in self._units.values():
                for source in unit.sources:
                    self._units_by_source.setdefault(source, []).append(unit.id)
        return {id_ for source in sources for id_ in self._units_by_source.get(source, ())}

    @property
    def deployed(self) -> dict[SourceId, FileFacts]:
        """The facts of what is deployed: a file that units are built of is deployed as they have it."""
        built = frozenset[SourceId]().union(*(unit.sources for unit in self.units.values()))
        if not built:
            return self.files
        return {source: facts.without_objects if source in built else facts for source, facts in self.files.items()}


def _of_objects(facts: FileFacts | None, place: Place) -> set[str]:
    """The purposes of the objects at a place."""
    parts = facts.not_deployed if facts is not None else ()
    return {part.purpose for part in parts if part.first <= place.span.line <= part.last}


def _trace_later(places: Iterable[Place]) -> None:
    """For an input without charts: all origins are known."""
