"""The sets of values that a chart is judged with, where nobody declares them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from imagelint.facts.kinds import is_values_file
from imagelint.sources.charts.prepare import OWN, ChartError
from imagelint.sources.charts.values import Values, dumped, merged, read_values, typed, with_parameters
from imagelint.text.bounded import is_within
from imagelint.text.nodes import Mapping, Sequence
from imagelint.text.paths import inside
from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.sources.charts.values import Parameter
    from imagelint.text.nodes import Node

MOST_SETS = 24
# Values of the chart's own tests: the convention of chart-testing, and that of others.
_OF_TESTS = ("ci", ".fixtures")
_SUFFIXES = (".yaml", ".yml")


class ValuesSet(NamedTuple):
    """Values on top of those of the chart, and the release that they are for."""

    # What reports call it.
    name: str
    # Paths of files, and values that are written elsewhere, from below to above.
    layers: tuple[str | Values, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    # Where these are written.
    around: Values | None = None
    release: str = "release-name"
    # None if it is not known.
    namespace: str | None = None
    kube_version: str | None = None
    # Somebody deploys the chart with these values, and all of them are known.
    is_declared: bool = False

    @property
    def is_installed(self) -> bool:
        """Whether something in the input installs the chart with them."""
        return self.is_declared or self.around is not None

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of its files."""
        return tuple(layer for layer in self.layers if isinstance(layer, str))

    @property
    def sources(self) -> frozenset[SourceId]:
        """The files that its values are in, whether they are values files or not."""
        parts = (
            *(layer for layer in self.layers if not isinstance(layer, str)),
            *((self.around,) if self.around else ()),
        )
        return frozenset({*map(SourceId, self.files), *(part.place(part.root.span).source for part in parts)})

    def read(self) -> tuple[Mapping | None, list[Values]]:
        """All values together, and the parts that they are from. Raises ChartError."""
        read = [read_values(layer) if isinstance(layer, str) else layer for layer in self.layers]
        parts = [values for values in read if values is not None]
        root = merged(values.root for values in parts if isinstance(values.root, Mapping))
        if self.around is not None:
            near = self.around.root
            parameters = [one._replace(value=typed(one)) for one in self.parameters]
            values: list[Node] = [one.value for one in parameters]
            parts.append(Values(Sequence(values, near.start, near.end, near.places), self.around.place))
            root = with_parameters(root, parameters, near)
        return root, parts


def own_sets(chart: str, tree: str) -> list[ValuesSet]:
    """The sets of values that lie in a chart: those of its tests, else its own alone and with each file beside them."""
    tests = [f"{folder}/{name}" for folder in _OF_TESTS for name in _files(chart, folder)]
    own = [name for name in _files(chart, "") if is_values_file(name) and name != OWN]
    paths = [(name, inside(chart, name)) for name in tests or own]
    sets = [ValuesSet(name, (path,)) for name, path in paths if is_within(path, tree)]
    return sets if tests else [ValuesSet(OWN), *sets]


def distinct(sets: Iterable[ValuesSet]) -> Iterator[ValuesSet]:
    """Sets that render to different things, each with a name of its own."""
    seen = set[object]()
    names: dict[str, int] = {}
    for one in sets:
        key = (_content(one), one.release, one.namespace, one.kube_version)
        if key not in seen:
            seen.add(key)
            names[one.name] = names.get(one.name, 0) + 1
            yield one if names[one.name] == 1 else one._replace(name=f"{one.name} ({names[one.name]})")


def _content(one: ValuesSet) -> object:
    try:
        return dumped(one.read()[0])
    except ChartError:
        return one.layers


def _files(chart: str, folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(os.path.join(chart, folder)))
    except OSError:
        return []
    return [name for name in names if name.endswith(_SUFFIXES) and os.path.isfile(os.path.join(chart, folder, name))]
