"""The charts that objects and the files of tools install, as far as these name them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from imagelint.facts.kinds import group_kind
from imagelint.sources.charts.release_files import documents, names_releases, owners
from imagelint.sources.charts.releases import Owner, installed
from imagelint.sources.gitops import object_name
from imagelint.sources.instructions import text_of_source
from imagelint.text.nodes import text
from imagelint.text.places import Place, SourceId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.created import InstalledChart
    from imagelint.facts.input import Input
    from imagelint.text.nodes import Mapping


def installed_charts(found: Input) -> Iterator[tuple[str, InstalledChart]]:
    """The charts that an input installs, each with the path of the file; objects as kustomizations change them."""
    for unit in found.units.values():
        for node in unit.objects if not unit.values else ():  # what charts render to has names that are made up
            path = unit.trace.origins(node.span)[0].place.path
            yield from ((path, chart) for chart in _of_object(node, path))
    built = frozenset[SourceId]().union(*(unit.sources for unit in found.units.values()))
    for source, facts in found.files.items():
        if source.part:
            continue
        if names_releases(source.path):
            for name, owner in owners(source, found.sources):
                yield from ((source.path, chart) for chart in installed(name, owner))
        elif facts.has_releases and source not in built:
            for node in documents(text_of_source(found, source)):
                yield from ((source.path, chart) for chart in _of_object(node, source.path))


def _of_object(node: Mapping, path: str) -> Iterator[InstalledChart]:
    api_version, kind = text(node, "apiVersion"), text(node, "kind")
    if api_version is not None and kind is not None:
        owner = Owner(node, object_name(node), partial(Place, SourceId(path)))
        yield from installed(group_kind(api_version.value, kind.value), owner)
