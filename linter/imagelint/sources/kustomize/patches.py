"""Patches: strategic ones and JSON patches, for an object by its identity or for all that a target selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.unit import Remark
from imagelint.sources.kustomize.commented_out import commented_out
from imagelint.sources.kustomize.decoding import is_true
from imagelint.sources.kustomize.field_specs import gvk_of
from imagelint.sources.kustomize.fields import (
    AbsentError,
    RefusedError,
    empty_mapping,
    is_null,
    size,
    text_like,
    with_entries,
    with_entry,
    without_entry,
)
from imagelint.sources.kustomize.json_patch import apply_operation, operations
from imagelint.sources.kustomize.repeated_keys import Repeating, repeated_key
from imagelint.sources.kustomize.resource import Resource, id_of, is_local_only, value_of
from imagelint.sources.kustomize.schemas import Schema
from imagelint.sources.kustomize.selectors import Selector
from imagelint.sources.kustomize.strategic_merge import DIRECTIVE, merge
from imagelint.sources.kustomize.yaml_documents import is_inline, with_merged_keys
from imagelint.text.nodes import Mapping, Scalar, Sequence, mapping

if TYPE_CHECKING:
    from imagelint.sources.kustomize.json_patch import Operation
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.state import State
    from imagelint.sources.kustomize.yaml_documents import Documents
    from imagelint.text.nodes import Node

# What a patch costs, whether or not it is for any object.
_STEPS = 10
# How many nodes are copied, or looked at, in a step.
_NODES_IN_A_STEP = 100
# How alike kinds are of which one is a misspelling of the other: `HelmRelease` and `HelmRepository` are not.
_SAME_KIND = 0.85


def patches_strategic_merge(state: State, layer: Layer, field: str = "patchesStrategicMerge") -> None:
    """`patchesStrategicMerge`: each entry is a path, or the patch itself."""
    entries, found = [*layer.scalars(field)], 0
    refused = len(state.refusals)
    for entry in entries:
        with state.attempt(layer.place(entry)):
            state.budget.spend(_STEPS)
            documents = layer.inline(state, entry) if is_inline(entry.value) else layer.load(state, entry)
            for patch in map(_with_texts, layer.objects(state, documents)):
                found += 1
                with state.attempt(documents.segment.origin(_name_of(patch).span).place):
                    _apply_selected(state, [_only(state, patch)], patch, empty_mapping(patch))
    if entries and not found and len(state.refusals) == refused:
        state.refuse(layer.place(entries[0]), "there is no patch in what is listed here")


def _with_texts(patch: Mapping) -> Mapping:
    """A patch as kustomize loads it: its labels and annotations are texts, so that a null removes none of them.

    Under `patches` it is taken as it is written (`api/internal/builtins/PatchStrategicMergeTransformer.go`).
    """
    metadata = mapping(patch, "metadata")
    if metadata is None:
        return patch
    changed = metadata
    for key in ("labels", "annotations"):
        if found := mapping(metadata, key):
            if isinstance(found, Repeating):
                found = found.last_of_each()
                changed = with_entry(changed, key, found)
            texts = [
                (name.value, text_like(value.value if isinstance(value, Scalar) else "", value))
                for name, value in found.pairs()
                if not _is_text(value)
            ]
            changed = with_entry(changed, key, with_entries(found, texts)) if texts else changed
    return patch if changed is metadata else with_entry(patch, "metadata", changed)


def _is_text(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_text


def patches(state: State, layer: Layer) -> None:
    """`patches`: each entry is a strategic or a JSON patch."""
    for _, entry in layer.entries("patches"):
        with state.attempt(layer.place(entry)):
            patch_objects(state, layer, entry)


def patches_json6902(state: State, layer: Layer) -> None:
    """`patchesJson6902`: JSON patches that name their target."""
    for _, entry in layer.entries("patchesJson6902"):
        with state.attempt(layer.place(entry)):
            if not value_of(mapping(entry, "target"), "name"):
                raise RefusedError("the target needs a name")
            patch_objects(state, layer, entry, keeps_names=False)


def patch_objects(state: State, layer: Layer, entry: Mapping, *, keeps_names: bool = True) -> None:
    """One entry of `patches`. Raises RefusedError."""
    state.budget.spend(_STEPS)
    if layer.scalar("path", entry) and layer.scalar("patch", entry):
        raise RefusedError("a patch has either `path` or `patch`")
    documents = layer.patch(state, entry)
    if documents is None:
        raise RefusedError("a patch needs `path` or `patch`")
    path = layer.scalar("path", entry)
    if (
        path is not None
        and not keeps_names
        and not layer.files.read(layer.files.at(layer.folder, path.value), path.value)
    ):
        raise RefusedError("is empty", path.value)
    target = mapping(entry, "target")
    first = documents.nodes[0] if documents.nodes else None
    steps = operations(first) if isinstance(first, Sequence) else None
    if steps is not None:
        _apply_operations(state, layer, documents, steps, target, keeps_names=keeps_names)
        return
    patch_nodes = layer.objects(state, documents)
    options = mapping(entry, "options") or empty_mapping(entry)
    if target is None:
        for patch in patch_nodes:
            with state.attempt(documents.segment.origin(_name_of(patch).span).place):
                _apply_to(state, _only(state, patch), patch, options)
    elif len(patch_nodes) > 1:
        raise RefusedError("several patches in one entry cannot have a `target`")
    elif patch_nodes:
        _apply_selected(state, _selected(state, layer, target), patch_nodes[0], options)


def _only(state: State, patch: Mapping) -> int:
    """The position of the object that a patch is for. Raises RefusedError."""
    try:
        return state.only(id_of(patch))
    except AbsentError:
        if state.is_partial and value_of(patch, DIRECTIVE) != "delete":
            state.unplaced.append(Resource(patch))
        raise


def _apply_operations(
    state: State,
    layer: Layer,
    documents: Documents,
    steps: list[Operation],
    target: Mapping | None,
    *,
    keeps_names: bool,
) -> None:
    if target is None:
        raise RefusedError("a JSON patch needs a `target`")
    for number in _selected(state, layer, target):
        resource = state.resources[number]
        resource = resource.remembering() if keeps_names else resource
        _refuse_repeated_key(state, resource)
        node = _with_annotations(resource)
        width = size(node)
        for count, step in enumerate(steps):
            state.budget.spend(1 + (width + count) // _NODES_IN_A_STEP)
            with state.attempt(documents.segment.origin(step.node.span).place):
                node = apply_operation(node, step)
        for step in [step for step in steps if step.has_merge_key][-1:]:
            with state.attempt(documents.segment.origin(step.node.span).place):
                node = with_merged_keys(node)
        state.put(number, resource.changed(node))


def refuse_repeated_keys(state: State) -> None:
    """Refuse objects that have a key more than once in the end; a later patch may have removed what has it."""
    for resource in state.resources:
        if not is_local_only(resource):
            _refuse_repeated_key(state, resource)


def _refuse_repeated_key(state: State, resource: Resource) -> None:
    """Refuse an object with a key more than once, as its text is read again to be printed, or for a JSON patch."""
    if state.has_repeated_keys and (key := repeated_key(resource.node)) is not None:
        state.refuse(state.parts(key).whole.place, f"the key `{key.value}` is there twice")


def _with_annotations(resource: Resource) -> Mapping:
    """The object as a JSON patch finds it: kustomize keeps what it remembers in annotations."""
    node, metadata = resource.node, mapping(resource.node, "metadata")
    is_remembered = resource.previous or resource.prefixes or resource.suffixes or resource.needs_hash
    if not is_remembered or metadata is None or not is_null(metadata.get("annotations")):
        return node
    return with_entry(node, "metadata", with_entry(metadata, "annotations", empty_mapping(metadata)))


def _selected(state: State, layer: Layer, target: Mapping) -> list[int]:
    """The positions of the objects that a target selects; none is reported."""
    selector = Selector(target)
    near = state.beginning(selector.prefix) if selector.prefix else range(len(state.resources))
    state.budget.spend(len(near) * selector.cost)
    found = [number for number in near if selector.selects(state.resources[number])]
    if not found:
        _miss(state, layer, target)
    return found


def _miss(state: State, layer: Layer, target: Mapping) -> None:
    """Report a target that selects nothing, unless it is for all objects of a kind or with a label."""
    name, kind = value_of(target, "name"), gvk_of(target).kind
    if name:
        named = ((one.id.name, one.id) for one in state.resources if kind in {"", one.id.kind})
        nearest = state.did_you_mean(name, named)
    elif value_of(target, "labelSelector") or value_of(target, "annotationSelector"):
        return
    else:
        nearest = state.did_you_mean(kind, ((one.id.kind, one.id) for one in state.resources), cutoff=_SAME_KIND)
    message = "the target of this patch matches no object"
    if name and (commented := commented_out(state, layer, "name", name)) is not None:
        state.miss(Remark(layer.place(target), f"{message}: `{name}` is in {commented}", is_dormant=True))
    elif name or nearest:
        selected = (name, kind) if name else None
        state.miss(Remark(layer.place(target), message, nearest=nearest, selected=selected))


def _apply_selected(state: State, numbers: list[int], patch: Mapping, options: Mapping) -> None:
    """Objects with a strategic patch applied that need not be theirs (`resWrangler.ApplySmPatch`)."""
    for number in reversed(numbers):  # a patch may delete what it is for
        version = state.resources[number].node.get("apiVersion")
        own = patch if version is None else with_entry(patch, "apiVersion", version)
        _apply_to(state, number, own, options)
    # As kustomize does, even if the patch is for none of them.
    state.demand_unique("this patch")


def _apply_to(state: State, number: int, patch: Mapping, options: Mapping) -> None:
    """One object with a strategic patch applied (`Resource.ApplySmPatch`)."""
    resource = state.resources[number]
    if value_of(patch, DIRECTIVE) == "replace":
        return  # kustomize does not replace whole objects
    is_renamed, is_other_kind = is_true(options, "allowNameChange"), is_true(options, "allowKindChange")
    state.budget.spend(resource.size // _NODES_IN_A_STEP)
    merged = merge(resource.node, patch, Schema(state.openapi.types).of(resource.node, patch))
    state.has_repeated_keys = state.has_repeated_keys or repeated_key(patch) is not None
    if not isinstance(merged, Mapping) or not merged.nodes:
        del state.resources[number]
        state.deleted.append(resource)
        return
    if is_renamed or is_other_kind:
        resource = resource.remembering()
    merged = _restored(merged, resource.node, "apiVersion")
    if not is_other_kind:
        merged = _restored(merged, resource.node, "kind")
    metadata, old = mapping(merged, "metadata"), mapping(resource.node, "metadata")
    if old is not None:
        metadata = metadata or empty_mapping(old)
        metadata = _restored(metadata, old, "namespace")
        metadata = metadata if is_renamed else _restored(metadata, old, "name")
        merged = with_entry(merged, "metadata", metadata)
    state.put(number, resource.changed(merged))


def _restored(node: Mapping, old: Mapping, key: str) -> Mapping:
    """A mapping with the value that a key had before; without it where there was none."""
    value = old.get(key)
    return without_entry(node, key) if value is None else with_entry(node, key, value)


def _name_of(patch: Mapping) -> Node:
    name = (mapping(patch, "metadata") or patch).get("name")
    return name if name is not None else patch
