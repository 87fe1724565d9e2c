"""Charts that their authors deprecated (`deprecated: true` in Chart.yaml), and that nothing in an input deploys."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from imagelint.facts.purposes import SUPERSEDED
from imagelint.sources.charts.chart_documents import read_document
from imagelint.text.nodes import items, text
from imagelint.text.paths import inside
from imagelint.text.places import SourceId
from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from imagelint.facts.input import Input
    from imagelint.sources.trees import Trees

_DEPRECATED = re.compile(rb"(?m)^[\"']?deprecated[\"']?[ \t]*:[ \t]+(?:true|True|TRUE)(?![^\s#])")
# Where the dependencies of a chart are; those of Helm 2 are in a file of their own.
_WITH_DEPENDENCIES = ("Chart.yaml", "requirements.yaml")


def note_superseded(found: Input, charts: Iterable[str]) -> None:
    """Note in an input which files belong to deprecated charts that nothing deploys."""
    deprecated = {chart for chart in charts if _is_deprecated(chart)}
    if not deprecated:
        return
    from imagelint.sources.charts.in_repository import ReleasesInInput
    from imagelint.sources.trees import Trees

    trees = Trees(found.files)
    superseded = deprecated - {release.chart for release in ReleasesInInput(found, trees).all()}
    needed = _dependencies(trees, superseded)
    for chart in superseded:
        if _name(chart) not in needed:
            found.purposes_of_folders = dict.fromkeys(_files(found, chart), SUPERSEDED) | found.purposes_of_folders


def lift_deployed(found: Input, chart: str) -> None:
    """Take back that nobody deploys a chart, by its own word or by the folder that it is in, as something does."""
    purpose = found.purposes_of_folders.get(SourceId(inside(chart, "Chart.yaml")))
    for source in _files(found, chart) if purpose is not None else ():
        if found.purposes_of_folders.get(source) == purpose:
            del found.purposes_of_folders[source]


def _files(found: Input, chart: str) -> Iterator[SourceId]:
    """The files of a chart, and Chart.yaml, by which what it is rendered to has a purpose."""
    yield SourceId(inside(chart, "Chart.yaml"))
    yield from (source for source in found.files if source.path.startswith(inside(chart, "")))


def _dependencies(trees: Trees, superseded: Collection[str]) -> set[str]:
    """What the charts of the repositories depend on, by name, but for charts that are superseded."""
    passed_over = {os.path.realpath(chart) for chart in superseded}
    roots = {trees.of(chart) for chart in superseded}
    folders = {os.path.join(tree, folder) for tree in roots for folder in trees.folders(tree)}
    charts = (folder for folder in folders if os.path.realpath(folder) not in passed_over)
    lists = (read_document(chart, name) for chart in charts for name in _WITH_DEPENDENCIES)
    entries = (entry for root in lists if root is not None for entry in items(root, "dependencies"))
    return {name.value for entry in entries if (name := text(entry, "name")) is not None}


def _name(chart: str) -> str | None:
    root = read_document(chart, "Chart.yaml")
    name = text(root, "name") if root is not None else None
    return name.value if name is not None else None


def _is_deprecated(chart: str) -> bool:
    try:
        return _DEPRECATED.search(read_small(inside(chart, "Chart.yaml"))) is not None
    except (OSError, UnreadableError):
        return False
