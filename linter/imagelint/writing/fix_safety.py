"""Which fixes of a file leave everything else in it as it is.

A fix changes a comment or one scalar. That scalar may also be used elsewhere, through an alias or a merge key, or its
new text may be a key that the mapping has already. What is left after these checks is applied in memory, read again and
compared with the text before, node by node: a fix that does anything but what it is for is not applied.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from imagelint.linting.fix import apply, line_starts, replaced_span
from imagelint.text.compose import ComposeError, compose
from imagelint.text.literal_blocks import LiteralBlocks
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.places import FIRST
from imagelint.text.records import NamedTuple
from imagelint.text.split import Document, looks_json, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.linting.fix import Edit, Fix
    from imagelint.text.places import Span

_AS_WRITTEN = "the value has escapes or spans several lines"
_SHARED = "an alias or a merge key uses the value elsewhere, where it would change too; see --unsafe-fixes"
_OTHER_USE = "an alias uses the value elsewhere for something else"
_UNSOUND = "the fix would change more than this value"


class Judgement(NamedTuple):
    """The edits that can be applied together, and why fixes cannot be."""

    edits: list[Edit]
    refused: dict[Fix, str]


def judge(data: bytes, fixes: Iterable[Fix], *, unsafe: bool) -> Judgement:
    """Judge the fixes of a file, given as UTF-8 without a byte order mark. If two change the same, the first counts.

    With `unsafe`, a fix may also change the other uses of what it changes.
    """
    chosen: dict[Span, Edit] = {}
    fixes = [
        fix for fix in dict.fromkeys(fixes) if all(chosen.setdefault(edit.span, edit) == edit for edit in fix.edits)
    ]
    before = _Text(data)
    edits = before.by_document(edit for fix in fixes for edit in fix.edits)
    reasons = before.unwritable(edits)
    for number, of_document in edits.items():
        reasons |= _Uses(before.root(number), of_document).reasons(unsafe=unsafe)
    accepted = _without(fixes, reasons)
    after = _Text(apply(data, accepted))
    for number, of_document in before.by_document(accepted).items():
        if not _is_as_intended(before, after, number, of_document):
            reasons |= dict.fromkeys(of_document, _UNSOUND)
    refused = {fix: reason for fix in fixes for reason in [_reason(fix, reasons)] if reason is not None}
    return Judgement(_without(fixes, reasons), refused)


def _reason(fix: Fix, reasons: dict[Edit, str]) -> str | None:
    return next((reasons[edit] for edit in fix.edits if edit in reasons), None)


def _without(fixes: Iterable[Fix], reasons: dict[Edit, str]) -> list[Edit]:
    """The edits of the fixes that can be applied."""
    return [edit for fix in fixes if _reason(fix, reasons) is None for edit in fix.edits]


class _Text:
    """A file as extraction reads it: JSON as a whole, anything else as documents."""

    def __init__(self, data: bytes) -> None:
        self.text = data.decode()
        self._is_json = looks_json(data) and _is_json(data)
        self.documents = [Document(0, FIRST, data)] if self._is_json else [*split(data)]
        self._lines = [document.start.line for document in self.documents]

    def by_document(self, edits: Iterable[Edit]) -> dict[int, list[Edit]]:
        found: dict[int, list[Edit]] = defaultdict(list)
        for edit in edits:
            found[max(0, bisect_right(self._lines, edit.span.line) - 1)].append(edit)
        return found

    def unwritable(self, edits: dict[int, list[Edit]]) -> dict[Edit, str]:
        """The edits whose text is not in the file as the parser gives it."""
        starts = line_starts(self.text)
        return {
            edit: _AS_WRITTEN
            for of_document in edits.values()
            for edit in of_document
            if replaced_span(self.text, starts, edit) is None
        }

    def root(self, number: int) -> Node | None:
        """The nodes of a document, None if it has none or cannot be read."""
        if number >= len(self.documents):
            return None
        document = self.documents[number]
        try:
            return _compose_json(self.text) if self._is_json else compose(document.data, start=document.start)
        except ComposeError:
            return None

    def is_json(self, number: int) -> bool:
        """Whether a document is JSON, which is stricter than YAML."""
        return self._is_json or _is_json(self.documents[number].data.removeprefix(b"---"))


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _compose_json(text: str) -> Node | None:
    from imagelint.facts.json_nodes import JsonObject, compose_json
    from imagelint.facts.screen import NO_HEADING

    return compose_json(text, JsonObject(0, len(text), NO_HEADING), FIRST)


class _Use(NamedTuple):
    """Where a node is used: in which collection, and there as a key, under a key, or (None) as an item."""

    parent: Mapping | Sequence
    key: str | None
    is_key: bool = False


class _Uses:
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
                pending.extend((child, is_shared) for child in _children(node))


def _uses_in(node: Mapping | Sequence) -> Iterator[tuple[Node, _Use]]:
    if isinstance(node, Sequence):
        yield from ((item, _Use(node, None)) for item in node.items)
        return
    for key, value in node.items:
        name = key.value if isinstance(key, Scalar) else None
        yield key, _Use(node, name, is_key=True)
        yield value, _Use(node, name)


def _children(node: Node) -> list[Node]:
    if isinstance(node, Mapping):
        return node.nodes
    return node.items if isinstance(node, Sequence) else []


def _distinct(root: Node) -> Iterator[Node]:
    """Every node once, however often it is used."""
    pending, seen = [root], {id(root)}
    while pending:
        node = pending.pop()
        yield node
        for child in _children(node):
            if id(child) not in seen:
                seen.add(id(child))
                pending.append(child)


def _is_as_intended(before: _Text, after: _Text, number: int, edits: list[Edit]) -> bool:
    """Whether a document reads after its edits as before, but for what they change."""
    if len(before.documents) != len(after.documents) or (before.is_json(number) and not after.is_json(number)):
        return False
    old, new, blocks = before.root(number), after.root(number), LiteralBlocks(before.documents[number])
    changes = {one.span: one for one in edits if not one.is_comment}
    if old is None or new is None:
        return old is new and not changes  # a document of comments
    return _differs_only_by(old, new, changes, blocks)


def _differs_only_by(old: Node, new: Node, edits: dict[Span, Edit], blocks: LiteralBlocks | None = None) -> bool:
    """Whether `new` is `old` with the edits applied, each in a place of its own, and has no more keys twice.

    With `blocks`, those of the text of `old`, edits may be in the YAML that these hold, such as patches.
    """
    texts = {edit.old for edit in edits.values()}
    pending: list[tuple[Node, Node]] = [(old, new)]
    seen: set[int] = set()
    missing = len(edits)
    while pending:
        one, other = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        edit = edits.get(one.span) if isinstance(one, Scalar) and one.value in texts else None
        if edit is not None:
            missing -= 1
            if not _is_written(edit, other):
                return False
        elif not _is_alike(one, other):
            inner = _in_blocks(one, other, edits, blocks)
            if inner is None:
                return False
            pending.append((inner[0], inner[1]))
        else:
            pending.extend(zip(_children(one), _children(other), strict=True))
    return missing == 0


def _in_blocks(one: Node, other: Node, edits: dict[Span, Edit], blocks: LiteralBlocks | None) -> list[Node] | None:
    """What two literal blocks hold as YAML, unless edits in it would change what an alias uses elsewhere."""
    if blocks is None or not isinstance(one, Scalar) or not isinstance(other, Scalar) or one.style != other.style:
        return None
    start = blocks.start(one)
    try:
        old, new = (compose(scalar.value.encode(), start=start) if start else None for scalar in (one, other))
    except ComposeError:
        return None
    is_safe = old is not None and not _Uses(old, list(edits.values())).reasons(unsafe=False)
    return [old, new] if old is not None and new is not None and is_safe else None


def _is_alike(one: Node, other: Node) -> bool:
    """Whether two nodes are the same, their children aside."""
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return one.value == other.value and one.plain == other.plain
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        has_all_keys = len(one.own_entries()) == len(other.own_entries())
        return has_all_keys and len(one.nodes) == len(other.nodes)
    return isinstance(one, Sequence) and isinstance(other, Sequence) and len(one.items) == len(other.items)


def _is_written(edit: Edit, node: Node) -> bool:
    """Whether a node is what an edit was to write: text, or a node of its own."""
    if not edit.is_node:
        return isinstance(node, Scalar) and node.value == edit.new and node.is_text
    meant = compose(edit.new.encode())
    return meant is not None and _differs_only_by(meant, node, {})
