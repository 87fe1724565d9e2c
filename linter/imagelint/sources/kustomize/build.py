"""Builds kustomizations, in the order of kustomize's own steps (`api/internal/target/kusttarget.go`)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.budget import Budget
from imagelint.sources.kustomize.declarations import configure, declare_types
from imagelint.sources.kustomize.decoding import decode, has_content
from imagelint.sources.kustomize.fields import RefusedError
from imagelint.sources.kustomize.generators import generators
from imagelint.sources.kustomize.image_entries import images
from imagelint.sources.kustomize.layer import Layer
from imagelint.sources.kustomize.metadata import common_annotations, labels, replicas
from imagelint.sources.kustomize.names import name_prefix, name_suffix, namespace
from imagelint.sources.kustomize.patches import patches, patches_json6902, patches_strategic_merge
from imagelint.sources.kustomize.plugins import apply_plugin
from imagelint.sources.kustomize.replacements import replacements
from imagelint.sources.kustomize.resource import ResId, Resource, id_of, value_of
from imagelint.sources.kustomize.schemas import OpenApi
from imagelint.sources.kustomize.state import State
from imagelint.sources.kustomize.texts import Around, File, Files, Folder, is_remote
from imagelint.sources.kustomize.variables import variables
from imagelint.sources.kustomize.yaml_documents import is_inline
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar, items
from imagelint.text.places import Place, SourceId, Span
from imagelint.text.split import split
from imagelint.text.trace import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.sources.kustomize.budget import Allowance
    from imagelint.sources.kustomize.layout import Layout

KUSTOMIZATION, COMPONENT = "Kustomization", "Component"
# What is refused of a kustomization that has nothing but its type.
IS_EMPTY = "this kustomization is empty"
_VERSIONS = {KUSTOMIZATION: "kustomize.config.k8s.io/v1beta1", COMPONENT: "kustomize.config.k8s.io/v1alpha1"}
# Nobody stacks more overlays, and each level is a few calls.
_MAX_LEVELS = 40
# A base is built again only where that leads to a cycle.
_MAX_REPEATED = 200
# What a kustomization costs by itself, and an object that transformers go through.
_STEPS, _STEPS_FOR_OBJECT = 50, 10
_TRANSFORMERS: tuple[Callable[[State, Layer], None], ...] = (
    patches_strategic_merge,
    patches,
    namespace,
    name_prefix,
    name_suffix,
    labels,
    common_annotations,
    patches_json6902,
    replicas,
    images,
    replacements,
)


class Builder:
    """Builds the kustomizations of an instance; those that are bases of others are built once."""

    def __init__(self, files: Files, layout: Layout, allowance: Allowance) -> None:
        self._files = files
        self._layout = layout
        self._allowance = allowance
        # By the real folder, and the OpenAPI document that their patches follow.
        self._bases: dict[tuple[str, str], State] = {}
        self._budget = Budget(allowance)
        self._openapi = OpenApi()
        # The bases that were built for this root, and how often one was built again.
        self._built: set[str] = set()
        self._repeated = 0

    def root(self, file: File) -> State:
        """What a kustomization is built to, before names are final."""
        self._start()
        folder = Folder(os.path.dirname(file.id.path) or ".", os.path.dirname(file.real))
        place = Place(file.id, Span(1, 1, 1, 1))
        known = self._bases.get((folder.real, ""))
        state = State(self._layout, self._budget, self._openapi)
        if known is not None:
            state.absorb(known, place)
            return state
        with state.attempt(place):
            self._kustomization(state, folder, place, Around(), named=file)
        return state

    def around(self, node: Mapping, source: SourceId, folder: Folder, place: Callable[[Node], Place]) -> State:
        """What a kustomization is built to that a source has in another form; `place` is where nodes were written."""
        self._start()
        state = State(self._layout, self._budget, self._openapi)
        state.sources.add(source)
        with state.attempt(place(node)):
            self._accumulate(state, self._decoded(state, node, folder, place), Around().inside(folder))
        return state

    def _start(self) -> None:
        self._budget = Budget(self._allowance)
        self._openapi = OpenApi()
        self._built = set()
        self._repeated = 0

    def _base(self, folder: Folder, place: Place, around: Around) -> State:
        key = folder.real, self._openapi.source
        known = self._bases.get(key)
        if known is not None and self._is_the_same(known, around):
            if known.declared is not None:
                self._openapi.declare(*known.declared)
            self._openapi.is_in_use |= bool(known.resources)
            return known
        state = State(self._layout, self._budget, self._openapi)
        self._kustomization(state, folder, place, around)
        if not any(around.has_cycle(inner) for inner in state.folders) and state.is_reusable:
            self._bases[key] = state
        return state

    def _is_the_same(self, known: State, around: Around) -> bool:
        """Whether a base would be built to the same here."""
        is_too_late = known.declared is not None and self._openapi.is_in_use
        return not is_too_late and not any(around.has_cycle(inner) for inner in known.folders)

    def _kustomization(
        self,
        state: State,
        folder: Folder,
        place: Place,
        around: Around,
        *,
        named: File | None = None,
        is_component: bool = False,
    ) -> None:
        """Add what the kustomization in a folder makes. Raises RefusedError."""
        self._budget.spend(_STEPS)
        self._repeated += folder.real in self._built and not is_component
        self._built.add(folder.real)
        if len(around.folders) >= _MAX_LEVELS or self._repeated > _MAX_REPEATED:
            state.is_cut = True
            state.leave_out(place, "there are too many kustomizations in each other")
            return
        state.folders.add(folder.real)
        layer = self._read(state, folder, place, named)
        if layer is None:
            return
        kind = value_of(layer.node, "kind") or KUSTOMIZATION
        if named is None and (kind == COMPONENT) != is_component:
            state.refuse(place, f"this folder holds a {kind}, which belongs into `{_field_of(kind)}`")
            state.is_misplaced = True
        self._accumulate(state, layer, around.inside(folder))

    def _read(self, state: State, folder: Folder, place: Place, named: File | None) -> Layer | None:
        """The kustomization in a folder. Raises RefusedError if there is none that can be read."""
        found = self._files.kustomizations(folder)
        if len(found) > 1:
            state.refuse(place, f"there are several kustomizations in one folder: {', '.join(found)}")
        if named is None and not found:
            self._files.demand_kustomization(folder, os.path.dirname(place.path))
        file = named or self._files.at(folder, found[0])
        data = self._files.read(file, os.path.basename(file.id.path))
        state.sources.add(file.id)
        node = self._first_document(state, file.id, data)
        if node is None:
            return None
        layer = self._decoded(state, node, folder, lambda part: Place(file.id, part.span))
        if not has_content(layer.node):
            state.refuse(layer.place(node), IS_EMPTY)
        return layer

    def _first_document(self, state: State, source: SourceId, data: bytes) -> Mapping | None:
        top = Place(source, Span(1, 1, 1, 1))
        node: Node | None = None
        for part in split(data):
            try:
                node = compose(part.data, start=part.start, needs_reason=False, lifts=False)
            except ComposeError as error:
                place = Place(source, Span(error.line, error.column, error.line, error.column))
                state.refuse_document(place, f"this is not YAML: {error.message}", part.number)
                return None
            if node is not None:
                break
        if isinstance(node, Mapping) and node.nodes:
            return node
        state.refuse(top, IS_EMPTY if node is None else "a kustomization is a mapping")
        return None

    def _decoded(self, state: State, node: Mapping, folder: Folder, place: Callable[[Node], Place]) -> Layer:
        decoded = decode(node, KUSTOMIZATION, lambda part, problem: state.refuse(place(part), problem))
        kind, version = decoded.get("kind"), decoded.get("apiVersion")
        word = kind.value if isinstance(kind, Scalar) else KUSTOMIZATION
        if kind is not None and word not in _VERSIONS:
            state.refuse(place(kind), f"`kind` is `{KUSTOMIZATION}` or `{COMPONENT}`")
        elif isinstance(version, Scalar) and version.value != _VERSIONS[word]:
            state.refuse(place(version), f"the `apiVersion` of a {word} is `{_VERSIONS[word]}`")
        return Layer(decoded, folder, self._files, place)

    def _accumulate(self, state: State, layer: Layer, around: Around) -> None:
        declare_types(state, layer)
        for entry in layer.scalars("resources", "bases"):
            with state.attempt(layer.place(entry)):
                self._resource(state, layer, entry, around)
        state.end_resources()
        configure(state, layer, self._place)
        generators(state, layer)
        self._plugins(state, layer, "generators", around)
        self._helm(state, layer)
        for entry in layer.scalars("components"):
            with state.attempt(layer.place(entry)):
                self._component(state, layer, entry, around)
        state.end_reading()
        whole = layer.place(layer.node)
        with state.attempt(whole):
            self._budget.spend(_STEPS_FOR_OBJECT * len(state.resources))
        for transformer in _TRANSFORMERS:
            with state.attempt(whole):
                transformer(state, layer)
        self._plugins(state, layer, "transformers", around)
        for entry in layer.scalars("validators"):
            state.leave_out(layer.place(entry), "this validator is not run")
        variables(state, layer)

    def _resource(self, state: State, layer: Layer, entry: Scalar, around: Around) -> None:
        place = layer.place(entry)
        file = self._files.at(layer.folder, entry.value)
        if os.path.isdir(file.real):
            folder = self._folder(state, file, entry, around)
            state.absorb(self._base(folder, place, around), place)
        elif is_remote(entry.value) and not os.path.exists(file.real):
            state.leave_out(place, "is fetched from elsewhere", entry.value)
        else:
            documents = layer.load(state, entry, Role.BASE)
            found = layer.objects(state, documents)
            state.lacks_objects = state.lacks_objects or not found
            state.append(map(Resource, found), place)
            self._openapi.is_in_use |= bool(found)

    def _component(self, state: State, layer: Layer, entry: Scalar, around: Around) -> None:
        place = layer.place(entry)
        file = self._files.at(layer.folder, entry.value)
        if is_remote(entry.value) and not os.path.exists(file.real):
            state.leave_out(place, "is fetched from elsewhere", entry.value)
            return
        folder = self._folder(state, file, entry, around)
        self._kustomization(state, folder, place, around, is_component=True)
        state.reabsorb(place)

    def _folder(self, state: State, file: File, entry: Scalar, around: Around) -> Folder:
        """The folder that an entry names. Raises RefusedError if kustomize does not build it."""
        if os.path.isabs(entry.value):
            raise RefusedError("is an absolute path", entry.value)
        self._files.demand_inside(file, entry.value)
        if not os.path.isdir(file.real):
            what = "is not a folder" if os.path.exists(file.real) else "does not exist"
            raise RefusedError(what, entry.value)
        if around.has_cycle(file.real):
            state.folders.add(file.real)
            raise RefusedError("leads back to a kustomization that is being built: a cycle", entry.value)
        return file.folder

    def _plugins(self, state: State, layer: Layer, field: str, around: Around) -> None:
        known: set[ResId] = set()
        for entry in layer.scalars(field):
            with state.attempt(layer.place(entry)):
                for node in self._plugin_nodes(state, layer, entry, around):
                    place, id_ = self._place(node), id_of(node)
                    with state.attempt(place):
                        if id_.key in known:
                            raise RefusedError(f"there are several objects `{id_}`")
                        known.add(id_.key)
                        apply_plugin(state, layer._replace(node=node, place=self._place), place)

    def _place(self, node: Node) -> Place:
        """Where a node of a text that has lines in units was written."""
        return self._layout.segment(node.span.line).origin(node.span).place

    def _plugin_nodes(self, state: State, layer: Layer, entry: Scalar, around: Around) -> list[Mapping]:
        """The settings of plugins: in the entry itself, in a file, or what a folder is built to."""
        if is_inline(entry.value):
            return layer.objects(state, layer.inline(state, entry, Role.VALUE))
        file = self._files.at(layer.folder, entry.value)
        if os.path.isdir(file.real):
            built = self._base(self._folder(state, file, entry, around), layer.place(entry), around)
            state.note(built)
            return [resource.node for resource in built.resources]
        if is_remote(entry.value) and not os.path.exists(file.real):
            state.leave_out(layer.place(entry), "is fetched from elsewhere", entry.value)
            return []
        return layer.objects(state, layer.load(state, entry, Role.VALUE))

    def _helm(self, state: State, layer: Layer) -> None:
        for field in ("helmCharts", "helmChartInflationGenerator"):
            for node in items(layer.node, field):
                name = value_of(node, "name") or value_of(node, "chartName")
                state.leave_out(layer.place(node), f"the chart `{name}` is not rendered")


def _field_of(kind: str) -> str:
    return "components" if kind == COMPONENT else "resources"
