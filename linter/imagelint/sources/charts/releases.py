"""Who deploys the charts of a repository, and with which values: objects of Flux and Argo CD, files of other tools.

`data/chart_values.json` has where they name charts and values. Sources: Flux `helm.toolkit.fluxcd.io/v2`
(helm-controller v1.3, `api/v2/helmrelease_types.go`, `api/v2/reference_types.go`), before that `helm.fluxcd.io/v1`
(helm-operator v1.4, `pkg/apis/helm.fluxcd.io/v1/types_helmrelease.go`) and `flux.weave.works/v1beta1`; Argo CD v3
`ApplicationSourceHelm`, `util/argo/argo.go` for `$ref`; helmfile v1, Skaffold v2 (`skaffold/v4beta11`), Fleet v0.12.
"""

from __future__ import annotations

import os
import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.facts.created import InstalledChart
from imagelint.facts.kinds import APPLICATION, APPLICATION_SET, group_kind, value_source
from imagelint.sources.application_sets import applications, without_fields
from imagelint.sources.charts.markers import UNSET
from imagelint.sources.charts.values import Parameter, Values, typed, with_parameters
from imagelint.sources.charts.values_sets import ValuesSet
from imagelint.sources.gitops import object_name
from imagelint.sources.repository import Repository
from imagelint.text.bounded import is_within
from imagelint.text.literal_blocks import LiteralBlocks
from imagelint.text.nodes import Mapping, Scalar, items, locate, mapping, select, text
from imagelint.text.paths import shown
from imagelint.text.places import FIRST, Place
from imagelint.text.records import NamedTuple
from imagelint.text.source import UnreadableError
from imagelint.text.split import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from imagelint.facts.kinds import ValueSource
    from imagelint.text.places import SourceId, Span
    from imagelint.text.source import Sources

    _PlaceOf = Callable[[Span], Place]


# All ApplicationSets of a repository together; one that a chart makes may do so a thousand times.
_MOST_APPLICATIONS = 10_000
# Of a release or a namespace (Helm v3.17 `pkg/chartutil/validate_name.go`); others are templates.
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]{0,51}[a-z0-9])?")


class Release(NamedTuple):
    """A chart of the repository, as reports show its folder, with values that it is deployed with."""

    chart: str
    values: ValuesSet


class Owner(NamedTuple):
    """An object that deploys charts, or the file of a tool."""

    root: Mapping
    # As people name it.
    name: str
    place: _PlaceOf
    # The folder that its paths begin from, if it is the file of a tool.
    folder: str | None = None


class _Part(NamedTuple):
    """A part of an owner that deploys one chart."""

    source: ValueSource
    node: Mapping
    owner: Owner
    chart: str
    # The names of sources whose values files it may take.
    references: frozenset[str]

    def text(self, selectors: Sequence[str]) -> str | None:
        """The first text at some key paths, in the part or in its owner."""
        return _first(selectors, self.node, self.owner.root)


