"""Fields of nodes that never change: each function returns another node, which shares all that is the same."""

from __future__ import annotations

from functools import lru_cache
from operator import is_
from typing import TYPE_CHECKING

from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imagelint.sources.kustomize.resource import Gvk, ResId

# The keys that lead to a field of an object.
Keys = tuple[str, ...]


class RefusedError(Exception):
    """What kustomize refuses, with the reason; `path` is the file or the folder that the message is about."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class UncommittedError(RefusedError):
    """A file that is made or fetched where the kustomization is built."""


class AbsentError(RefusedError):
    """What a step looks for and does not find; it may be in a part that is missing.

    `nearest` is what may have been meant, for the end of the message.
    """

    def __init__(self, message: str, nearest: str = "") -> None:
        super().__init__(message)
        self.nearest = nearest


class MissingError(RefusedError):
    """A file that is not here; that of a secret is seldom committed."""


class FieldSpec(NamedTuple):
    """A field of objects of a type: keys with slashes between them."""

    type: Gvk
    path: str
    create: bool = False

    @property
    def keys(self) -> Keys:
        """The keys that lead to the field."""
        return _keys(self.path)

    def applies_to(self, id: ResId) -> bool:  # noqa: A002 - the field of a resource
        """Whether an object may have the field."""
        return self.type.selects(id.group, id.version, id.kind)


@lru_cache(maxsize=1024)
def _keys(path: str) -> Keys:
    return tuple(split_path(path, "/"))


def split_path(path: str, delimiter: str) -> list[str]:
    r"""The parts of a path; a backslash before a delimiter makes it part of a key (`kyaml/utils/pathsplitter.go`)."""
    pieces = path.split(delimiter)
    if len(pieces) > 1 and not pieces[0]:
        pieces = pieces[1:]
    parts = pieces[:1]
    for piece in pieces[1:]:
        if parts[-1].endswith("\\"):
            parts[-1] = parts[-1][:-1] + delimiter + piece
        else:
            parts.append(piece)
    return parts


def as_object(node: Node) -> Mapping:
    """The content of an object. Raises RefusedError for anything else."""
    if not isinstance(node, Mapping):
        raise RefusedError("an object is replaced by something else")
    return node


def is_null(node: Node | None) -> bool:
    """Whether a value is absent or null."""
    return node is None or (isinstance(node, Scalar) and node.is_null)


def empty_mapping(near: Node) -> Mapping:
    """A mapping without content at the place of another node."""
    return Mapping([], near.start, near.start, near.places)


def key_like(name: str, near: Node) -> Scalar:
    """A key at the place of another node."""
    return Scalar(name, plain=True, start=near.start, end=near.start, places=near.places)


def text_like(text: str, near: Node) -> Scalar:
    """A text at the place of another node, even where YAML would read a number or null."""
    return Scalar(text, plain=False, start=near.start, end=near.end, places=near.places)


def is_made(node: Node) -> bool:
    """Whether `key_like` made a node, which begins and ends at the same mark."""
    return node.start is node.end


def with_entry(node: Mapping, key: str, value: Node) -> Mapping:
    """A mapping with another value of a key, which comes last where it is new."""
    nodes = node.nodes
    for number in range(0, len(nodes), 2):
        name = nodes[number]
        if isinstance(name, Scalar) and name.value == key:
            if nodes[number + 1] is value:
                return node
            return type(node)([*nodes[: number + 1], value, *nodes[number + 2 :]], node.start, node.end, node.places)
    return type(node)([*nodes, key_like(key, value), value], node.start, node.end, node.places)


def with_changes(node: Mapping, changes: dict[str, tuple[Scalar, Node] | None]) -> Mapping:
    """A mapping with other values of some keys, or without them for None; those that are new come last.

    Of a key that is there more than once, the first is changed, as kustomize does.
    """
    left, nodes = dict(changes), list[Node]()
    for name, value in node.items:
        key = name.value if isinstance(name, Scalar) else None
        if key is None or key not in left:
            nodes += (name, value)
        elif (change := left.pop(key)) is not None:
            nodes += (name, change[1])
    nodes += [part for change in left.values() if change is not None for part in change]
    is_same = len(nodes) == len(node.nodes) and all(map(is_, nodes, node.nodes))
    return node if is_same else type(node)(nodes, node.start, node.end, node.places)


def with_entries(node: Mapping, entries: Iterable[tuple[str, Node]]) -> Mapping:
    """A mapping with other values of some keys; those that are new come last."""
    return with_changes(node, {key: (key_like(key, value), value) for key, value in entries})


def size(node: Node) -> int:
    """How many nodes there are in a node."""
    pending, count = [node], 1
    while pending:
        one = pending.pop()
        if not isinstance(one, Scalar):
            children = one.nodes if isinstance(one, Mapping) else one.items
            count += len(children)
            pending += [child for child in children if not isinstance(child, Scalar)]
    return count


def without_entry(node: Mapping, key: str) -> Mapping:
    """A mapping without a key."""
    pairs = [pair for pair in node.items if not (isinstance(pair[0], Scalar) and pair[0].value == key)]
    if len(pairs) * 2 == len(node.nodes):
        return node
    return type(node)([part for pair in pairs for part in pair], node.start, node.end, node.places)


def with_items(node: Sequence, items: list[Node]) -> Sequence:
    """A list with other items, at the place of another list."""
    return Sequence(items, node.start, node.end, node.places)


def with_field(node: Mapping, keys: Keys, value: Node) -> Mapping:
    """A mapping with another value of a field inside; what is missing on the way is made."""
    if len(keys) == 1:
        return with_entry(node, keys[0], value)
    inner = node.get(keys[0])
    inner = inner if isinstance(inner, Mapping) else empty_mapping(value)
    return with_entry(node, keys[0], with_field(inner, keys[1:], value))


def change_fields(
    node: Node,
    keys: Keys,
    change: Callable[[Node], Node],
    make: Callable[[Node], Node] | None = None,
) -> Node:
    """A node with what `change` makes of each field at `keys`; lists are entered (`api/filters/fieldspec`).

    With `make`, a field that is missing is made first, at the place of the node around it. Raises RefusedError if
    a text is in the way.
    """
    if not keys:
        return change(node)
    if is_null(node):
        return node
    if isinstance(node, Sequence):
        items = [change_fields(item, keys, change, make) for item in node.items]
        is_same = all(new is old for new, old in zip(items, node.items, strict=True))
        return node if is_same else with_items(node, items)
    if isinstance(node, Scalar):
        raise RefusedError(f"there is a text where `{keys[0]}` is looked for")
    return _change_entry(node, keys, change, make)


def _change_entry(
    node: Mapping,
    keys: Keys,
    change: Callable[[Node], Node],
    make: Callable[[Node], Node] | None,
) -> Node:
    key = keys[0].removesuffix("[]")
    if key == "*":
        raise RefusedError("a wildcard is not supported in the path of a field")
    value = node.get(key)
    if make is not None and key == keys[0] and is_null(value):
        value = make(node) if len(keys) == 1 else empty_mapping(node)
    if value is None:
        return node
    changed = change_fields(value, keys[1:], change, make)
    return with_entry(node, key, changed)
