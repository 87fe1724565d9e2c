"""Where else a scalar that a fix changes is used: through an alias, a merge key, or as a key that exists already."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.fix import Edit
    from imagelint.text.places import Span

_SHARED = "an alias or a merge key uses the value elsewhere, where it would change too; see --unsafe-fixes"
_OTHER_USE = "an alias uses the value elsewhere for something else"


class _Use(NamedTuple):
    """Where a node is used: in which collection, and there as a key, under a key, or (None) as an item."""

    parent: Mapping | Sequence
    key: str | None
    is_key: bool = False


class Uses:
    """The uses of the scalars of a document that edits change."""

    def __init__(self, root: Node | None, edits: list[Edit]) -> None:
        self._uses: dict[int, list[_Use]] = defaultdict(list)
        self._shared: set[int] = set()
        self._list_places: dict[int, frozenset[tuple[str | None, bool]]] = {}
        self._nodes: dict[Edit, Scalar] = {}
        self._keys: dict[tuple[int, str], list[Edit]] = defaultdict(list)
        if root is not None:
            self._collect(root, {edit.span: edit for edit in edits})
            self._spread(root)
        for edit, node in self._nodes.items():
            for use in self._uses[id(node)]:
                if use.is_key:
                    self._keys[id(use.parent), edit.new].append(edit)

    def reasons(self, *, unsafe: bool) -> dict[Edit, str]:
        """Why edits would change another use as well; with `unsafe`, only if that use is for something else."""
        found = {edit: self._reason(edit, node, unsafe=unsafe) for edit, node in self._nodes.items()}
        return {edit: reason for edit, reason in found.items() if reason is not None}

    def _reason(self, edit: Edit, node: Scalar, *, unsafe: bool) -> str | None:
        uses = self._uses[id(node)]
        for use in uses:
            if use.is_key and isinstance(use.parent, Mapping) and use.parent.entry(edit.new) is not None:
                return f"the key `{edit.new}` already exists"
            if use.is_key and len(self._keys[id(use.parent), edit.new]) > 1:
                return f"several keys would become `{edit.new}`"
        if id(node) not in self._shared:
            return None
        changes_structure = edit.is_node or any(use.is_key for use in uses)
        if changes_structure and len({place for use in uses for place in self._places(use)}) > 1:
            return _OTHER_USE
        return None if unsafe else _SHARED

    def _places(self, use: _Use) -> frozenset[tuple[str | None, bool]]:
        """The keys that a use is under; for an item, those of its list."""
        if isinstance(use.parent, Mapping):
            return frozenset({(use.key, use.is_key)})
        if id(use.parent) not in self._list_places:
            around = self._uses[id(use.parent)]
            self._list_places[id(use.parent)] = frozenset((list_use.key, False) for list_use in around)
        return self._list_places[id(use.parent)]

    def _collect(self, root: Node, edits: dict[Span, Edit]) -> None:
        texts = {edit.old for edit in edits.values()}
        for node in _distinct(root):
            if isinstance(node, Scalar):
                # A place costs more than a comparison.
                if node.value in texts and node.span in edits:
                    self._nodes[edits[node.span]] = node
            else:
                for child, use in _uses_in(node):
                    self._uses[id(child)].append(use)

    def _spread(self, root: Node) -> None:
        """Note what is used several times, and with it everything in it."""
        pending = [(root, False)]
        seen: set[int] = set()
        while pending:
            node, is_shared = pending.pop()
            if id(node) not in seen:
                seen.add(id(node))
                is_shared = is_shared or len(self._uses[id(node)]) > 1
                if is_shared:
                    self._shared.add(id(node))
                pending.extend((child, is_shared) for child in children(node))


def _uses_in(node: Mapping | Sequence) -> Iterator[tuple[Node, _Use]]:
    if isinstance(node, Sequence):
        yield from ((item, _Use(node, None)) for item in node.items)
        return
    for key, value in node.items:
        name = key.value if isinstance(key, Scalar) else None
        yield key, _Use(node, name, is_key=True)
        yield value, _Use(node, name)


def children(node: Node) -> list[Node]:
    """The items of a sequence; the keys and values of a mapping, in turn."""
    if isinstance(node, Mapping):
        return node.nodes
    return node.items if isinstance(node, Sequence) else []


def _distinct(root: Node) -> Iterator[Node]:
    """Every node once, however often it is used."""
    pending, seen = [root], {id(root)}
    while pending:
        node = pending.pop()
        yield node
        for child in children(node):
            if id(child) not in seen:
                seen.add(id(child))
                pending.append(child)
