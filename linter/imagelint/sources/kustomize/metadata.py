"""Labels, annotations and replicas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.sources.kustomize.decoding import is_true
from imagelint.sources.kustomize.field_specs import merge_specs, specs_of
from imagelint.sources.kustomize.fields import (
    AbsentError,
    FieldSpec,
    RefusedError,
    change_fields,
    empty_mapping,
    is_null,
    with_entries,
)
from imagelint.sources.kustomize.layout import Parts
from imagelint.sources.kustomize.resource import Gvk, value_of
from imagelint.text.nodes import Mapping, Scalar, mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.sources.kustomize.field_specs import Specs
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Node

_LABELS = FieldSpec(Gvk(), "metadata/labels", create=True)


def labels(state: State, layer: Layer) -> None:
    """`labels` and `commonLabels`."""
    for key, entry in layer.entries("labels"):
        with state.attempt(layer.place(entry)):
            add_entries(
                state, values_of(state, layer, mapping(entry, "pairs"), f"{key}.pairs"), _label_specs(state, entry)
            )
    common = mapping(layer.node, "commonLabels")
    if common is not None:
        with state.attempt(layer.place(common)):
            values = values_of(state, layer, common, "commonLabels")
            add_entries(state, values, state.config.fields("commonLabels"))


def _label_specs(state: State, entry: Mapping) -> Specs:
    config = state.config
    specs = merge_specs(specs_of(entry, "fields"), config.fields("labels"))
    if is_true(entry, "includeSelectors"):
        return merge_specs(specs, config.fields("commonLabels"))
    if is_true(entry, "includeTemplates"):
        specs = merge_specs(specs, config.fields("templateLabels"))
    return merge_specs(specs, (_LABELS,))


def common_annotations(state: State, layer: Layer) -> None:
    """`commonAnnotations`."""
    common = mapping(layer.node, "commonAnnotations")
    if common is not None:
        with state.attempt(layer.place(common)):
            values = values_of(state, layer, common, "commonAnnotations")
            add_entries(state, values, state.config.fields("commonAnnotations"))


def values_of(state: State, layer: Layer, node: Mapping | None, key: str) -> dict[str, Scalar]:
    """The texts of a mapping, as scalars of objects."""
    return {
        name.value: layer.value(state, value, f"{key}.{name.value}")
        for name, value in (node.pairs() if node else ())
        if isinstance(value, Scalar)
    }


def add_entries(state: State, values: dict[str, Scalar], specs: Specs) -> None:
    """Add labels or annotations to each of the fields. Raises RefusedError."""
    if not values:
        return

    def change(node: Node) -> Node:
        if is_null(node):
            node = empty_mapping(node)
        if not isinstance(node, Mapping):
            raise RefusedError("labels and annotations are mappings")
        return with_entries(node, values.items())

    change_all(state, specs, change, empty_mapping)


def change_all(
    state: State, specs: Specs, change: Callable[[Node], Node], make: Callable[[Node], Node] | None = None
) -> None:
    """Change fields of all objects that have them; `make` makes those that are to be created."""
    for number, resource in enumerate(state.resources):
        node: Node = resource.node
        for spec in specs:
            if spec.applies_to(resource.id):
                node = change_fields(node, spec.keys, change, make if spec.create else None)
        if isinstance(node, Mapping):
            state.resources[number] = resource.changed(node)


def replicas(state: State, layer: Layer) -> None:
    """`replicas`."""
    for key, entry in layer.entries("replicas"):
        with state.attempt(layer.place(entry)):
            set_replicas(state, layer, entry, f"{key}.count", state.config.fields("replicas"))


def set_replicas(state: State, layer: Layer, entry: Mapping, key: str, specs: Specs) -> None:
    """Set how many pods the objects of a name have. Raises RefusedError."""
    name, count = value_of(entry, "name"), entry.get("count")
    value = (
        layer.value(state, count, key)
        if isinstance(count, Scalar)
        else state.make("0", Parts.one(layer.origin(entry, key)), plain=True)
    )

    def change(old: Node) -> Node:
        if not isinstance(old, Scalar):
            raise RefusedError("a number of replicas is not a number")
        return value

    is_found = False
    for number, resource in enumerate(state.resources):
        node: Node = resource.node
        for spec in specs:
            if any(own.name == name and spec.applies_to(own) for own in resource.ids):
                is_found = True
                if spec.applies_to(resource.id):  # a patch may have changed its kind
                    node = change_fields(node, spec.keys, change, (lambda _: value) if spec.create else None)
        if isinstance(node, Mapping):
            state.resources[number] = resource.changed(node)
    if not is_found:
        raise AbsentError(f"no object `{name}` has replicas", state.nearest(name))
