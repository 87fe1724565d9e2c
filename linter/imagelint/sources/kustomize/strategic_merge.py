"""Strategic merge patches, as `kyaml/yaml/merge2` and `kyaml/yaml/walk` of kustomize 5.8.1 apply them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.sources.kustomize.fields import RefusedError, is_null, key_like, with_changes, with_items, without_entry
from imagelint.sources.kustomize.resource import value_of
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from imagelint.sources.kustomize.schemas import Schema

DIRECTIVE = "$patch"
# Each of such items is compared with all others.
_MOST_REPEATED = 500
_DIRECTIVES = frozenset({"delete", "replace", "merge"})
# The values of the merge keys of an item.
_Values = tuple[str, ...]


def merge(base: Node | None, patch: Node | None, schema: Schema) -> Node | None:
    """A node with a patch applied; None where the patch deletes it. Raises RefusedError if they do not fit."""
    first = patch if is_null(base) else base
    _demand_same_type(first, patch)
    if is_null(first) or isinstance(first, Mapping):
        return _merge_mappings(base, patch, schema)
    return base if patch is None else patch


def _demand_same_type(first: Node | None, patch: Node | None) -> None:
    if not is_null(patch) and any(isinstance(patch, one) != isinstance(first, one) for one in (Mapping, Sequence)):
        raise RefusedError("a patch has another type of value than what it changes")


def _merge_field(base: Node | None, patch: Node | None, schema: Schema) -> Node | None:
    """As `merge`, of a field or of an item."""
    first = patch if is_null(base) else base
    if isinstance(first, Sequence) and schema.merge_keys is not None:
        return _merge_lists(base, patch, schema, schema.merge_keys)
    if schema.fields is None and isinstance(first, Mapping):
        schema = schema.of(base, patch)
    return merge(base, patch, schema)


def _merge_mappings(base: Node | None, patch: Node | None, schema: Schema) -> Node | None:
    if patch is None:
        return _merge_entries(base, None, schema) if isinstance(base, Mapping) and schema.fields else base
    if not isinstance(patch, Mapping):
        return None if not is_null(base) else patch
    directive = _directive(patch)
    patch = without_entry(patch, DIRECTIVE) if directive else patch
    if directive == "delete":
        return None
    if not isinstance(base, Mapping) or directive == "replace":
        # What is added is merged with itself: its own nulls and deletions apply.
        base = patch
    return _merge_entries(base, patch, schema)


def _merge_entries(base: Mapping, patch: Mapping | None, schema: Schema) -> Mapping:
    changes: dict[str, tuple[Scalar, Node] | None] = {}
    for key, value in patch.pairs() if patch else ():
        old = base.get(key.value)
        new = _merge_field(old, value, schema.field(key.value))
        if is_null(new) or new is None:
            changes[key.value] = None
        else:
            changes[key.value] = key if old is None else key_like(key.value, new), new
    for key, value in base.pairs() if schema.fields else ():
        if patch is None or patch.get(key.value) is None:
            # Of items with one key, the last remains even where the patch does not have the list.
            settled = _merge_field(value, None, schema.field(key.value))
            if settled is not None:
                changes[key.value] = key_like(key.value, settled), settled
    return with_changes(base, changes)


def _directive(patch: Node) -> str:
    """The `$patch` of a mapping; empty if there is none."""
    value = patch.get(DIRECTIVE) if isinstance(patch, Mapping) else None
    if value is None:
        return ""
    word = value.value if isinstance(value, Scalar) else ""
    if word not in _DIRECTIVES:
        raise RefusedError(f"unknown patch strategy `{word}`")
    return word


def _list_directive(patch: Sequence) -> tuple[str, Sequence]:
    """The `$patch` of a list, which is an item of its own, and the list without it."""
    first = next((item for item in patch.items if isinstance(item, Mapping) and item.get(DIRECTIVE)), None)
    if first is None or len(first.nodes) > 2:
        return "", patch
    directive = _directive(first)
    rest = [item for item in patch.items if value_of(item, DIRECTIVE) != directive]
    return directive, with_items(patch, rest)


def _merge_lists(base: Node | None, patch: Node | None, schema: Schema, keys: tuple[str, ...]) -> Node | None:
    _demand_same_type(patch if is_null(base) else base, patch)
    if patch is None:
        patch = with_items(base, []) if isinstance(base, Sequence) else None
    if not isinstance(patch, Sequence):
        return None if not is_null(base) else patch
    if isinstance(base, Sequence):
        directive, patch = _list_directive(patch)
        if directive == "delete":
            return None
        base = patch if directive == "replace" else base
    else:
        base = patch
    return _merge_items(base, patch, keys, schema.item) if keys else _merge_texts(base, patch)


def _merge_texts(base: Sequence, patch: Sequence) -> Node | None:
    items: dict[str, Node] = {}
    for item in (*patch.items, *base.items):
        items.setdefault(item.value if isinstance(item, Scalar) else "", item)
    return with_items(base, [*items.values()]) if items else None


def _merge_items(base: Sequence, patch: Sequence, keys: tuple[str, ...], schema: Schema) -> Node | None:
    """The items of both lists, the patched ones first; those with the same keys are merged."""
    bases, patches = _by_values(base, keys), _by_values(patch, keys)
    if bases is None or patches is None:
        return _merge_repeated(base, patch, keys, schema)
    items: list[Node] = []
    for values in {**patches, **bases}:
        old, new = bases.get(values), patches.get(values)
        item = _merge_field(old, new, schema)
        if item is not None and not _is_empty(item):
            is_put_back = old is not None and new is not None and old is not new and _directive(new) == "replace"
            items.append(old if is_put_back and old is not None else item)
    return _same_or_with(base, items)


def _by_values(items: Sequence, keys: tuple[str, ...]) -> dict[_Values, Node] | None:
    """The items by the values of their keys; None if one has no name, or several have the same."""
    found = {_values(item, keys): item for item in items.items}
    return found if len(found) == len(items.items) and all(values[0] for values in found) else None


def _same_or_with(base: Sequence, items: list[Node]) -> Sequence:
    is_same = len(items) == len(base.items) and all(new is old for new, old in zip(items, base.items, strict=True))
    return base if is_same else with_items(base, items)


def _merge_repeated(base: Sequence, patch: Sequence, keys: tuple[str, ...], schema: Schema) -> Node | None:
    """As `_merge_items`, of items without a name, or of which several have the same: invalid, and yet merged."""
    if len(base.items) + len(patch.items) > _MOST_REPEATED:
        raise RefusedError("a list is too long for items of which several have one name")
    bases = [*base.items]
    # What is added is merged with itself, so that both lists lose what one of them loses.
    patches = bases if base is patch else [*patch.items]
    merged: list[Node] = []
    for values in dict.fromkeys(_values(item, keys) for item in (*patch.items, *base.items)):
        old, new = _find(bases, values, keys), _find(patches, values, keys)
        item = _merge_field(old, new, schema)
        if item is None or _is_empty(item):
            bases[:] = [one for one in bases if not _is_empty(one) and not _is_set(one, values, keys)]
            continue
        merged = _with_item(merged, item, values, keys)
        if old is not None and (new is None or _directive(new) != "replace"):
            # Only the first: a JSON patch may have copied it.
            bases[next(number for number, one in enumerate(bases) if one is old)] = item
    return _same_or_with(base, _joined(merged, bases, keys))


def _joined(merged: list[Node], bases: list[Node], keys: tuple[str, ...]) -> list[Node]:
    """The merged items with those of the base put back (`appendListNode`)."""
    items = [*merged]
    for base in bases:
        if is_null(base):
            items[:] = []
            continue
        if not isinstance(base, Mapping):
            raise RefusedError("an item of a list that is merged by its names is not a mapping")
        if base.get(keys[0]) is None:
            items[:] = [base]  # an item without its key replaces all before it
            continue
        items = _with_item(items, base, _values(base, keys), keys)
    return items


def _is_empty(item: Node) -> bool:
    return is_null(item) or (isinstance(item, Mapping) and not item.nodes)


def _with_item(items: list[Node], item: Node, values: _Values, keys: tuple[str, ...]) -> list[Node]:
    """The items with one put where these values are set, or else behind them (`ElementSetter`)."""
    is_there = any(_is_set(other, values, keys) for other in items)
    return [item if _is_set(other, values, keys) else other for other in items] if is_there else [*items, item]


def _is_set(item: Node, values: _Values, keys: tuple[str, ...]) -> bool:
    """Whether setting or removing the item with these values takes this one: without a value, all that have the key."""
    return all(
        isinstance(item, Mapping) and item.get(key) is not None and (not value or value_of(item, key) == value)
        for key, value in zip(keys, values, strict=True)
    )


def _find(items: list[Node], values: _Values, keys: tuple[str, ...]) -> Node | None:
    """The item that has these values of its keys."""
    return next((item for item in items if _values(item, keys) == values and _has_key(item, keys)), None)


def _has_key(item: Node, keys: tuple[str, ...]) -> bool:
    return isinstance(item, Mapping) and any(item.get(key) is not None for key in keys)


def _values(item: Node, keys: tuple[str, ...]) -> _Values:
    return tuple(value_of(item, key) for key in keys)
