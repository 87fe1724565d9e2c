"""The releases of charts that the files of an input show."""

from __future__ import annotations

import os
import posixpath
from functools import partial
from typing import TYPE_CHECKING

from imagelint.sources.charts.release_files import names_releases, owners
from imagelint.sources.charts.releases import Release, Releases
from imagelint.sources.kustomize import Kustomize
from imagelint.text.bounded import is_of_tree
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping
from imagelint.text.paths import shown
from imagelint.text.places import SourceId
from imagelint.text.split import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Unit
    from imagelint.sources.charts.chart_trace import ChartTrace
    from imagelint.sources.trees import Trees
    from imagelint.text.places import Place, Span

_TEMPLATED = "helmfile.yaml.gotmpl"


class ReleasesInInput:
    """Finds who deploys charts, in each repository of an input."""

    def __init__(self, found: Input, trees: Trees) -> None:
        self._input = found
        self._trees = trees
        self._of: dict[str, Releases] = {}

    def all(self) -> Iterator[Release]:
        """What objects and the files of tools deploy; objects as kustomizations change them."""
        units = [*self._units()]
        for unit in units:
            self._in(unit.kustomization.path).remember(unit.objects, partial(_written, unit))
        for unit in units:
            releases = self._in(unit.kustomization.path)
            yield from releases.of_objects(unit.objects, partial(_written, unit))
        named = (source for source in self._input.files if not source.part and names_releases(source.path))
        for source in dict.fromkeys((*named, *self._templated())):
            releases = self._in(source.path)
            for name, owner in owners(source, self._input.sources):
                yield from releases.of(name, owner)

    def _templated(self) -> Iterator[SourceId]:
        """The helmfiles that are templates as a whole, and no manifests for that reason."""
        for tree in {self._trees.around(source) for source in self._input.files if not source.part}:
            for folder in self._trees.folders(tree):
                path = os.path.join(tree, folder, _TEMPLATED)
                if os.path.isfile(path) and is_of_tree(path, tree):
                    yield SourceId(shown(path))

    def rendered(self, data: bytes, trace: ChartTrace) -> Iterator[Release]:
        """What the objects deploy that a chart renders to."""
        releases = self._in(posixpath.join(trace.chart, "Chart.yaml"))
        for document in split(data):
            try:
                root = compose(document.data, start=document.start, needs_reason=False)
            except ComposeError:
                continue
            if isinstance(root, Mapping):
                yield from releases.of_objects([root], partial(_rendered, trace))

    def _units(self) -> Iterator[Unit]:
        """The kustomizations, and the files with releases that are in none."""
        built = frozenset[SourceId]().union(*(unit.sources for unit in self._input.units.values()))
        yield from self._input.units.values()
        for source, facts in [*self._input.files.items()]:
            if facts.has_releases and source not in built and not source.part:
                yield Kustomize(self._input.sources, self._trees.around(source)).load(source.path)

    def _in(self, path: str) -> Releases:
        folder = posixpath.dirname(path)
        tree = self._trees.of(folder)
        if tree not in self._of:
            self._of[tree] = Releases(tree, self._input.sources, partial(self._trees.folders, tree))
        return self._of[tree]


def _written(unit: Unit, span: Span) -> Place:
    return unit.trace.origins(span)[0].place


def _rendered(trace: ChartTrace, span: Span) -> Place:
    return trace.template(span.line)
