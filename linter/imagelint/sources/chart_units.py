"""A rendered chart as a unit of an input: its facts, and what an input has to know of its sources."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from imagelint.config.containment import link_out_of_tree
from imagelint.facts.extract import extract
from imagelint.facts.model import FileFacts
from imagelint.facts.purposes import TESTS
from imagelint.facts.unit import Unit
from imagelint.facts.value_images import images_in, other_scalars
from imagelint.linting.crashes import crash_of
from imagelint.sources.charts.account_values import key_of_account
from imagelint.sources.charts.chart_documents import read_document, read_mapping
from imagelint.sources.charts.chart_trace import ChartTrace
from imagelint.sources.charts.prepare import OWN
from imagelint.sources.charts.unset import Unset
from imagelint.sources.charts.value_keys import ValueKeys
from imagelint.sources.charts.values import leaves
from imagelint.text.nodes import items, text
from imagelint.text.paths import inside
from imagelint.text.places import SourceId
from imagelint.text.source import Source, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from imagelint.facts.input import Input
    from imagelint.facts.model import Container, PodSpec
    from imagelint.sources.charts.render import Rendered
    from imagelint.sources.charts.sentinels import Sentinels
    from imagelint.sources.charts.value_keys import AllValues
    from imagelint.sources.charts.values_sets import ValuesSet
    from imagelint.text import nodes


def unit_id(chart: str, values: ValuesSet) -> SourceId:
    """The id of a chart with a set of values."""
    return SourceId(inside(chart, "Chart.yaml"), values.name)


def take_in(
    found: Input,
    chart: str,
    values: ValuesSet,
    rendered: Rendered,
    find: Callable[[], tuple[AllValues, Callable[[FileFacts], Sentinels]]],
) -> ChartTrace:
    """Put a rendered chart among the units of an input; `find` as of `ValueKeys`."""
    id_, chart_file, own = unit_id(chart, values), SourceId(inside(chart, "Chart.yaml")), _own(chart)
    files = [SourceId(path) for path in (*own, *values.files)]
    named = (source for source in found.explicit if source.path.startswith(inside(chart, "")))
    sources = frozenset({chart_file, *files, *named})
    if not files or not found.reported.isdisjoint(files):
        found.reported.add(chart_file)
    found.files.setdefault(chart_file, FileFacts())
    templates = {number: line.text for number, line in rendered.lines.items()}
    unset = Unset(rendered.data, partial(_texts, find), templates=templates, is_declared=values.is_declared)
    try:
        facts = _deployed(extract(Source(id_, rendered.data)), values)
        whole = facts._replace(pods=tuple(_without_copies(facts, find)))
        facts = unset.left_out(whole)
        facts = facts._replace(pods=tuple(_with_account_keys(facts, templates, lambda: find()[0].root)))
    except Exception as error:  # noqa: BLE001 - it costs this set alone
        facts = whole = FileFacts(crash=crash_of(error))
    keys = ValueKeys(chart, whole, find)
    trace = ChartTrace(chart, rendered.lines, rendered.templates, keys)
    is_partial = facts.is_partial or bool(rendered.dropped or rendered.missing)
    around = values.around
    released_in = around.place(around.root.span).source.path if around is not None else None
    facts = facts._replace(trace=trace, is_partial=is_partial, checksum=None, released_in=released_in)
    unit = Unit(id_, (), trace, sources, values=values.name, is_declared=values.is_declared, change=keys.change)
    unit = unit._replace(is_installed=values.is_installed, left_empty=tuple(map(trace.template, unset.images)))
    purpose = found.purposes_of_folders.get(chart_file)
    tried = _tried(found, chart, values) if purpose is None else {}
    if tried:
        purpose = next(iter(tried.values()))
        unit = unit._replace(is_of_trial=partial(keys.is_of, tried.keys()))
    if purpose is not None:
        found.purposes_of_folders[id_] = purpose
    found.add_unit(unit, facts)
    _judge_where_rendered(found, values, files, _names_of(chart, rendered.missing))
    return trace


def _tried(found: Input, chart: str, values: ValuesSet) -> dict[SourceId, str]:
    """The files of a set of values that are for tests or examples, each with what it is for."""
    tests = inside(chart, "ci/")  # of chart-testing
    files = {SourceId(path): TESTS for path in values.files if path.startswith(tests)}
    known = found.purposes_of_folders
    return files | {source: known[source] for source in map(SourceId, values.files) if source in known}


def _own(chart: str) -> Iterator[str]:
    path = inside(chart, OWN)
    if os.path.isfile(path) and link_out_of_tree(path) is None:
        yield path


def _texts(find: Callable[[], tuple[AllValues, object]]) -> Iterator[str]:
    """The texts of all values."""
    root = find()[0].root
    yield from (leaf.value for _, leaf in leaves(root)) if root is not None else ()


def _deployed(facts: FileFacts, values: ValuesSet) -> FileFacts:
    """Facts in the namespace of the release."""
    pods = tuple(
        pod._replace(
            resource=pod.resource._replace(namespace=pod.resource.namespace or values.namespace),
            leaves_release=pod.resource.namespace not in {None, values.namespace},
        )
        for pod in facts.pods
    )
    accounts = tuple(
        one._replace(resource=one.resource._replace(namespace=one.resource.namespace or values.namespace))
        for one in facts.service_accounts
    )
    # Their content is that of values which a release may replace.
    secrets = tuple(
        one._replace(
            config=None,
            config_span=None,
            id=one.id._replace(namespace=one.id.namespace or values.namespace),
            resource=one.resource._replace(namespace=one.resource.namespace or values.namespace),
        )
        for one in facts.secrets
    )
    return facts._replace(pods=pods, service_accounts=accounts, secrets=secrets)


def _with_account_keys(
    facts: FileFacts, templates: Mapping[int, str], values: Callable[[], nodes.Mapping | None]
) -> Iterator[PodSpec]:
    """The pods with the values that name their accounts, for those that the chart does not create."""
    known: dict[tuple[str, str], str | None] = {}
    created = {one.resource.name for one in facts.service_accounts}
    for pod in facts.pods:
        account = pod.service_account
        template = templates.get(account.span.line) if account is not None else None
        if account is None or template is None or account.value in created:
            yield pod
            continue
        named = template, account.value
        if named not in known:
            known[named] = key_of_account(*named, values())
        yield pod._replace(account_key=known[named])


def _without_copies(
    facts: FileFacts, find: Callable[[], tuple[AllValues, Callable[[FileFacts], Sentinels]]]
) -> Iterator[PodSpec]:
    """The pods of a rendered chart without the values of the chart itself, which some charts show in a ConfigMap."""
    if facts.has_releases or not any(map(_is_of_config_map, facts.pods)):
        yield from facts.pods
        return
    root = find()[0].root
    values = images_in(root) if root is not None else ()
    own = {(one.value.key, one.value.image) for one in values if one.value is not None}
    for pod in facts.pods:
        if not _is_of_config_map(pod):
            yield pod
            continue
        kept = tuple(one for one in pod.containers if not one.value or (one.value.key, one.value.image) not in own)
        if kept:
            yield pod._replace(containers=kept)


def _is_of_config_map(pod: PodSpec) -> bool:
    """Whether the images of a pod are values in a ConfigMap, from where an object of Flux gives them to a chart."""
    return pod.is_of_values and pod.resource.kind == "ConfigMap"


def hide(found: Input, source: SourceId) -> None:
    """Let no output show the values of a file, but for those that are images."""
    facts = found.files.get(source)
    if facts is None:
        return
    try:
        root = read_mapping(found.sources.read(source).data)
    except UnreadableError:
        return
    hidden = tuple(other_scalars(root, images_in(root))) if root is not None else ()
    found.files[source] = facts._replace(hidden=tuple({*facts.hidden, *hidden}))


def _names_of(chart: str, missing: Collection[str]) -> set[str]:
    """Under which keys a chart has the values of dependencies that are not here."""
    root = read_document(chart, "Chart.yaml") if missing else None
    names = ((text(entry, "name"), text(entry, "alias")) for entry in items(root, "dependencies")) if root else ()
    return {(alias or name).value for name, alias in names if name is not None and name.value in missing}


def _lines_of(found: Input, source: SourceId, keys: Collection[str]) -> Iterator[int]:
    """The lines of a file with the values under some keys."""
    try:
        root = read_mapping(found.sources.read(source).data) if keys else None
    except UnreadableError:
        return
    for key, value in root.pairs() if root is not None else ():
        if key.value in keys:
            yield from range(value.span.line, value.span.end_line + 1)


def _judge_where_rendered(found: Input, values: ValuesSet, files: Iterable[SourceId], missing: Collection[str]) -> None:
    """Leave the images in values to where the chart has rendered them; those of dependencies that are missing stay."""
    lines: set[tuple[SourceId, int]] = set()
    for part in (layer for layer in values.layers if not isinstance(layer, str)):
        lines.update((at.source, at.span.line) for _, leaf in leaves(part.root) for at in (part.place(leaf.span),))
    if values.around is not None:
        places = (values.around.place(parameter.value.span) for parameter in values.parameters)
        lines.update((at.source, at.span.line) for at in places)
    whole = set(files)
    for source in {*whole, *(source for source, _ in lines)} & found.files.keys():
        own = None if source in whole else {line for other, line in lines if other == source}
        facts = found.files[source]
        kept = {*_lines_of(found, source, missing)} if source in whole else set[int]()
        found.files[source] = facts._replace(pods=tuple(_only_of_values(facts.pods, own, kept)))


def _only_of_values(
    pods: Iterable[PodSpec], lines: Collection[int] | None, kept_lines: Collection[int]
) -> Iterator[PodSpec]:
    """Pods without images on some lines of values (None for all), but for tags that YAML does not read as text."""
    for pod in pods:
        if not pod.is_of_values:
            yield pod
            continue
        kept: list[Container] = []
        for container in pod.containers:
            if container.span.line in kept_lines or (lines is not None and container.span.line not in lines):
                kept.append(container)
            elif container.value is not None and container.value.printed_tag is not None:
                kept.append(container._replace(image=None))
        if kept:
            yield pod._replace(containers=tuple(kept))
