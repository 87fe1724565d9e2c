"""The charts of an input, rendered with each of their sets of values, as units of it."""

from __future__ import annotations

import os
import posixpath
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from imagelint.facts.extract import extract
from imagelint.facts.model import FileFacts
from imagelint.facts.unit import Unit
from imagelint.linting.crashes import crash_of
from imagelint.sources.charts.chart_trace import trace_of
from imagelint.sources.charts.helm import HelmError, HelmLimitError, find_helm
from imagelint.sources.charts.markers import UNSET
from imagelint.sources.charts.prepare import ChartError
from imagelint.sources.charts.render import ChartRenderer
from imagelint.sources.charts.value_keys import ValueKeys
from imagelint.sources.charts.values_sets import OWN, values_sets
from imagelint.sources.trees import Trees
from imagelint.text.places import SourceId
from imagelint.text.source import Source, UnreadableError, read_small
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagelint.facts.input import Input
    from imagelint.facts.model import Container, PodSpec
    from imagelint.sources.charts.chart_trace import ChartTrace
    from imagelint.sources.charts.helm import Helm
    from imagelint.sources.charts.render import Rendered
    from imagelint.sources.charts.values_sets import ValuesSet

_LIBRARY = re.compile(rb"(?m)^type:[ \t]*[\"']?library\b")
# What a template prints for a value that nobody set, or leaves of an image without it.
_UNSET = re.compile(rf"{UNSET}|<no value>|<nil>|^[/:@]|[:/@]$|/[:@]|://|::|:@")
_WORKERS = 4
_SHOWN_REASON = 160


class _Job(NamedTuple):
    chart: str
    tree: str
    values: ValuesSet

    @property
    def id(self) -> SourceId:
        """The id of the unit."""
        return SourceId(posixpath.join(self.chart, "Chart.yaml"), self.values.name)

    @property
    def paths(self) -> list[str]:
        """The values files, from below to above."""
        own = posixpath.join(self.chart, OWN)
        files = [own] if os.path.isfile(own) else []
        return files + [posixpath.join(self.chart, name) for name in self.values.files]


def render_charts(found: Input, charts: Sequence[str]) -> Iterator[str]:
    """Put what charts deploy among the files of an input; yields notes about what could not be rendered.

    A chart that fails costs nothing but itself.
    """
    charts = [chart for chart in charts if not _is_library(chart)]
    around = Trees(found.files)
    trees = {chart: around.of(chart) for chart in charts}
    try:
        helm = find_helm(trees.values())
    except HelmError as error:
        if charts:
            yield f"{_counted(charts)} not rendered: {error}; only images in values were linted"
        return
    jobs: list[_Job] = []
    slow = set[str]()
    for chart, tree in trees.items():
        sets, more = values_sets(chart, tree)
        jobs += [_Job(chart, tree, values) for values in sets]
        if more:
            yield f"{chart}: {more} more sets of values were not rendered"
    with ThreadPoolExecutor(_WORKERS) as pool:
        results = pool.map(partial(_rendered, helm, slow), jobs)
        notes = [note for job, result in zip(jobs, results, strict=True) for note in _take_in(found, job, result)]
    yield from dict.fromkeys(notes)


def _is_library(chart: str) -> bool:
    try:
        return _LIBRARY.search(read_small(os.path.join(chart, "Chart.yaml"))) is not None
    except (OSError, UnreadableError):
        return True


def _counted(charts: Sequence[str]) -> str:
    return f"{charts[0]} was" if len(charts) == 1 else f"{len(charts)} charts were"


def _rendered(helm: Helm, slow: set[str], job: _Job) -> Rendered | str:
    """What a chart renders to, or why it does not; `slow` are charts that took too long before."""
    if job.chart in slow:
        return "it takes too long with other values"
    try:
        return ChartRenderer(helm, job.chart, job.tree).render(
            [path for path in job.paths if not path.endswith(f"/{OWN}")]
        )
    except ChartError as error:
        if isinstance(error.__cause__, HelmLimitError):
            slow.add(job.chart)
        return str(error)
    except OSError as error:
        return (error.strerror or str(error)).lower()


def _take_in(found: Input, job: _Job, result: Rendered | str) -> Iterator[str]:
    if isinstance(result, str):
        yield f"{job.chart}: not rendered with {job.values.name}: {_reason(result)}"
        return
    chart = SourceId(job.id.path)
    if any(SourceId(path) in found.reported for path in job.paths) or not job.paths:
        found.reported.add(chart)
    found.files.setdefault(chart, FileFacts())
    trace = trace_of(job.chart, result)
    try:
        facts = extract(Source(job.id, result.data))
        facts, trace = _traced(facts, trace, job)
        is_partial = bool(result.dropped or result.missing)
        facts = facts._replace(trace=trace, is_partial=is_partial, checksum=None)
    except Exception as error:  # noqa: BLE001 - it costs this set alone
        facts = FileFacts(crash=crash_of(error))
    sources = frozenset({chart, *map(SourceId, job.paths)})
    purpose = next(
        (found.purposes_of_folders[source] for source in sources if source in found.purposes_of_folders), None
    )
    if purpose is not None:
        found.purposes_of_folders[job.id] = purpose
    found.add_unit(Unit(job.id, (), trace, sources, values=job.values.name), facts)
    for source in sources & found.files.keys():
        found.files[source] = found.files[source]._replace(pods=tuple(_numbers(found.files[source].pods)))
    for path in result.dropped:
        yield f"{job.chart}: rendered without {path}: {_reason(result.reason)}"
    if result.missing:
        yield f"{job.chart}: rendered without what is not in the repository: {', '.join(result.missing)}"


def _traced(facts: FileFacts, trace: ChartTrace, job: _Job) -> tuple[FileFacts, ChartTrace]:
    """Facts without images that nobody set, and the values that the others are from."""
    keys = ValueKeys(job.paths)
    pods = tuple(pod._replace(containers=tuple(map(_without_unset, pod.containers))) for pod in facts.pods)
    for image in (container.image for pod in pods for container in pod.containers if container.image is not None):
        fields = keys.of(image.value)
        if fields is not None:
            trace.values[image.span.line] = {part: keys.origin(fields, part) for part in Part}
    # Their content is that of values which a release may replace.
    secrets = tuple(secret._replace(config=None, config_span=None) for secret in facts.secrets)
    return facts._replace(pods=pods, secrets=secrets), trace


def _without_unset(container: Container) -> Container:
    is_unset = container.image is None or not container.image.value or _UNSET.search(container.image.value) is not None
    return container._replace(image_filled_in=True) if is_unset else container


def _numbers(pods: Iterable[PodSpec]) -> Iterator[PodSpec]:
    """What only the values show: tags that YAML does not read as text."""
    for pod in pods:
        numbers = tuple(
            container._replace(image=None)
            for container in pod.containers
            if container.value is not None and container.value.printed_tag is not None
        )
        if numbers or not pod.is_of_values:
            yield pod._replace(containers=numbers) if pod.is_of_values else pod


def _reason(error: str) -> str:
    """What helm says, without texts in quotes, which may be values."""
    message = re.sub(r"\"[^\"]*\"|'[^']*'", "…", error.rpartition("error calling ")[2])
    return message if len(message) <= _SHOWN_REASON else f"{message[:_SHOWN_REASON]}…"
