"""`configurations`, `crds` and `openapi`: what a kustomization declares of the fields of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.sources.kustomize.field_specs import EMPTY, default_config, read_config
from imagelint.sources.kustomize.fields import RefusedError
from imagelint.text.nodes import Mapping, mapping
from imagelint.text.trace import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Node
    from imagelint.text.places import Place

# The version of the schema of Kubernetes that is part of kustomize (`kyaml/openapi/kubernetesapi`).
_SCHEMA = "v1.21.2"


def configure(state: State, layer: Layer, place: Callable[[Node], Place]) -> None:
    """Read `configurations`, and note the schemas that are not read; `place` is where nodes of files were written."""
    own = EMPTY
    for entry in layer.scalars("configurations"):
        with state.attempt(layer.place(entry)):
            for node in layer.load(state, entry, Role.VALUE).nodes[:1]:
                if not isinstance(node, Mapping):
                    raise RefusedError("is not a mapping", entry.value)
                own = own.merged(read_config(node, lambda part, problem: state.refuse(place(part), problem)))
    with state.attempt(layer.place(layer.node)):
        state.config = state.config.merged(default_config().merged(own))
    _leave_out_schemas(state, layer)


def _leave_out_schemas(state: State, layer: Layer) -> None:
    """Note what is said of custom resources: which fields have names of other objects, and how lists are merged."""
    openapi = mapping(layer.node, "openapi")
    path, version = layer.scalar("path", openapi), layer.scalar("version", openapi)
    if version is not None and version.value != _SCHEMA:
        state.refuse(layer.place(version), f"the only version of the schema in kustomize is `{_SCHEMA}`")
    for entry in (*layer.scalars("crds"), *(() if path is None else (path,))):
        with state.attempt(layer.place(entry)):
            layer.load(state, entry, Role.VALUE)
            state.leave_out(layer.place(entry), "is a schema, which is not read", entry.value)
