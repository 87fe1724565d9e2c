"""Sentences for the user about what was not read, or read without a part of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from imagelint.sources.discover import EXCLUDED
from imagelint.text.paths import folders_above, shown
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Unit
    from imagelint.sources.discover import Discovery
    from imagelint.text.places import Place

# How many files one note names.
_MOST_NAMED = 3


def notes_on(
    found: Input, discovery: Discovery, paths: Iterable[str], *, unrendered: Iterable[str] = ()
) -> Iterator[str]:
    """The notes on an input that was read from `paths`; `unrendered` are charts that were not to be rendered."""
    charts = [*unrendered]
    if len(charts) > _MOST_NAMED:
        yield f"{named(charts, 'charts')}: Helm charts not rendered, their templates were not linted"
    else:
        why = "Helm chart not rendered, its templates were not linted"
        yield from (f"{chart}: {why}; try: helm template {chart} | imagelint -" for chart in charts)
    yield from together((skipped.path, f"{skipped.reason}, skipped") for skipped in discovery.skipped)
    if discovery.hidden:
        where = named(discovery.hidden)
        yield f"{where}: hidden by .gitignore or the mark of a cache, not linted; name a file to lint it"
    yield from _excluded_wholly(paths, discovery)
    yield from together(_encrypted(found))
    yield from _built_without(found.units.values())
    yield from _left_empty(found)
    yield from _unread_releases(found)
    as_it_is = (source for source in found.reported if source in found.files and not found.units_of([source]))
    templated = sorted(source.path for source in as_it_is if found.files[source].templated)
    if templated:
        yield f"{named(templated)}: template source, not linted before it is rendered"
    if discovery.templates:
        yield f"{named(discovery.templates)}: templates of manifests, not linted before they are rendered"
    if not found.objects and not any(facts.problems or facts.pods for facts in found.files.values()):
        yield "no Kubernetes manifest found"


def _excluded_wholly(paths: Iterable[str], discovery: Discovery) -> Iterator[str]:
    """A note for each folder of the command line that a configuration leaves nothing of."""
    read = {folder for file in discovery.files for folder in folders_above(file.path)}
    excluded = Counter(
        folder for skipped in discovery.left_out if skipped.reason == EXCLUDED for folder in folders_above(skipped.path)
    )
    for path in dict.fromkeys(map(shown, paths)):
        if excluded[path] and path not in read:
            count = excluded[path]
            files = "the only manifest" if count == 1 else f"all {count} manifests"
            yield f"{path}: `exclude` in the configuration leaves out {files} below it"


def together(reasons: Iterable[tuple[str, str]]) -> Iterator[str]:
    """One note for all paths that have the same reason."""
    paths: dict[str, list[str]] = {}
    for path, reason in reasons:
        paths.setdefault(reason, []).append(path)
    yield from (f"{named(those)}: {reason}" for reason, those in paths.items())


def _encrypted(found: Input) -> Iterator[tuple[str, str]]:
    for source in sorted(found.reported & found.files.keys()):
        tool = found.files[source].encrypted_with
        if tool is not None:
            yield source.path, f"encrypted with {tool}, not read"


def _built_without(units: Iterable[Unit]) -> Iterator[str]:
    """What overlays are built without, since it is not in the repository or runs a program."""
    partial = [unit for unit in units if unit.left_out]
    unbuilt = [unit for unit in partial if not unit.is_built]
    if unbuilt:
        names, why = named([unit.name for unit in unbuilt], "overlays"), unbuilt[0].left_out[0].text
        yield f"{names}: not built, as {why}; what they are built of was linted as it is"
    partial = [unit for unit in partial if unit.is_built]
    if len(partial) > _MOST_NAMED:
        yield f"{named([unit.name for unit in partial], 'overlays')}: built without what is remote or runs a program"
        return
    for unit in partial:
        first, *others = unit.left_out
        more = f" and {len(others)} more" if others else ""
        yield f"{first.place.path}:{first.place.span.line}: {first.text}{more}; {unit.name} is built without it"


def _left_empty(found: Input) -> Iterator[str]:
    """What is not linted of charts, as each of their sets of values leaves it empty."""
    left: dict[SourceId, set[Place]] = {}
    for unit in found.units.values():
        if unit.values and unit.kustomization not in found.purposes_of_folders:
            left.setdefault(unit.kustomization, {*unit.left_empty}).intersection_update(unit.left_empty)
    places = sorted({(place.path, place.span.line) for of_chart in left.values() for place in of_chart})
    if places:
        where = named([f"{path}:{line}" for path, line in places], "images of charts")
        yield f"{where}: not linted, as the values of the chart leave the image, or a part of it, empty"


def _unread_releases(found: Input) -> Iterator[str]:
    """The releases of charts of which nothing is linted: they name no image, and their charts are elsewhere."""
    charts = [unit for unit in found.units.values() if unit.values]
    rendered = frozenset[SourceId]().union(*(unit.sources for unit in charts))
    rendered |= {SourceId(path) for unit in charts if (path := found.files[unit.id].released_in) is not None}
    left = found.files.keys() & found.reported - rendered
    counts = {source.path: count for source in sorted(left) if (count := found.files[source].unread_releases)}
    if counts:
        count = sum(counts.values())
        releases = "a release of a chart that names" if count == 1 else f"{count} releases of charts that name"
        yield f"{named([*counts])}: {releases} no image, of which nothing is linted"


def named(paths: Sequence[str], noun: str = "files") -> str:
    """The first of some paths, and how many more there are."""
    left = len(paths) - _MOST_NAMED
    if left == 1:
        first, *rest = noun.split(" ")
        noun = " ".join((first.removesuffix("s"), *rest))
    more = f" and {left} more {noun}" if left > 0 else ""
    return f"{', '.join(paths[:_MOST_NAMED])}{more}"
