"""From paths and buffers to a report: everything that lints goes through a Session."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from typing import TYPE_CHECKING

from imagelint.facts.input import Input
from imagelint.facts.kinds import is_kustomization
from imagelint.index.index import Index
from imagelint.linting.check import check
from imagelint.linting.report import Report
from imagelint.processes import facts_of, read_file, read_files, unreadable
from imagelint.runs import RunsByInput, enabled_rules
from imagelint.sources.candidates import chart_around, has_kustomization_above
from imagelint.sources.discover import InputFile, InputPathError, discover
from imagelint.sources.instructions import search, search_for_charts
from imagelint.sources.notes import notes_on, together
from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple
from imagelint.text.source import STDIN, STDIN_NAME, Buffers, UnreadableError, read_source
from imagelint.world.settings import Settings
from imagelint.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from imagelint.config.charts import RenderOptions
    from imagelint.facts.model import FileFacts
    from imagelint.linting.rule import Rule
    from imagelint.runs import Run
    from imagelint.sources.overlays import Builders
    from imagelint.text.source import Source

    # The files of a run as they are read, for whoever watches.
    Progress = Callable[[Sequence[InputFile]], Iterable[InputFile]]
    Timed = Callable[[Rule], Rule]
    _Key = tuple[object, ...]


class Request(NamedTuple):
    """What to read. Findings are reported for `paths` only; `context` is read for its definitions."""

    paths: Sequence[str]
    context: Sequence[str] = ()
    tracked: bool = False
    # Whether to leave out a file of a walk, given the path that reports show.
    is_excluded: Callable[[str], bool] | None = None
    # How reports call standard input.
    stdin_name: str = STDIN_NAME
    # The number of worker processes; None for automatic.
    jobs: int | None = None
    # What is known already of what was not read.
    notes: Sequence[str] = ()
    # How charts are rendered with the helm of the user; None if they are not.
    charts: RenderOptions | None = None


class Session:
    """The facts of sources, kept by their content.

    The command, the hooks, the Python API, the tests and the fuzzers drive it alike: `read` takes in what a request
    names, `update` and `forget` take single texts in and out, `lint` judges what is held.
    """

    def __init__(self, *, is_strict: bool = False) -> None:
        # Parse also the documents whose bytes show that they hold no facts, for their syntax errors.
        self._is_strict = is_strict
        self._buffers = self.held = Buffers()
        self.input = Input(sources=self._buffers)
        self._indexes: dict[tuple[object, ...], Index] = {}

    def read(self, request: Request, progress: Progress = iter) -> Input:
        """Read every file of a request. A buffer wins over the file of the same name. Raises InputPathError."""
        self._indexes.clear()
        held = {id_: self.input.files[id_] for id_ in self._buffers}
        self.input = found = Input(held, reported={*held}, notes=request.notes, sources=self._buffers)
        paths = [path for path in request.paths if path != STDIN]
        named = discover(paths, tracked=request.tracked, is_excluded=request.is_excluded)
        if len(paths) < len(request.paths):
            self._read_stdin(SourceId(request.stdin_name))
        found.is_partial = bool(paths) and not any(os.path.isdir(path) for path in (*paths, *request.context))
        around = discover(request.context, tracked=request.tracked) if request.context else None
        found.reported.update(file.source for file in named.files)
        found.left_out += named.left_out
        found.explicit.update(file.source for file in named.files if file.explicit)
        found.purposes_of_folders |= {file.source: file.purpose for file in named.files if file.purpose is not None}
        found.purposes_of_folders |= named.purposes_of_charts
        files = [file for file in named.files if file.source not in self._buffers]
        if around is not None:
            files += [file for file in around.files if file.source not in found.reported]
        files += named.build_scripts
        builders = self._read_files(files, progress, request.jobs)
        self._read_value_files()
        self._lift(file.source for file in named.files if file.explicit)
        self._deploy(builders=builders)
        search(found, named.instructions, paths)
        alone = {chart for file in named.files if file.explicit and (chart := chart_around(file.path)) is not None}
        charts = sorted({*named.charts, *alone})
        beside = [chart for chart in (around.charts if around is not None else ()) if chart not in charts]
        if charts:
            from imagelint.sources.deprecated_charts import note_superseded

            note_superseded(found, charts)
        if (charts or beside) and request.charts is not None:
            from imagelint.sources.rendered_charts import render_charts

            found.notes += render_charts(found, charts, beside, request.charts)
            search_for_charts(found, named.instructions, paths)
        if charts:
            from imagelint.sources.charts.prefixes import leave_out_prefixes

            leave_out_prefixes(found, charts)
        found.notes += notes_on(found, named, paths, unrendered=named.charts if request.charts is None else ())
        return found

    def _read_files(self, files: Sequence[InputFile], progress: Progress, jobs: int | None) -> Builders | None:
        """Read files, kustomizations first: what they deploy is built while other processes read the other files."""
        found = self.input
        order = dict.fromkeys((*found.files, *(file.source for file in files)))
        files = sorted(files, key=lambda file: not is_kustomization(file.path))
        kustomizations = sum(is_kustomization(file.path) for file in files)
        results = read_files(files, jobs=jobs, is_strict=self._is_strict)
        builders: Builders | None = None
        unread: list[tuple[str, str]] = []
        for number, (file, result) in enumerate(zip(progress(files), results, strict=False), 1):
            if isinstance(result, str):
                unread.append((file.path, result))
            else:
                found.files[file.source] = result
            # With files that the user named one by one, others that list them may come to it.
            if number == kustomizations and jobs != 1 and not found.explicit:
                from imagelint.sources.overlays import build

                builders = build(found, order)
        found.files = {source: found.files[source] for source in order if source in found.files}
        found.notes += together(unread)
        return builders

    def _read_value_files(self) -> None:
        """Read again, as values of charts, what other files name as such."""
        for source, facts in [*self.input.files.items()]:
            for name in facts.value_files:
                id_ = SourceId(posixpath.normpath(posixpath.join(posixpath.dirname(source.path), name)))
                if id_ in self.input.files and id_ not in self._buffers:
                    result = read_file(InputFile(id_.path, explicit=False, has_values=True), is_strict=self._is_strict)
                    self.input.files[id_] = self.input.files[id_] if isinstance(result, str) else result

    def update(self, source: Source) -> None:
        """Replace the text with this id, for example by an open buffer."""
        if source.id in self.input.files and source.id in self._buffers and self._buffers.read(source.id) == source:
            return
        self._indexes.clear()
        self._buffers.hold(source)
        self.input.reported.add(source.id)
        self.input.explicit.add(source.id)
        self.input.files[source.id] = facts_of(source, is_strict=self._is_strict)
        self._deploy(source.id)

    def forget(self, id: SourceId) -> None:  # noqa: A002 - the field of a source
        """Take out a text and its facts."""
        self._indexes.clear()
        self._buffers.drop(id)
        self.input.reported.discard(id)
        self.input.files.pop(id, None)
        self._deploy(id)

    def _lift(self, named: Iterable[SourceId]) -> None:
        """Read the kustomizations that deploy files which were named one by one: a base is judged as they have it."""
        alone = [source for source in named if source in self.input.files and has_kustomization_above(source.path)]
        if not alone:
            return
        from imagelint.sources.overlays_above import OverlaysAbove

        for source in OverlaysAbove(self._buffers).above(alone) - self.input.files.keys():
            facts = self._beside(source)
            if facts is not None:
                self.input.files[source] = facts

    def _deploy(self, changed: SourceId | None = None, builders: Builders | None = None) -> None:
        """Build what kustomizations deploy of what was read; with `changed`, what that source is a part of."""
        found = self.input
        if found.units or any(
            facts.kustomization is not None or facts.has_deployments for facts in found.files.values()
        ):
            from imagelint.sources.overlays import deploy

            deploy(found, self._beside, changed, builders)

    def _beside(self, id: SourceId) -> FileFacts | None:  # noqa: A002 - as above
        """The facts of a file that nobody named, and a kustomization lists."""
        result = read_file(InputFile(id.path, explicit=False), is_strict=self._is_strict)
        return None if isinstance(result, str) else result

    def index(self, world: World) -> Index:
        """The index of all that is held, in one world; kept until the next update."""
        key = _key(world)
        if key not in self._indexes:
            self._indexes[key] = Index(self.input.deployed, world)
        return self._indexes[key]

    def parts(
        self, runs: Sequence[Run], scope: Collection[SourceId] | None = None
    ) -> list[tuple[Run, set[SourceId], Index]]:
        """Each run with its reported sources (only those in `scope`, if it is given), and the index that judges them.

        Configurations that differ in nothing that rules see share one, and all of them what is joined.
        """
        if not runs:
            return []
        owned = RunsByInput(runs).own(self.input.reported if scope is None else self.input.reported.intersection(scope))
        whole = self._whole(runs)
        worlds = {_key(run.world): run.world for run in runs}
        judged: dict[_Key, set[SourceId]] = {key: set() for key in worlds}
        for run, own in owned:
            judged[_key(run.world)].update(own, self.input.units_of(own))
        order = {source: number for number, source in enumerate(self.input.files)}
        indexes = {
            key: self._within(whole, world, sorted(order.keys() & judged[key], key=order.__getitem__))
            for key, world in worlds.items()
        }
        return [(run, own, indexes[_key(run.world)]) for run, own in owned]

    def _whole(self, runs: Sequence[Run]) -> Index:
        """The index of all files, each in the world of its run; the others in what all runs have in common."""
        if len({_key(run.world) for run in runs}) == 1:
            return self.index(runs[0].world)
        key = tuple(id(run.world) for run in runs)
        if key not in self._indexes:
            by_input = RunsByInput(runs)
            nearest = (
                (source, by_input.nearest(source.path)) for source in self.input.reported | self.input.units.keys()
            )
            worlds = {source: run.world for source, run in nearest if run is not None}
            namespaces = {run.world.settings.namespace for run in runs}
            shared = Settings(namespace=namespaces.pop() if len(namespaces) == 1 else None)
            world = World(settings=shared, today=runs[0].world.today)
            self._indexes[key] = Index(self.input.deployed, world, worlds)
        return self._indexes[key]

    def _within(self, whole: Index, world: World, judged: Sequence[SourceId]) -> Index:
        """The index of some sources in a world."""
        if _key(world) == _key(whole.world) and len(judged) == len(self.input.files):
            return whole
        key = (id(whole), _key(world), *judged)
        if key not in self._indexes:
            from imagelint.index.partial_index import PartialIndex

            self._indexes[key] = PartialIndex(whole, judged, world)
        return self._indexes[key]

    def lint(
        self, runs: Sequence[Run], scope: Collection[SourceId] | None = None, timed: Timed | None = None
    ) -> Report:
        """The findings of all runs, put together in order; only those in `scope`, if it is given.

        With a small `scope` it takes a fraction of the time. `timed` wraps each rule.
        """
        wrapped = {rule: timed(rule) for run in runs for rule in run.rules} if timed is not None else {}
        parts = self.parts(runs, scope)
        outcomes = [
            check([wrapped.get(rule, rule) for rule in run.rules], self.input, index, run.configuration.selection, own)
            for run, own, index in parts
        ]
        # Two configurations may extend a third, and report on it twice.
        findings = {finding.sort_key: finding for outcome in outcomes for finding in outcome.findings}
        suppressed = {entry[0].sort_key: entry for outcome in outcomes for entry in outcome.suppressed}
        off = frozenset[str].intersection(*(outcome.off for outcome in outcomes)) if outcomes else frozenset[str]()
        return Report(
            [findings[key] for key in sorted(findings)],
            self.input,
            [suppressed[key] for key in sorted(suppressed)],
            enabled_rules(runs),
            off,
            Counter(dict(entry for outcome in outcomes for entry in outcome.set_aside).values()),
            [(index, own) for _, own, index in parts],
        )

    def _read_stdin(self, id: SourceId) -> None:  # noqa: A002 - as above
        if id in self._buffers:  # it can be read once
            return
        try:
            source = read_source(STDIN)
            if not source.data.strip():
                raise InputPathError(id.path, "is empty: what was to write the manifests may have failed")
            self.update(source._replace(id=id))
        except UnreadableError as error:
            self.input.reported.add(id)
            self.input.files[id] = unreadable(error)


def _key(world: World) -> _Key:
    """What rules see of a world."""
    settings = world.settings
    given = settings._asdict()
    given |= {"source": settings.source if settings.external_secrets else "", "options": repr(settings.options)}
    return (*given.values(), id(world.knowledge), id(world.inventory), world.today)
