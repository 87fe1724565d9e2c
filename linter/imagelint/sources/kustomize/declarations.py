"""`configurations`, `crds` and `openapi`: what a kustomization declares of the fields of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.sources.kustomize.crds import fields_of_definitions
from imagelint.sources.kustomize.field_specs import EMPTY, default_config, read_config
from imagelint.sources.kustomize.fields import RefusedError, empty_mapping, is_null
from imagelint.sources.kustomize.schemas import kubernetes_types, read_types
from imagelint.sources.kustomize.texts import is_remote
from imagelint.text.nodes import Mapping, mapping
from imagelint.text.trace import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.sources.kustomize.field_specs import Config
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.schemas import Types
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Node, Scalar
    from imagelint.text.places import Place

# The version of the schema of Kubernetes that is part of kustomize (`kyaml/openapi/kubernetesapi`).
_VERSION = "v1.21.2"
# A document is read once, except one of definitions that is refused.
_STEPS_FOR_DOCUMENT, _STEPS_FOR_REFUSED = 10, 5000


def declare_types(state: State, layer: Layer) -> None:
    """Read `openapi`: the types whose lists patches merge, of a document or of a version of Kubernetes."""
    openapi = mapping(layer.node, "openapi")
    path, version = layer.scalar("path", openapi), layer.scalar("version", openapi)
    if version is not None:
        with state.attempt(layer.place(version)):
            if path is not None:
                raise RefusedError("`openapi` has either `path` or `version`")
            if version.value != _VERSION:
                raise RefusedError(f"the only version of the schema in kustomize is `{_VERSION}`")
            _declare(state, layer.place(version), version.value, kubernetes_types())
    elif path is not None:
        with state.attempt(layer.place(path)):
            if is_remote(path.value):
                state.leave_out(layer.place(path), "is fetched from elsewhere", path.value)
            else:
                _declare(state, layer.place(path), path.value, read_types(_document(state, layer, path)))


def _declare(state: State, place: Place, path: str, types: Types) -> None:
    if state.openapi.source:
        return
    if state.openapi.is_in_use:
        state.is_cut = True
        state.leave_out(place, "is a schema that is declared after objects were read", path)
        return
    state.declared = f"{place.path}:{path}", types
    state.openapi.declare(*state.declared)


def _mapping_in(state: State, layer: Layer, path: Scalar) -> Mapping:
    """What a file holds, which may be nothing."""
    nodes = layer.load(state, path, Role.VALUE).nodes
    if not nodes or is_null(nodes[0]):
        return empty_mapping(path)
    if not isinstance(nodes[0], Mapping):
        raise RefusedError("is not a mapping", path.value)
    return nodes[0]


def _document(state: State, layer: Layer, path: Scalar) -> Mapping:
    """A file that is JSON if it begins like that."""
    state.budget.spend(_STEPS_FOR_DOCUMENT)
    node = _mapping_in(state, layer, path)
    if layer.load(state, path, Role.VALUE).is_broken_json:
        raise RefusedError("begins like JSON, and is not", path.value)
    return node


def configure(state: State, layer: Layer, place: Callable[[Node], Place]) -> None:
    """Read `configurations` and `crds`; `place` is where nodes of files were written."""
    own = declared = EMPTY
    for entry in layer.scalars("configurations"):
        with state.attempt(layer.place(entry)):
            node = _mapping_in(state, layer, entry)
            own = own.merged(read_config(node, lambda part, problem: state.refuse(place(part), problem)))
    for entry in layer.scalars("crds"):
        with state.attempt(layer.place(entry)):
            if not layer.files.read(layer.files.at(layer.folder, entry.value), entry.value):
                raise RefusedError("is empty, which ends kustomize", entry.value)
            declared = declared.merged(_fields_of(state, _document(state, layer, entry)))
    with state.attempt(layer.place(layer.node)):
        state.config = state.config.merged(default_config().merged(own)).merged(declared)


def _fields_of(state: State, node: Mapping) -> Config:
    try:
        return fields_of_definitions(node)
    except RefusedError:
        state.budget.charge(_STEPS_FOR_REFUSED)
        raise
