"""Names of objects: prefix, suffix, the hash of generated ones, and the namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.sources.kustomize.fields import FieldSpec, RefusedError, as_object, change_fields, with_entry, with_field
from imagelint.sources.kustomize.hashes import HASHED, hash_of
from imagelint.sources.kustomize.resource import Gvk, value_of
from imagelint.text.nodes import Mapping, Scalar, Sequence, mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.sources.kustomize.field_specs import Specs
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.layout import Parts
    from imagelint.sources.kustomize.resource import ResId, Resource
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Node
    from imagelint.text.trace import Origin

_METADATA_NAME, _METADATA_NAMESPACE = "metadata/name", "metadata/namespace"
# What keeps its name (`api/internal/builtins/PrefixTransformer.go`).
_UNNAMED = (
    Gvk(kind="CustomResourceDefinition"),
    Gvk("apiregistration.k8s.io", "", "APIService"),
    Gvk(kind="Namespace"),
)
_BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
_SUBJECT_MODES = frozenset({"defaultOnly", "allServiceAccounts", "none"})


def name_prefix(state: State, layer: Layer) -> None:
    """`namePrefix`."""
    prefix = layer.scalar("namePrefix")
    if prefix is not None:
        with state.attempt(layer.place(prefix)):
            add_prefix(state, prefix.value, layer.origin(prefix, "namePrefix"), state.config.fields("namePrefix"))


def name_suffix(state: State, layer: Layer) -> None:
    """`nameSuffix`."""
    suffix = layer.scalar("nameSuffix")
    if suffix is not None:
        with state.attempt(layer.place(suffix)):
            add_suffix(state, suffix.value, layer.origin(suffix, "nameSuffix"), state.config.fields("nameSuffix"))


def add_prefix(state: State, prefix: str, origin: Origin, specs: Specs) -> None:
    """Put a text before all names. Raises RefusedError."""
    _rename(state, specs, lambda old: prefix + old, origin, lambda resource: resource.with_affixes(prefix=prefix))


def add_suffix(state: State, suffix: str, origin: Origin, specs: Specs) -> None:
    """Put a text behind all names. Raises RefusedError."""
    _rename(state, specs, lambda old: old + suffix, origin, lambda resource: resource.with_affixes(suffix=suffix))


def _rename(
    state: State,
    specs: Specs,
    renamed: Callable[[str], str],
    origin: Origin,
    marked: Callable[[Resource], Resource],
) -> None:
    def change(node: Node) -> Node:
        if not isinstance(node, Scalar):
            raise RefusedError("a name is not a text")
        return state.make(renamed(node.value), with_other(state.parts(node), origin))

    for number, resource in enumerate(state.resources):
        original = resource.original_id
        if any(type_.selects(*original.gvk) for type_ in _UNNAMED):
            continue
        for spec in specs:
            if spec.applies_to(original):
                if spec.path == _METADATA_NAME:
                    resource = marked(resource).remembering()  # noqa: PLW2901 - each step makes another
                if spec.applies_to(resource.id):  # a patch may have changed its kind
                    node = change_fields(resource.node, spec.keys, change)
                    resource = resource.changed(as_object(node))  # noqa: PLW2901 - as above
        state.resources[number] = resource


def with_other(parts: Parts, origin: Origin) -> Parts:
    """The origins of a text that something was added to."""
    return parts._replace(others=(*parts.others, origin))


def add_hashes(state: State) -> None:
    """The hash of their content behind the names of generated objects."""
    for number, resource in enumerate(state.resources):
        # The hash of a content that is not known is not known either.
        if resource.needs_hash and resource.id.kind not in HASHED:
            state.resources[number] = resource.opened()
        elif resource.needs_hash and not resource.is_open:
            name = (mapping(resource.node, "metadata") or resource.node).get("name")
            if isinstance(name, Scalar):
                hashed = state.make(f"{name.value}-{hash_of(resource.node)}", state.parts(name))
                node = with_field(resource.node, ("metadata", "name"), hashed)
                state.resources[number] = resource.remembering().changed(node)


def leave_out_unknown(state: State) -> None:
    """Leave out the objects whose name or namespace is not known."""
    kept: list[Resource] = []
    for resource in state.resources:
        metadata = mapping(resource.node, "metadata") or resource.node
        names = [(key, metadata.get(key)) for key in ("name", "namespace")]
        unknown = [(key, name) for key, name in names if isinstance(name, Scalar) and state.is_unknown(name)]
        for key, name in unknown:
            state.leave_out(
                state.parts(name).whole.place,
                f"the {key} of a {resource.id.kind} is from a Secret or a file that is not here",
            )
        if not unknown:
            kept.append(resource)
    state.resources = kept


def demand_names(state: State) -> None:
    """Raises RefusedError if patches leave an object without a kind or a name, or several with one identity."""
    known: set[ResId] = set()
    for resource in state.resources:
        id_ = resource.id
        if not id_.kind or (not id_.name and not id_.kind.endswith("List")):
            raise RefusedError(f"the object `{id_}` needs a kind and a name")
        if resource.needs_hash and resource.is_open:
            continue  # its name lacks the hash
        if id_.key in known:
            raise RefusedError(f"there are several objects `{id_}`")
        known.add(id_.key)


def namespace(state: State, layer: Layer) -> None:
    """`namespace`."""
    name = layer.scalar("namespace")
    if name is not None:
        with state.attempt(layer.place(name)):
            set_namespace(state, layer.value(state, name, "namespace"), state.config.fields("namespace"))


def set_namespace(
    state: State, name: Scalar, specs: Specs, *, subjects: str = "defaultOnly", is_unset_only: bool = False
) -> None:
    """Put all objects into a namespace. Raises RefusedError (`api/filters/namespace`)."""
    if subjects not in _SUBJECT_MODES:
        raise RefusedError(f"`{subjects}` is not a value of `setRoleBindingSubjects`")

    def change(node: Node) -> Node:
        if not isinstance(node, Scalar):
            raise RefusedError("a namespace is not a text")
        return node if is_unset_only and node.value and not node.is_null else name

    for number, resource in enumerate(state.resources):
        node: Node = resource.node
        if not resource.id.gvk.is_cluster_scoped:
            node = change_fields(node, ("metadata", "namespace"), change, lambda _: name)
        if resource.id.kind in _BINDINGS:
            node = _in_subjects(node, change, name, subjects)
        for spec in specs:
            if _is_changed(spec, resource):
                node = change_fields(node, spec.keys, change, (lambda _: name) if spec.create else None)
        state.resources[number] = resource.remembering().changed(as_object(node))
    state.demand_unique("the namespace")


def _is_changed(spec: FieldSpec, resource: Resource) -> bool:
    is_subject = spec.type.kind in _BINDINGS and spec.path == "subjects/namespace"
    is_name = spec.path == _METADATA_NAME and resource.id.gvk.api_version != "v1"
    return spec.applies_to(resource.id) and spec.path != _METADATA_NAMESPACE and not is_subject and not is_name


def _in_subjects(node: Node, change: Callable[[Node], Node], name: Scalar, subjects: str) -> Node:
    listed = node.get("subjects") if isinstance(node, Mapping) else None
    if subjects == "none" or not isinstance(listed, Sequence) or not isinstance(node, Mapping):
        return node
    key, value = ("name", "default") if subjects == "defaultOnly" else ("kind", "ServiceAccount")
    items: list[Node] = []
    for item in listed.items:
        if isinstance(item, Mapping) and value_of(item, key) == value:
            old = item.get("namespace")
            items.append(with_entry(item, "namespace", name if old is None else change(old)))
        else:
            items.append(item)
    return with_entry(node, "subjects", Sequence(items, listed.start, listed.end, listed.places))
