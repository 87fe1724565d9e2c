"""JSON patches (RFC 6902), as `gopkg.in/evanphx/json-patch.v4` applies them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.fields import (
    AbsentError,
    RefusedError,
    as_object,
    is_null,
    key_like,
    with_entry,
    with_items,
    without_entry,
)
from imagelint.sources.kustomize.resource import value_of
from imagelint.text.compose import MAX_DEPTH
from imagelint.text.nodes import MERGE_KEY, Mapping, Node, Scalar, Sequence
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INDEX = re.compile(r"[+-]?[0-9]{1,9}")
# How many nodes one operation may copy: operations could else double an object again and again.
MAX_COPIED = 2000
_KINDS = frozenset({"add", "remove", "replace", "move", "copy", "test"})


class Operation(NamedTuple):
    """One operation of a patch; `keys` and `source` are decoded pointers."""

    kind: str
    path: str
    keys: list[str]
    source: list[str]
    value: Node | None
    # How many levels the value has.
    height: int
    # Whether it writes the key `<<`.
    has_merge_key: bool
    node: Node


def operations(node: Node) -> list[Operation] | None:
    """The operations of a document; None if it is not a JSON patch."""
    if not isinstance(node, Sequence) or not all(isinstance(item, Mapping) for item in node.items):
        return None
    return [_operation(item) for item in node.items if isinstance(item, Mapping)]


def _operation(node: Mapping) -> Operation:
    path = node.get("path")
    text = path.value if isinstance(path, Scalar) else ""
    keys, source = _pointer(text), _pointer(value_of(node, "from"))
    value = node.get("value")
    levels = [*_levels(value)]
    has_merge_key = MERGE_KEY in keys or any(
        isinstance(part, Scalar) and part.value == MERGE_KEY for level in levels for part in level
    )
    return Operation(value_of(node, "op"), text, keys, source, value, len(levels) - 1, has_merge_key, node)


def _pointer(text: str) -> list[str]:
    return [key.replace("~1", "/").replace("~0", "~") for key in text.split("/")[1:]]


def apply_operation(root: Mapping, operation: Operation) -> Mapping:
    """An object with an operation applied. Raises RefusedError as the library does."""
    if operation.kind not in _KINDS:
        raise RefusedError(f"`{operation.kind}` is not an operation of a JSON patch")
    if not operation.keys and operation.kind not in {"replace", "test"}:
        raise RefusedError(f"`{operation.kind}` has no path that it can change")
    return as_object(_apply(root, operation))


def _apply(root: Node, operation: Operation) -> Node:
    if operation.kind == "test":
        return _tested(root, operation)
    if operation.kind == "remove":
        return _at(root, operation.keys, _removed, operation)
    if operation.kind in {"move", "copy"}:
        return _copied(root, operation)
    value = operation.value if operation.value is not None else key_like("null", operation.node)
    if operation.height + len(operation.keys) > MAX_DEPTH:
        raise _too_large(operation)
    if not operation.keys:
        return value
    change = _adding(value) if operation.kind == "add" else _replacing(value)
    return _at(root, operation.keys, change, operation)


def _copied(root: Node, operation: Operation) -> Node:
    """A node after `copy` or `move`."""
    value = _found(root, operation.source, operation)
    if value is None or not operation.source:
        raise _missing(operation)
    if not is_bounded(value, len(operation.keys)):
        raise _too_large(operation)
    if operation.kind == "move":
        root = _at(root, operation.source, _removed, operation)
    return _at(root, operation.keys, _adding(value), operation)


def _tested(root: Node, operation: Operation) -> Node:
    found = _found(root, operation.keys, operation)
    if as_json(found) != as_json(operation.value):
        raise AbsentError(f"the test of `{operation.path}` failed")
    return root


def _found(node: Node, keys: list[str], operation: Operation) -> Node | None:
    """What a pointer leads to; None for a key that a mapping does not have."""
    found: Node | None = node
    for key in keys:
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, Sequence):
            found = found.items[_index(key, len(found.items), operation)]
        else:
            raise _missing(operation)
    return found


def _at(node: Node, keys: list[str], change: Callable[[Node, str, Operation], Node], operation: Operation) -> Node:
    """A node with its part at a pointer changed; `change` gets what is around it, and the last key."""
    if len(keys) == 1:
        return change(node, keys[0], operation)
    if isinstance(node, Mapping):
        inner = node.get(keys[0])
        if inner is None or is_null(inner):
            raise _missing(operation)
        return with_entry(node, keys[0], _at(inner, keys[1:], change, operation))
    if not isinstance(node, Sequence):
        raise _missing(operation)
    number = _index(keys[0], len(node.items), operation)
    items = [*node.items]
    items[number] = _at(items[number], keys[1:], change, operation)
    return with_items(node, items)


def _removed(node: Node, key: str, operation: Operation) -> Node:
    if isinstance(node, Sequence):
        number = _index(key, len(node.items), operation)
        return with_items(node, [*node.items[:number], *node.items[number + 1 :]])
    if not isinstance(node, Mapping) or node.get(key) is None:
        raise _missing(operation)
    return without_entry(node, key)


def _adding(value: Node) -> Callable[[Node, str, Operation], Node]:
    def added(node: Node, key: str, operation: Operation) -> Node:
        if isinstance(node, Mapping):
            return with_entry(node, key, value)
        if not isinstance(node, Sequence):
            raise _missing(operation)
        length = len(node.items)
        number = length if key == "-" else _index(key, length + 1, operation)
        return with_items(node, [*node.items[:number], value, *node.items[number:]])

    return added


def _replacing(value: Node) -> Callable[[Node, str, Operation], Node]:
    def replaced(node: Node, key: str, operation: Operation) -> Node:
        if isinstance(node, Mapping):
            return with_entry(node, key, value)  # the library does not mind that it was not there
        if not isinstance(node, Sequence):
            raise _missing(operation)
        items = [*node.items]
        items[_index(key, len(items), operation)] = value
        return with_items(node, items)

    return replaced


def _index(key: str, length: int, operation: Operation) -> int:
    number = int(key) if _INDEX.fullmatch(key) else length
    if not -length <= number < length:
        raise _missing(operation)
    return number % length


def _missing(operation: Operation) -> AbsentError:
    what = f"`{operation.kind}` does not apply"
    return AbsentError(f"{what}: the object has no `{operation.path}`")


def _too_large(operation: Operation) -> RefusedError:
    return RefusedError(f"`{operation.kind}` of `{operation.path}` makes the object too large")


def _levels(node: Node | None) -> Iterator[list[Node]]:
    """A node, its parts, their parts, and so on."""
    level = [node] if node is not None else []
    while level:
        yield level
        level = [*{id(inner): inner for part in level for inner in parts_of(part)}.values()]


def parts_of(node: Node) -> list[Node]:
    """The keys, values or items of a node."""
    return node.nodes if isinstance(node, Mapping) else node.items if isinstance(node, Sequence) else []


def is_bounded(value: Node, depth: int) -> bool:
    """Whether a value may be copied to a place that `depth` keys lead to."""
    pending, count = [(value, depth)], 0
    while pending:
        node, level = pending.pop()
        count += 1
        if count > MAX_COPIED or level > MAX_DEPTH:
            return False
        pending += [(part, level + 1) for part in parts_of(node)]
    return True


def as_json(node: Node | None) -> object:
    """The value of a node, for comparisons."""
    if isinstance(node, Mapping):
        return {key.value: as_json(value) for key, value in node.pairs()}
    if isinstance(node, Sequence):
        return [as_json(item) for item in node.items]
    if node is None or node.is_null:
        return None
    return (node.is_text, node.value)
