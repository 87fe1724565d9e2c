"""`transformers`, `generators` and `validators`: those that are part of kustomize are applied, others are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.sources.kustomize.decoding import decode, is_true
from imagelint.sources.kustomize.field_specs import specs_of
from imagelint.sources.kustomize.fields import RefusedError, empty_mapping, with_entry
from imagelint.sources.kustomize.generators import absorb, generate
from imagelint.sources.kustomize.image_entries import entry_of, set_images
from imagelint.sources.kustomize.metadata import add_entries, set_replicas, values_of
from imagelint.sources.kustomize.names import add_hashes, add_prefix, add_suffix, set_namespace
from imagelint.sources.kustomize.patches import patch_objects, patches_strategic_merge
from imagelint.sources.kustomize.replacements import replacements
from imagelint.sources.kustomize.resource import value_of
from imagelint.text.nodes import Mapping, mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.sources.kustomize.field_specs import Specs
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Node
    from imagelint.text.places import Place

BUILTIN = "builtin"


def apply_plugin(state: State, layer: Layer, place: Place) -> None:
    """Apply a transformer or a generator by its settings. Raises RefusedError."""
    kind = value_of(layer.node, "kind")
    known = _PLUGINS.get(kind) if value_of(layer.node, "apiVersion") == BUILTIN else None
    if known is None:
        state.leave_out(place, f"the plugin `{kind}` is not run")
    else:
        known(state, layer._replace(node=decode(layer.node, kind, _refuse, is_strict=False)))


def _refuse(_: Node, problem: str) -> None:
    raise RefusedError(problem)


def _namespace(state: State, layer: Layer) -> None:
    name = layer.scalar("namespace", mapping(layer.node, "metadata"))
    if name is None:
        return
    specs, subjects = specs_of(layer.node, "fieldSpecs"), value_of(layer.node, "setRoleBindingSubjects")
    value = layer.value(state, name, "metadata.namespace")
    is_unset_only = is_true(layer.node, "unsetOnly")
    set_namespace(state, value, specs, subjects=subjects or "defaultOnly", is_unset_only=is_unset_only)


def _prefix(state: State, layer: Layer) -> None:
    prefix = layer.scalar("prefix")
    if prefix is not None:
        add_prefix(state, prefix.value, layer.origin(prefix, "prefix"), _needed_specs(layer))


def _suffix(state: State, layer: Layer) -> None:
    suffix = layer.scalar("suffix")
    if suffix is not None:
        add_suffix(state, suffix.value, layer.origin(suffix, "suffix"), _needed_specs(layer))


def _prefix_and_suffix(state: State, layer: Layer) -> None:
    _prefix(state, layer)
    _suffix(state, layer)


def _needed_specs(layer: Layer) -> Specs:
    specs = specs_of(layer.node, "fieldSpecs")
    if not specs:
        raise RefusedError("this transformer needs `fieldSpecs`")
    return specs


def _image(state: State, layer: Layer) -> None:
    node = mapping(layer.node, "imageTag")
    if node is not None:
        set_images(state, layer, [entry_of(layer, node, "imageTag")], specs_of(layer.node, "fieldSpecs"))


def _patch(state: State, layer: Layer) -> None:
    patch_objects(state, layer, layer.node)


def _json_patch(state: State, layer: Layer) -> None:
    text = layer.scalar("jsonOp")
    node = layer.node if text is None else with_entry(layer.node, "patch", text)
    patch_objects(state, layer, node, keeps_names=False)


def _strategic_patches(state: State, layer: Layer) -> None:
    patches_strategic_merge(state, layer, "paths")
    text = layer.scalar("patches")
    if text is not None:
        patch_objects(state, layer, with_entry(empty_mapping(text), "patch", text))


def _replacements(state: State, layer: Layer) -> None:
    replacements(state, layer)


def _labels(state: State, layer: Layer) -> None:
    _entries(state, layer, "labels")


def _annotations(state: State, layer: Layer) -> None:
    _entries(state, layer, "annotations")


def _entries(state: State, layer: Layer, field: str) -> None:
    add_entries(state, values_of(state, layer, mapping(layer.node, field), field), specs_of(layer.node, "fieldSpecs"))


def _replicas(state: State, layer: Layer) -> None:
    entry = mapping(layer.node, "replica")
    if entry is not None:
        set_replicas(state, layer, entry, "replica.count", specs_of(layer.node, "fieldSpecs"))


def _hash(state: State, layer: Layer) -> None:
    del layer
    add_hashes(state)


def _generator(kind: str) -> Callable[[State, Layer], None]:
    def generated(state: State, layer: Layer) -> None:
        entry, metadata = layer.node, mapping(layer.node, "metadata")
        own = {key.value for key, _ in entry.pairs()}
        named = [part for pair in (metadata.pairs() if metadata else ()) if pair[0].value not in own for part in pair]
        entry = Mapping([*entry.nodes, *named], entry.start, entry.end, entry.places)
        absorb(state, generate(state, layer, entry, kind, kind, None))

    return generated


_PLUGINS: dict[str, Callable[[State, Layer], None]] = {
    "NamespaceTransformer": _namespace,
    "PrefixTransformer": _prefix,
    "SuffixTransformer": _suffix,
    "PrefixSuffixTransformer": _prefix_and_suffix,
    "ImageTagTransformer": _image,
    "PatchTransformer": _patch,
    "PatchJson6902Transformer": _json_patch,
    "PatchStrategicMergeTransformer": _strategic_patches,
    "ReplacementTransformer": _replacements,
    "LabelTransformer": _labels,
    "AnnotationsTransformer": _annotations,
    "ReplicaCountTransformer": _replicas,
    "HashTransformer": _hash,
    "ConfigMapGenerator": _generator("ConfigMap"),
    "SecretGenerator": _generator("Secret"),
}
