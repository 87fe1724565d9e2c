"""Which lists patches merge by keys: what kustomize knows of Kubernetes, or an OpenAPI document (`kyaml/openapi`)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imagelint.data import load_data
from imagelint.sources.kustomize.resource import value_of
from imagelint.text.nodes import Mapping, Scalar, items, mapping
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.text.nodes import Node

# A field, or the items of a list: its type, and the keys by which the items of a list are merged.
Entry = dict[str, Any]
# The fields of a type whose names are not known.
_ANY = "*"
_REFERENCE = "#/definitions/"


class Types(NamedTuple):
    """The type of each kind, by `apiVersion/kind`, and the fields of each type."""

    kinds: dict[str, str]
    fields: dict[str, dict[str, Entry]]


@lru_cache(maxsize=1)
def kubernetes_types() -> Types:
    """What kustomize knows by itself: the types with lists that are merged, and those that lead to one."""
    data = load_data("merge_keys.json")
    return Types(data["kinds"], data["types"])


class Schema(NamedTuple):
    """What is known of an object or a field."""

    types: Types
    # The fields of its type; None if that is not known.
    fields: dict[str, Entry] | None = None
    # Of a list that is merged: the keys by which its items are the same; none for a list of texts.
    merge_keys: tuple[str, ...] | None = None

    def of(self, *nodes: Node | None) -> Schema:
        """The schema of the first object whose type is known."""
        names = (self.types.kinds.get(f"{value_of(node, 'apiVersion')}/{value_of(node, 'kind')}") for node in nodes)
        fields = (self.types.fields.get(name, {}) for name in names if name is not None)
        return Schema(self.types, next(fields, None))

    def field(self, name: str) -> Schema:
        """The schema of a field."""
        fields = self.fields or {}
        entry = fields.get(name) or fields.get(_ANY)
        if entry is None:
            return Schema(self.types)
        keys = entry.get("merge")
        return Schema(self.types, self.types.fields.get(entry.get("type", "")), None if keys is None else tuple(keys))

    @property
    def item(self) -> Schema:
        """The schema of the items of a list."""
        return self._replace(merge_keys=None)


class OpenApi:
    """The types that patches of one root follow: the first document that is declared is for all of it."""

    def __init__(self) -> None:
        self.types = kubernetes_types()
        # Where the types come from, if that is declared.
        self.source = ""
        # Whether objects were read before, for which kustomize may have taken what it knows by itself.
        self.is_in_use = False

    def declare(self, source: str, types: Types) -> None:
        """Take the types of a document, unless another was declared before (`openapi.SetSchema`)."""
        if not self.source:
            self.source, self.types = source, types


# Roots share the documents that they declare.
@lru_cache(maxsize=16)
def read_types(document: Mapping) -> Types:
    """The types in an OpenAPI document, version 2."""
    types = Types({}, {})
    definitions = mapping(document, "definitions")
    for name, definition in definitions.pairs() if definitions else ():
        if not isinstance(definition, Mapping):
            continue
        _add_type(types, name.value, definition)
        for gvk in items(definition, "x-kubernetes-group-version-kind"):
            group, version = value_of(gvk, "group"), value_of(gvk, "version")
            types.kinds[f"{group}/{version}/{value_of(gvk, 'kind')}".lstrip("/")] = name.value
    return types


def _add_type(types: Types, name: str, definition: Mapping) -> None:
    pending = [(name, definition)]
    while pending:
        type_, node = pending.pop()
        fields = types.fields.setdefault(type_, {})
        properties = mapping(node, "properties")
        parts = [(key.value, value) for key, value in properties.pairs()] if properties else []
        for key, part in ((_ANY, node.get("additionalProperties")), *parts):
            if isinstance(part, Mapping):
                fields[key] = _entry(part)
                inner = _inner(part)
                if "type" not in fields[key] and inner is not None:
                    fields[key]["type"] = f"{type_}#{key}"
                    pending.append((f"{type_}#{key}", inner))


def _entry(node: Mapping) -> Entry:
    entry: Entry = {}
    if "merge" in value_of(node, "x-kubernetes-patch-strategy").split(","):
        keys = [key.value for key in items(node, "x-kubernetes-list-map-keys") if isinstance(key, Scalar)]
        key = value_of(node, "x-kubernetes-patch-merge-key")
        entry["merge"] = keys or ([key] if key else [])
    reference = value_of(_inner(node), "$ref")
    return {**entry, "type": reference.removeprefix(_REFERENCE)} if reference else entry


def _inner(node: Mapping) -> Mapping | None:
    """What has the fields: the items of a list, else the node itself."""
    return mapping(node, "items") if value_of(node, "type") == "array" else node