class Releases:
    """Finds the releases of a repository whose root is `tree`; `folders` lists those in it."""

    def __init__(self, tree: str, sources: Sources, folders: Callable[[], Iterable[str]]) -> None:
        self._tree = tree
        self._sources = sources
        self._repository = Repository(tree, folders)
        self._left = _MOST_APPLICATIONS
        self._blocks: dict[SourceId, LiteralBlocks] = {}
        self._config_maps: dict[str, tuple[Mapping, _PlaceOf]] = {}

    def remember(self, objects: Iterable[Mapping], place: _PlaceOf) -> None:
        """Keep the ConfigMaps among some objects, which releases may take values from."""
        for node in objects:
            kind, name = text(node, "kind"), text(mapping(node, "metadata"), "name")
            data = mapping(node, "data")
            if kind is not None and kind.value == "ConfigMap" and name is not None and data is not None:
                self._config_maps.setdefault(name.value, (data, place))

    def of_objects(self, objects: Iterable[Mapping], place: _PlaceOf) -> Iterator[Release]:
        """What some objects deploy."""
        for node in objects:
            api_version, kind = text(node, "apiVersion"), text(node, "kind")
            name = group_kind(api_version.value, kind.value) if api_version and kind else ""
            if name == APPLICATION_SET:
                for application in islice(applications(node, self._repository), self._left):
                    self._left -= 1
                    known = without_fields(application, UNSET)
                    if isinstance(known, Mapping):
                        yield from self.of(APPLICATION, Owner(known, object_name(application), place))
            else:
                yield from self.of(name, Owner(node, object_name(node), place))

    def of(self, name: str, owner: Owner) -> Iterator[Release]:
        """What an object of a `group/Kind`, or a file of a name, deploys."""
        source = value_source(name)
        if source is None or not source.chart:
            return
        nodes = _parts(source, owner.root)
        references = frozenset(found.value for node in nodes if (found := text(node, "ref")) is not None)
        for node in nodes:
            path = _first(source.chart, node)
            chart = self._path(path, owner.folder) if path is not None else None
            if chart is not None and os.path.isfile(os.path.join(chart, "Chart.yaml")):
                yield Release(shown(chart), self._values(_Part(source, node, owner, chart, references)))

    def _path(self, path: str, folder: str | None) -> str | None:
        """A path in the repository, relative to a folder of it or to its root; None if it leads out of it."""
        if "://" in path or "\0" in path:
            return None
        near = folder if folder is not None and not path.startswith("/") else self._tree
        found = os.path.normpath(os.path.join(near, path.lstrip("/")))
        return found if is_within(found, self._tree) else None

    def _values(self, part: _Part) -> ValuesSet:
        layers = [*self._layers(part)]
        owner, release, namespace = part.owner, _name(part, part.source.release), _name(part, part.source.namespace)
        is_file = owner.folder is not None
        return ValuesSet(
            f"{part.source.kind.lower()} {release} of {owner.name}" if is_file and release else owner.name,
            tuple(layer for layer in layers if layer is not None),
            tuple(_parameters(part)),
            Values(part.node, owner.place),
            release or "release-name",
            namespace,
            part.text(part.source.kube_version),
            is_declared=None not in layers,
        )

    def _layers(self, part: _Part) -> Iterator[str | Values | None]:
        """The values of a release from below to above; None for what is not in the repository."""
        place = part.owner.place
        for selector in part.source.files:
            for _, node in locate(part.node, selector):
                if isinstance(node, Scalar):
                    yield self._file(node.value, part)
                elif isinstance(node, Mapping):
                    yield Values(node, place)
        yield from (self._given(entry, place) for entry in items(mapping(part.node, "spec"), "valuesFrom"))
        for selector in part.source.values:
            for node in select(part.node, selector) if selector not in part.source.files else ():
                if isinstance(node, Mapping):
                    yield Values(node, place)
                elif isinstance(node, Scalar) and node.value.strip():
                    yield self._in_text(node, place)

    def _file(self, name: str, part: _Part) -> str | None:
        first, _, rest = name.partition("/")
        if first.startswith("$") and first[1:] in part.references:
            path = self._path(rest, None)
        else:
            path = self._path(name, {"file": part.owner.folder, "chart": part.chart}.get(part.source.relative_to))
        is_there = path is not None and os.path.isfile(path) and not path.endswith(".gotmpl")
        return shown(path) if path is not None and is_there else None

    def _given(self, entry: object, place: _PlaceOf) -> Values | None:
        """Values that a HelmRelease takes from a ConfigMap; those in Secrets are not known."""
        if not isinstance(entry, Mapping):
            return None
        kind, name, key = (text(entry, one) for one in ("kind", "name", "valuesKey"))
        path = entry.get("targetPath")
        data, place_of = None, place
        if name is not None and kind is not None and kind.value == "ConfigMap":
            data, place_of = self._config_maps.get(name.value, (None, place))
        found = data.get(key.value if key else "values.yaml") if data is not None else None
        if isinstance(path, Scalar):
            literal = text(entry, "literal")
            is_text = literal is not None and literal.value == "true"
            return _at_path(path, found if isinstance(found, Scalar) else None, place_of, is_text=is_text)
        return self._in_text(found, place_of) if isinstance(found, Scalar) else None

    def _in_text(self, scalar: Scalar, place: _PlaceOf) -> Values | None:
        """The values in a text; in a block each has a place of its own."""
        at = place(scalar.span)
        line, column, end_line, end_column = at.span
        written = Scalar(scalar.value, scalar.plain, (line, column), (end_line, end_column), _IN_FILE)
        written.style = scalar.style
        root = self._blocks_of(at.source).mapping(written)
        return Values(root, partial(Place, at.source)) if root is not None else None

    def _blocks_of(self, source: SourceId) -> LiteralBlocks:
        if source not in self._blocks:
            try:
                self._blocks[source] = LiteralBlocks(Document(0, FIRST, self._sources.read(source).data))
            except UnreadableError:
                self._blocks[source] = LiteralBlocks(None)
        return self._blocks[source]


