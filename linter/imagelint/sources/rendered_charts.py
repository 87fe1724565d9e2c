"""The charts of an input, rendered with each of their sets of values, as units of it."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING

from imagelint.sources.chart_units import hide, take_in, unit_id
from imagelint.sources.charts.cache import Cache
from imagelint.sources.charts.copies import Copies
from imagelint.sources.charts.failures import Failures, left_out
from imagelint.sources.charts.helm import AT_ONCE, HelmError, HelmLimitError, find_helm
from imagelint.sources.charts.in_repository import ReleasesInInput
from imagelint.sources.charts.prepare import OWN, ChartError, Prepared
from imagelint.sources.charts.render import Arguments, Rendered, Renderer, as_rendered, with_unset
from imagelint.sources.charts.sentinels import Sentinels
from imagelint.sources.charts.value_keys import AllValues, all_values
from imagelint.sources.charts.values_sets import MOST_SETS, ValuesSet, distinct, own_sets
from imagelint.sources.deprecated_charts import lift_deployed
from imagelint.sources.trees import Trees
from imagelint.text.bounded import is_within
from imagelint.text.paths import shown
from imagelint.text.places import SourceId
from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from imagelint.config.charts import RenderOptions
    from imagelint.facts.input import Input
    from imagelint.facts.model import FileFacts
    from imagelint.sources.charts.chart_trace import ChartTrace
    from imagelint.sources.charts.releases import Release
    from imagelint.text.nodes import Mapping
    from imagelint.text.places import Place

_LIBRARY = re.compile(rb"(?m)^type:[ \t]*[\"']?library\b")
# In templates of charts that deploy charts.
_DEPLOYS = re.compile(rb"argoproj\.io/|helm\.toolkit\.fluxcd\.io/")


def render_charts(found: Input, charts: Sequence[str], beside: Sequence[str], options: RenderOptions) -> Iterator[str]:
    """Put what charts deploy among the files of an input; yields notes about what could not be rendered.

    Charts `beside` these are rendered only with values in files that the user named. A chart that fails costs nothing
    but itself.
    """
    charts = [chart for chart in charts if not options.settings(chart).is_off and not _is_library(chart)]
    beside = [chart for chart in beside if not options.settings(chart).is_off and not _is_library(chart)]
    trees = Trees(found.files)
    try:
        helm = find_helm({trees.of(chart) for chart in (*charts, *beside)})
    except HelmError as error:
        if charts:
            yield f"{_counted(charts)} not rendered: {error}; only images in values were linted"
        return
    kept = Cache(options.cache)
    yield from _Charts(found, (charts, beside), options, Renderer(helm, kept)).render()
    kept.shrink()


class _Charts:
    def __init__(
        self, found: Input, charts: tuple[Sequence[str], Sequence[str]], options: RenderOptions, renderer: Renderer
    ) -> None:
        self._input = found
        self._options = options
        self._renderer = renderer
        self._trees = Trees(found.files)
        self._copies = Copies(self._trees)
        self._releases = ReleasesInInput(found, self._trees)
        self._deployed: dict[str, list[ValuesSet]] = {chart: [] for part in charts for chart in part}
        self._beside = frozenset(charts[1])
        self._slow = set[str]()
        self._hidden = set[SourceId]()
        self._failures = Failures()
        self._traces: dict[SourceId, ChartTrace] = {}
        found.trace_ahead = self._trace_ahead

    def render(self) -> Iterator[str]:
        self._remember(self._releases.all())
        # What these render to may deploy the others.
        first = [chart for chart in self._deployed if _deploys_charts(chart)]
        notes = [*self._all(first), *self._all([chart for chart in self._deployed if chart not in first])]
        yield from (*dict.fromkeys(notes), *self._failures.notes())

    def _remember(self, releases: Iterable[Release]) -> None:
        for chart, values in releases:
            if chart in self._deployed:
                self._deployed[chart].append(values)
                lift_deployed(self._input, chart)

    def _all(self, charts: Sequence[str]) -> Iterator[str]:
        plans = [(chart, [*distinct(self._sets(chart))]) for chart in charts]
        plans = [(chart, sets) for chart, sets in plans if chart not in self._beside or self._is_named(sets)]
        units = [(chart, values) for chart, sets in plans for values in sets[:MOST_SETS]]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for (chart, values), result in zip(units, pool.map(self._rendered, units), strict=True):
                if isinstance(result, Exception):
                    self._failures.add(chart, values.name, result)
                else:
                    yield from self._take_in(chart, values, result)
        for chart, sets in plans:
            if len(sets) > MOST_SETS:
                yield f"{chart}: {len(sets) - MOST_SETS} more sets of values were not rendered"

    def _is_named(self, sets: Iterable[ValuesSet]) -> bool:
        """Whether the user named a file that some values are in."""
        return any(not self._input.explicit.isdisjoint(one.sources) for one in sets)

    def _sets(self, chart: str) -> list[ValuesSet]:
        settings = self._options.settings(chart)
        found = self._deployed[chart] or own_sets(chart, self._trees.of(chart))
        if settings.values is not None:
            found = [_declared(chart, files) for files in settings.values]
        return [
            one._replace(
                release=settings.release or one.release,
                namespace=settings.namespace or one.namespace,
                kube_version=settings.kube_version or one.kube_version,
            )
            for one in found
        ]

    def _rendered(self, unit: tuple[str, ValuesSet]) -> Rendered | Exception:
        """What a chart renders to with a set of values, or why it does not."""
        chart, values = unit
        try:
            copy = self._copies.of(chart)
            if chart in self._slow:
                raise ChartError("helm took too long before")
            if not all(is_within(path, self._trees.of(chart)) for path in values.files):
                raise ChartError("a file of the values is outside of the repository")
            return self._renderer.render(copy, _arguments(values, values.read()[0]))
        except HelmLimitError as error:
            self._slow.add(chart)
            return error
        except (ChartError, OSError) as error:
            return error

    def _take_in(self, chart: str, values: ValuesSet, result: Rendered) -> Iterator[str]:
        trace = take_in(self._input, chart, values, result, cache(partial(self._traced, chart, values, result)))
        id_ = unit_id(chart, values)
        self._traces[id_] = trace
        for source in self._input.units[id_].sources - self._hidden:
            hide(self._input, source)
            self._hidden.add(source)
        if _DEPLOYS.search(result.data):
            self._remember(self._releases.rendered(result.data, trace))
        yield from left_out(chart, result)

    def _traced(
        self, chart: str, values: ValuesSet, rendered: Rendered
    ) -> tuple[AllValues, Callable[[FileFacts], Sentinels]]:
        """All values of a chart with one of its sets, and what looks for those that make images."""
        try:
            copy = as_rendered(self._copies.of(chart), rendered)
            root, parts = values.read()
            given = with_unset(_arguments(values, root), rendered.unset)
            every = all_values(chart, copy, given.values, parts)
        except (ChartError, OSError):  # it was changed since
            copy, given, every = Prepared({}, (), (), {}), None, AllValues(None, None, ())

        def render(changed: Prepared, replaced: Mapping | None) -> bytes:
            if given is None:
                raise HelmError("there is no chart")
            return self._renderer.text(changed, given._replace(values=replaced))

        return every, partial(Sentinels, render, copy, every.root)

    def _trace_ahead(self, places: Iterable[Place]) -> None:
        """As `Input.trace_ahead`."""
        lines: dict[SourceId, set[int]] = {}
        for place in places:
            if place.source in self._traces:
                lines.setdefault(place.source, set()).add(place.span.line)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(self._trace, lines.items()):
                pass

    def _trace(self, unit: tuple[SourceId, set[int]]) -> None:
        source, lines = unit
        for line in lines:
            self._traces[source].keys.leaves(line)


def _arguments(values: ValuesSet, root: Mapping | None) -> Arguments:
    return Arguments(root, values.release, values.namespace, values.kube_version)


def _declared(chart: str, files: Sequence[str]) -> ValuesSet:
    paths = [shown(os.path.join(chart, name)) for name in files]
    return ValuesSet(" + ".join(files) or OWN, tuple(paths), is_declared=True)


def _is_library(chart: str) -> bool:
    try:
        return _LIBRARY.search(read_small(os.path.join(chart, "Chart.yaml"))) is not None
    except (OSError, UnreadableError):
        return True


def _deploys_charts(chart: str) -> bool:
    """Whether a template of a chart looks as if it made objects that deploy charts."""
    for folder, _, names in os.walk(os.path.join(chart, "templates")):
        for name in names:
            try:
                if name.endswith((".yaml", ".yml", ".tpl")) and _DEPLOYS.search(read_small(os.path.join(folder, name))):
                    return True
            except (OSError, UnreadableError):
                continue
    return False


def _counted(charts: Sequence[str]) -> str:
    return f"{charts[0]} was" if len(charts) == 1 else f"{len(charts)} charts were"
