"""Strategic merge patches, as `kyaml/yaml/merge2` and `kyaml/yaml/walk` of kustomize 5.8.1 apply them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from imagelint.data import load_data
from imagelint.sources.kustomize.fields import RefusedError, is_null, with_entry, with_items, without_entry
from imagelint.sources.kustomize.resource import value_of
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence

# The fields of a type, or of the items of a list: from `merge_keys.json`.
Schema = dict[str, Any]
_DIRECTIVE = "$patch"
_DIRECTIVES = frozenset({"delete", "replace", "merge"})
# The values of the merge keys of an item.
_Values = tuple[str, ...]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load_data("merge_keys.json")
    return data


def schema_of(node: Node) -> Schema | None:
    """The fields of an object that are merged by keys; None if its type is not known."""
    type_ = _data()["kinds"].get(f"{value_of(node, 'apiVersion')}/{value_of(node, 'kind')}")
    return _fields(type_) if type_ else None


def _fields(type_: str | None) -> Schema | None:
    fields: Schema | None = _data()["types"].get(type_)
    return fields


def merge(base: Node | None, patch: Node | None, schema: Schema | None = None) -> Node | None:
    """A node with a patch applied; None where the patch deletes it. Raises RefusedError if they do not fit."""
    first = patch if is_null(base) else base
    _demand_same_type(first, patch)
    if is_null(first) or isinstance(first, Mapping):
        return _merge_mappings(base, patch, schema)
    return base if patch is None else patch


def _demand_same_type(first: Node | None, patch: Node | None) -> None:
    if not is_null(patch) and type(patch) is not type(first):
        raise RefusedError("a patch has another type of value than what it changes")


def merge_field(base: Node | None, patch: Node | None, entry: dict[str, Any] | None) -> Node | None:
    """As `merge`, of a field or of an item."""
    type_ = entry.get("type") if entry else None
    first = patch if is_null(base) else base
    if isinstance(first, Sequence) and entry and "merge" in entry:
        return _merge_lists(base, patch, entry)
    schema = _fields(type_)
    if schema is None and isinstance(first, Mapping):
        schema = schema_of(first)
    return merge(base, patch, schema)


def _merge_mappings(base: Node | None, patch: Node | None, schema: Schema | None) -> Node | None:
    if patch is None:
        return base
    if not isinstance(patch, Mapping):
        return None if not is_null(base) else patch
    directive = _directive(patch)
    patch = without_entry(patch, _DIRECTIVE) if directive else patch
    if directive == "delete":
        return None
    if not isinstance(base, Mapping) or directive == "replace":
        # What is added is merged with itself: its own nulls and deletions apply.
        base = patch
    return _merge_entries(base, patch, schema or {})


def _merge_entries(base: Mapping, patch: Mapping, schema: Schema) -> Mapping:
    merged = base
    for key, value in patch.pairs():
        old = base.get(key.value)
        new = merge_field(old, value, schema.get(key.value))
        if is_null(new) or new is None:
            merged = without_entry(merged, key.value)
        elif old is None:
            merged = Mapping([*merged.nodes, key, new], merged.start, merged.end, merged.places)
        else:
            merged = with_entry(merged, key.value, new)
    return merged


def _directive(patch: Node) -> str:
    """The `$patch` of a mapping; empty if there is none."""
    value = patch.get(_DIRECTIVE) if isinstance(patch, Mapping) else None
    if value is None:
        return ""
    word = value.value if isinstance(value, Scalar) else ""
    if word not in _DIRECTIVES:
        raise RefusedError(f"unknown patch strategy `{word}`")
    return word


def _list_directive(patch: Sequence) -> tuple[str, Sequence]:
    """The `$patch` of a list, which is an item of its own, and the list without it."""
    first = next((item for item in patch.items if isinstance(item, Mapping) and item.get(_DIRECTIVE)), None)
    if first is None or len(first.nodes) > 2:
        return "", patch
    directive = _directive(first)
    rest = [item for item in patch.items if value_of(item, _DIRECTIVE) != directive]
    return directive, with_items(patch, rest)


def _merge_lists(base: Node | None, patch: Node | None, entry: dict[str, Any]) -> Node | None:
    _demand_same_type(patch if is_null(base) else base, patch)
    if patch is None:
        return base
    if not isinstance(patch, Sequence):
        return None if not is_null(base) else patch
    if isinstance(base, Sequence):
        directive, patch = _list_directive(patch)
        if directive == "delete":
            return None
        base = patch if directive == "replace" else base
    else:
        base = patch
    keys = tuple(entry["merge"])
    return _merge_items(base, patch, keys, entry) if keys else _merge_texts(base, patch)


def _merge_texts(base: Sequence, patch: Sequence) -> Node | None:
    items: dict[str, Node] = {}
    for item in (*patch.items, *base.items):
        items.setdefault(item.value if isinstance(item, Scalar) else "", item)
    return with_items(base, [*items.values()]) if items else None


def _merge_items(base: Sequence, patch: Sequence, keys: tuple[str, ...], entry: dict[str, Any]) -> Node | None:
    """The items of both lists, the patched ones first; those with the same keys are merged."""
    field = {"type": entry["type"]} if "type" in entry else None
    bases, patches = _by_values(base, keys), _by_values(patch, keys)
    items: list[Node] = []
    for values in {**patches, **bases}:
        old, new = bases.get(values), patches.get(values)
        merged = merge_field(old, new, field)
        if merged is None or is_null(merged) or (isinstance(merged, Mapping) and not merged.nodes):
            continue
        if old is not None and new is not None and old is not new and _directive(new) == "replace":
            merged = old  # the item of the base is put back (`appendListNode`)
        items.append(merged)
    return with_items(base, items) if items else None


def _by_values(items: Sequence, keys: tuple[str, ...]) -> dict[_Values, Node]:
    """The items by the values of their keys."""
    found: dict[_Values, Node] = {}
    for item in items.items:
        found.setdefault(tuple(value_of(item, key) for key in keys), item)
    return found