def installed(name: str, owner: Owner) -> Iterator[InstalledChart]:
    """What an object of a `group/Kind`, or a file of a name, installs, as far as it names charts."""
    source = value_source(name)
    if source is None:
        return
    for node in _parts(source, owner.root):
        chart = _first(source.chart_name, node)
        if chart is not None:
            part = _Part(source, node, owner, chart, frozenset())
            last = chart.rstrip("/").rpartition("/")[2]
            yield InstalledChart(last, _name(part, source.release), _name(part, source.namespace))


def _parts(source: ValueSource, root: Mapping) -> list[Mapping]:
    return [node for within in source.within for node in select(root, within) if isinstance(node, Mapping)]


def _at_path(path: Scalar, found: Scalar | None, place: _PlaceOf, *, is_text: bool) -> Values | None:
    """A value that is set by itself, as behind `--set`, or as text if it has quotes; one that is not known is unset.

    Source: fluxcd/pkg `chartutil/values.go` ReplacePathValue and ReplacePathLiteralValue.
    """
    near = found or path
    written = found.value if found is not None else UNSET
    quoted = None if is_text else re.fullmatch(r"'(.*)'|\"(.*)\"", written, re.DOTALL)
    value = Scalar(quoted[1] or quoted[2] if quoted else written, False, near.start, near.end, near.places)
    parameter = Parameter(path.value, value, is_text=is_text or quoted is not None)
    root = with_parameters(None, [parameter._replace(value=typed(parameter))], near)
    return Values(root, place) if root is not None else None


class _InFile:
    """The marks of a node are its lines and columns."""

    def place(self, mark: tuple[int, int]) -> tuple[int, int]:
        return mark


_IN_FILE = _InFile()


def _name(part: _Part, selectors: Sequence[str]) -> str | None:
    """The name of a release or a namespace; None if it is not known."""
    found = part.text(selectors)
    return found if found is not None and _NAME.fullmatch(found) and UNSET not in found else None


def _first(selectors: Sequence[str], *nodes: Mapping) -> str | None:
    found = (node for selector in selectors for near in nodes for node in select(near, selector))
    texts = (node.value for node in found if isinstance(node, Scalar) and node.value and not node.is_null)
    return next(texts, None)


def _parameters(part: _Part) -> Iterator[Parameter]:
    for selector in part.source.parameters:
        for entry in select(part.node, selector):
            if isinstance(entry, Mapping) and not selector.endswith("[]"):
                yield from (Parameter(key.value, value) for key, value in entry.pairs() if isinstance(value, Scalar))
            elif isinstance(entry, Mapping):
                name, value, forced = text(entry, "name"), entry.get("value"), text(entry, "forceString")
                if name is not None and isinstance(value, Scalar):
                    yield Parameter(name.value, value, is_text=forced is not None and forced.value == "true")
