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
from imagelint.writing.scalar_uses import Uses, children

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.linting.fix import Edit, Fix
    from imagelint.text.places import Span

_AS_WRITTEN = "the value has escapes or spans several lines"
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
        reasons |= Uses(before.root(number), of_document).reasons(unsafe=unsafe)
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
            pending.extend(zip(children(one), children(other), strict=True))
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
    is_safe = old is not None and not Uses(old, list(edits.values())).reasons(unsafe=False)
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
