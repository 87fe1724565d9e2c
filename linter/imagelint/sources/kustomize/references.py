"""References to objects whose names changed (`api/filters/nameref`)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.field_specs import default_config
from imagelint.sources.kustomize.fields import RefusedError, change_fields, is_null, with_entry, with_items
from imagelint.sources.kustomize.resource import Gvk, value_of
from imagelint.text.nodes import Mapping, Scalar, Sequence, mapping
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imagelint.sources.kustomize.field_specs import Config
    from imagelint.sources.kustomize.fields import FieldSpec
    from imagelint.sources.kustomize.resource import Resource
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Node

    # The keys that lead to fields with names of other objects.
    _Tree = dict[str, "_Tree"]

# Marks a field in a tree of keys.
_FIELD = "\0"


def fix_references(state: State) -> None:
    """Give references the present names of what they refer to."""
    types = _default_types() if state.config is default_config() else _Types(state.config)
    for resource in state.resources:
        _demand_namespaces(state, resource)
        with state.attempt(state.parts(_name(resource.node)).whole.place):
            _demand_references(resource.node, types.of(resource.original_id.gvk).tree)
    targets = _Targets(state.resources)
    if not targets.by_name:
        return
    for number, resource in enumerate(state.resources):
        node = resource.node
        for target, spec in types.of(resource.original_id.gvk).fields:
            if targets.can_be(target) and spec.path.partition("/")[0] in node.by_key():
                reference = _Reference(state, resource, target, spec, targets)
                with state.attempt(state.parts(_name(node)).whole.place):
                    changed = change_fields(node, spec.keys, reference.changed)
                    node = changed if isinstance(changed, Mapping) else node
        state.resources[number] = resource.changed(node)


class _Type(NamedTuple):
    """The fields of a type that refer to other objects, each with the type of these, and the keys that lead there."""

    fields: list[tuple[Gvk, FieldSpec]]
    tree: _Tree


class _Types:
    """The types of objects, in one configuration."""

    def __init__(self, config: Config) -> None:
        self._fields = [(target, spec) for target, specs in config.references.items() for spec in specs]
        self._known: dict[Gvk, _Type] = {}

    def of(self, type_: Gvk) -> _Type:
        """What is known of a type."""
        if type_ not in self._known:
            fields = [(target, spec) for target, spec in self._fields if spec.type.selects(*type_)]
            self._known[type_] = _Type(fields, _tree(spec for _, spec in fields))
        return self._known[type_]


@lru_cache(maxsize=1)
def _default_types() -> _Types:
    return _Types(default_config())


def _tree(fields: Iterable[FieldSpec]) -> _Tree:
    """The keys that lead to some fields, each with those that may follow."""
    tree: _Tree = {}
    for field in fields:
        inner = tree
        for key in field.keys:
            inner = inner.setdefault(key.removesuffix("[]"), {})
        inner[_FIELD] = {}
    return tree


def _demand_references(node: Node, tree: _Tree) -> None:
    """Raises RefusedError where a field cannot have a name, even if there is nothing that it could be the name of."""
    if is_null(node) or not tree:
        return
    inner = {key: value for key, value in tree.items() if key != _FIELD}
    if _FIELD in tree:
        for item in node.items if isinstance(node, Sequence) else (node,):
            _demand_name(item)
    if isinstance(node, Sequence):
        for item in node.items:
            _demand_references(item, inner)
    elif isinstance(node, Mapping):
        for key, following in inner.items():
            value = node.get(key)
            if value is not None:
                _demand_references(value, following)
    elif inner:
        raise RefusedError(f"there is a text where `{next(iter(inner))}` is looked for")


def _demand_name(node: Node) -> None:
    is_named = isinstance(node, Scalar) or (isinstance(node, Mapping) and node.get("name") is not None)
    if not is_named:
        raise RefusedError("a reference without a name")


def _demand_namespaces(state: State, resource: Resource) -> None:
    subjects = resource.node.get("subjects") if resource.id.kind == "RoleBinding" else None
    for subject in subjects.items if isinstance(subjects, Sequence) else []:
        namespace = subject.get("namespace") if isinstance(subject, Mapping) else None
        if namespace is not None and is_null(namespace) and value_of(subject, "kind") == "ServiceAccount":
            state.refuse(state.parts(namespace).whole.place, f"the namespace of a subject of `{resource.id}` is empty")


def _name(node: Mapping) -> Node:
    return (mapping(node, "metadata") or node).get("name") or node


class _Targets:
    """The objects that had other names, by those."""

    def __init__(self, resources: list[Resource]) -> None:
        self.by_name: dict[str, list[Resource]] = {}
        self.kinds: set[str] = set()
        for resource in resources:
            self.kinds.update(past.kind for past in resource.previous)
            for name in {past.name for past in resource.previous}:
                self.by_name.setdefault(name, []).append(resource)

    def can_be(self, target: Gvk) -> bool:
        """Whether one of the objects may be of a type."""
        return not target.kind or target.kind in self.kinds


class _Reference:
    """A field of an object that may refer to objects of a type."""

    def __init__(self, state: State, referrer: Resource, target: Gvk, spec: FieldSpec, targets: _Targets) -> None:
        self._state = state
        self._referrer = referrer
        self._target = target
        self._spec = spec
        self._targets = targets

    def changed(self, node: Node) -> Node:
        """The value of the field with present names. Raises RefusedError."""
        if is_null(node):
            return node
        if isinstance(node, Sequence):
            items = [item if is_null(item) else self._one(item) for item in node.items]
            is_same = all(new is old for new, old in zip(items, node.items, strict=True))
            return node if is_same else with_items(node, items)
        return self._one(node)

    def _one(self, node: Node) -> Node:
        if isinstance(node, Scalar):
            found = self._find(node.value, None, _same_name)
            return node if found is None or found.id.name == node.value else self._named(node, found)
        name = node.get("name") if isinstance(node, Mapping) else None
        if not isinstance(node, Mapping) or not isinstance(name, Scalar):
            raise RefusedError("a reference without a name")
        written = node.get("namespace")
        namespace = written.value if isinstance(written, Scalar) else None
        found = self._find(name.value, namespace, _same_identity)
        if found is None:
            return node
        if found.id.name != name.value:
            node = with_entry(node, "name", self._named(name, found))
        own = (mapping(found.node, "metadata") or found.node).get("namespace")
        return with_entry(node, "namespace", own) if found.id.namespace and own is not None else node

    def _named(self, old: Scalar, found: Resource) -> Node:
        name = _name(found.node)
        parts, own = self._state.parts(name), self._state.parts(old)
        others = tuple(dict.fromkeys((*own.others, *parts.others)))
        merged = own._replace(others=others, is_known=own.is_known and parts.is_known)
        return self._state.make(found.id.name, merged)

    def _find(self, name: str, namespace: str | None, is_same: Callable[[list[Resource]], bool]) -> Resource | None:
        """The object that a name refers to; None if there is none. Raises RefusedError if there are several."""
        found = [resource for resource in self._targets.by_name.get(name, ()) if self._can_be(resource)]
        if namespace is not None:
            found = _in_namespace(found, namespace)
        if len(found) > 1:
            found = self._with_same_affixes(found)
        if not found:
            return None
        if len(found) > 1 and not is_same(found):
            raise RefusedError(f"`{name}` refers to several objects")
        return found[0]

    def _with_same_affixes(self, found: list[Resource]) -> list[Resource]:
        found = [resource for resource in found if _have_same_affixes(resource, self._referrer, allows_none=True)]
        if len(found) > 1:
            found = [resource for resource in found if _have_same_affixes(resource, self._referrer, allows_none=False)]
        return found

    def _can_be(self, resource: Resource) -> bool:
        own, id_ = resource.previous_ids, resource.id
        return (
            any(self._target.selects(*past.gvk) for past in own)
            and self._is_role(resource)
            and self._is_reachable(id_.effective_namespace, id_.gvk, id_.kind)
        )

    def _is_role(self, resource: Resource) -> bool:
        if not self._spec.path.endswith("roleRef/name"):
            return True
        role = mapping(self._referrer.node, "roleRef")
        group, kind = value_of(role, "apiGroup"), value_of(role, "kind")
        if role is None or role.get("apiGroup") is None or role.get("kind") is None:
            return True
        return any(Gvk(group, "", kind).selects(*past.gvk) for past in resource.previous_ids)

    def _is_reachable(self, namespace: str, gvk: Gvk, kind: str) -> bool:
        """Whether an object may be referred to across namespaces (`SubsetThatCouldBeReferencedByResource`)."""
        own = self._referrer.id
        if own.gvk.is_cluster_scoped or gvk.is_cluster_scoped or namespace == own.effective_namespace:
            return True
        return kind == "ServiceAccount" and namespace in _subject_namespaces(self._referrer)


def _subject_namespaces(resource: Resource) -> set[str]:
    subjects = resource.node.get("subjects") if resource.id.kind == "RoleBinding" else None
    listed = subjects.items if isinstance(subjects, Sequence) else []
    return {value_of(subject, "namespace") for subject in listed if value_of(subject, "kind") == "ServiceAccount"}


def _in_namespace(found: list[Resource], namespace: str) -> list[Resource]:
    """Those that were in a namespace at first; where there are none, those that are in it now."""
    original = [resource for resource in found if resource.original_id.effective_namespace == namespace]
    return original or [resource for resource in found if resource.id.effective_namespace == namespace]


def _have_same_affixes(one: Resource, other: Resource, *, allows_none: bool) -> bool:
    return all(
        (allows_none and not (own and others)) or _ends_alike(own, others)
        for own, others in ((one.prefixes, other.prefixes), (one.suffixes, other.suffixes))
    )


def _ends_alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or bool(shorter and longer[-len(shorter) :] == shorter)


def _same_name(found: list[Resource]) -> bool:
    return len({resource.id.name for resource in found}) == 1


def _same_identity(found: list[Resource]) -> bool:
    return len({(resource.id.name, resource.id.namespace) for resource in found}) == 1
