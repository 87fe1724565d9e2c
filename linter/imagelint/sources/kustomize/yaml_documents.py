"""The documents of a text, and the objects in them, as kustomize reads both."""

from __future__ import annotations

import json
import re
from copy import copy
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.fields import RefusedError, as_object
from imagelint.sources.kustomize.repeated_keys import Repeating
from imagelint.sources.kustomize.resource import value_of
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import BOOLEANS, MERGE_KEY, Mapping, Node, Scalar, Sequence, is_merge
from imagelint.text.parsers import pure_tokens
from imagelint.text.places import BlockStart, DocumentStart, Span
from imagelint.text.records import NamedTuple
from imagelint.text.split import split
from imagelint.text.trace import Role

if TYPE_CHECKING:
    from imagelint.sources.kustomize.layout import Segment

# A text that begins with a mapping in braces.
_BRACES = re.compile(rb"(?:---|\s|#[^\n]*\n)*+\{")
# Of a list that is all of a text, kustomize takes the items and nothing else.
_LISTS = frozenset({"List", "ResourceList"})
_ANCHOR = re.compile(rb"&[\w-]")
_SEPARATOR = re.compile(rb"\n---.*\n")
_MAX_SCANNED = 100_000
# How many tokens go-yaml reads ahead.
_AHEAD = 3


class Problem(NamedTuple):
    """What is refused of a text, with its place in it."""

    span: Span
    message: str
    # The document of the text, if it cannot be parsed.
    document: int | None = None


class Documents(NamedTuple):
    """The documents of a text, those without content left out."""

    segment: Segment
    nodes: list[Node]
    problems: list[Problem]
    # Of values: whether Go reads the text as JSON, as it begins like that, and fails.
    is_broken_json: bool = False


def is_inline(text: str) -> bool:
    """Whether an entry holds documents, or nothing, and is not the path of a file."""
    return "\n" in text or text.lstrip()[:1] in {"", "{", "#"}


def composed(segment: Segment, data: bytes, start: DocumentStart) -> Documents:
    """The documents of a text that has lines in a unit."""
    nodes: list[Node] = []
    problems: list[Problem] = []
    is_single = _SEPARATOR.search(data) is None
    for document in split(data, start=start):
        if document.refusal:
            problems.append(Problem(_point(document.refusal.line), "this separates no documents"))
        # Each document of an indented text is as indented as the first.
        is_indented = isinstance(start, BlockStart)
        begin = BlockStart(document.start.line, start.column) if is_indented else document.start
        try:
            node = compose(document.data, start=begin, needs_reason=False, lifts=False)
            if node is not None:
                resolved, repeated = _resolved(node, document.data, segment.role, is_single=is_single)
                nodes += [resolved] if not repeated or value_of(resolved, "kind") else []
                problems += [Problem(key.span, f"the key `{key.value}` is there twice") for key in repeated[:1]]
            if segment.role is not Role.VALUE and _is_broken_behind(document.data):
                problems.append(Problem(_point(document.start.line), "this is not YAML: more text follows its end"))
        except ComposeError as error:
            what = "a template, not YAML" if document.looks_templated else f"not YAML: {error.message}"
            problems.append(Problem(_point(error.line, error.column), f"this is {what}", document.number))
        except _ContentError as error:
            problems.append(Problem(error.node.span, str(error)))
    if segment.role is Role.PATCH and data.startswith(b"[") and not _is_json(data):
        problems.append(Problem(_point(segment.first), "a patch that begins with `[` is JSON, and this is not"))
    is_broken_json = segment.role is Role.VALUE and data.startswith(b"{") and not _is_json(data)
    return Documents(segment, nodes, problems, is_broken_json)


def _resolved(node: Node, data: bytes, role: Role, *, is_single: bool) -> tuple[Node, list[Scalar]]:
    """A document with one value for each key, and the keys that are refused. Raises _ContentError."""
    has_aliases = b"*" in data and _ANCHOR.search(data) is not None
    is_json_patch = role is Role.PATCH and isinstance(node, Sequence)
    if not (has_aliases or is_json_patch) and _is_resolved(node):  # as most
        return node, []
    first = _first_of_each(node)
    if role is Role.PATCH or (is_single and value_of(first, "kind") in _LISTS):
        node = first
    resolver = _Resolver(is_json_patch=is_json_patch, keeps_repeated=role is Role.PATCH)
    return resolver.resolved(node), resolver.repeated


def _is_resolved(node: Node) -> bool:
    """Whether each mapping has each key once, and none that merges others."""
    pending = [node]
    while pending:
        part = pending.pop()
        children: list[Node] = []
        if isinstance(part, Mapping):
            keys, children = part.nodes[::2], part.nodes[1::2]
            names = {key.value for key in keys if isinstance(key, Scalar)}
            if len(names) < len(keys) or MERGE_KEY in names:
                return False
        elif isinstance(part, Sequence):
            children = part.items
        pending += [child for child in children if not isinstance(child, Scalar)]
    return True


def with_merged_keys(node: Mapping) -> Mapping:
    """An object that a JSON patch wrote the key `<<` into: kustomize does not quote it when it writes the object.

    Raises RefusedError where that merges no mapping.
    """
    try:
        return as_object(_Resolver(merges_quoted=True).resolved(node))
    except _ContentError as error:
        raise RefusedError(str(error)) from error


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _is_broken_behind(data: bytes) -> bool:
    """Whether go-yaml refuses what follows a mapping in braces: it reads three tokens ahead (v3 `scannerc.go`)."""
    head = _BRACES.match(data)
    if head is None or len(data) > _MAX_SCANNED or _is_json(data[head.end() - 1 :]):
        return False
    from ruamel.yaml.error import YAMLError

    depth, ahead = 0, -1
    try:
        for token in pure_tokens(data):
            depth += (token.id in {"{", "["}) - (token.id in {"}", "]"})
            ahead += ahead >= 0 or (depth == 0 and token.id == "}")
            if ahead == _AHEAD:
                return False
    except YAMLError:
        return ahead >= 0
    return False


def _first_of_each(node: Node) -> Node:
    """A patch or a list with the first of several values of a key, which is the one that kustomize takes."""
    if not isinstance(node, Mapping):
        return node
    first: dict[str, Node] = {}
    nodes: list[Node] = []
    for key, value in node.items:
        if not isinstance(key, Scalar) or is_merge(key) or first.setdefault(key.value, value) is value:
            nodes += (key, value)
    return node if len(nodes) == len(node.nodes) else Mapping(nodes, node.start, node.end, node.places)


def _point(line: int, column: int = 1) -> Span:
    return Span(line, column, line, column)


class _ContentError(Exception):
    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node


class _Resolver:
    """Resolves merge keys: own keys win over merged ones (`kyaml/yaml/rnode.go`).

    Of a key that is there twice the last one wins. kustomize refuses it, but in JSON patches, read in another way, and
    in strategic merge patches, which keep all of them.
    """

    def __init__(
        self, *, is_json_patch: bool = False, keeps_repeated: bool = False, merges_quoted: bool = False
    ) -> None:
        self._is_json_patch = is_json_patch
        self._keeps_repeated = keeps_repeated and not is_json_patch
        self._merges_quoted = merges_quoted
        # The keys that are there twice and refused for that.
        self.repeated: list[Scalar] = []
        # By the ids of nodes: an alias is resolved once.
        self._known: dict[int, Node] = {}
        self._texts: set[int] = set()

    def resolved(self, node: Node) -> Node:
        """A node without merge keys. Raises _ContentError."""
        if isinstance(node, Scalar):
            # An alias of a text is a text of its own: one of both may be the source of a replacement.
            is_alias = id(node) in self._texts
            self._texts.add(id(node))
            node = _as_boolean(node) if self._is_json_patch else node
            return copy(node) if is_alias else node
        if id(node) not in self._known:
            self._known[id(node)] = self._list(node) if isinstance(node, Sequence) else self._mapping(node)
        return self._known[id(node)]

    def _list(self, node: Sequence) -> Node:
        items = [self.resolved(item) for item in node.items]
        is_same = all(new is old for new, old in zip(items, node.items, strict=True))
        return node if is_same else Sequence(items, node.start, node.end, node.places)

    def _mapping(self, node: Mapping) -> Node:
        entries: dict[str, tuple[Node, Node]] = {}
        merged: list[Node] = []
        repeated: list[Node] = []
        for key, value in node.items:
            if not isinstance(key, Scalar):
                raise _ContentError(key, "a mapping or a list cannot be a key: this may be a template")
            if is_merge(key) or (key.value == MERGE_KEY and self._merges_quoted):
                merged = value.items if isinstance(value, Sequence) else [value]
                continue
            if key.value == MERGE_KEY and not self._is_json_patch:
                continue  # kustomize removes it with those that merge
            pair = key, self.resolved(value)
            if key.value in entries and self._keeps_repeated:
                repeated += pair
                continue
            if key.value in entries and not self._is_json_patch:
                self.repeated.append(key)
            entries[key.value] = pair
        self._merge(merged, entries)
        nodes = [part for pair in entries.values() for part in pair]
        if repeated:
            return Repeating([*nodes, *repeated], node.start, node.end, node.places)
        is_same = len(nodes) == len(node.nodes) and all(new is old for new, old in zip(nodes, node.nodes, strict=True))
        return node if is_same else Mapping(nodes, node.start, node.end, node.places)

    def _merge(self, merged: list[Node], entries: dict[str, tuple[Node, Node]]) -> None:
        """Add the pairs of merged mappings whose keys are not there yet. Raises _ContentError."""
        for source in merged:
            if not isinstance(source, Mapping):
                raise _ContentError(source, "`<<` takes a mapping, or a list of mappings")
            inner = self.resolved(source)
            for key, value in inner.items if isinstance(inner, Mapping) else ():
                if isinstance(key, Scalar):
                    entries.setdefault(key.value, (key, value))


def _as_boolean(node: Scalar) -> Scalar:
    """A value of a JSON patch as JSON has it: `yes` is `true` (go-yaml v2, `resolve.go`)."""
    word = node.value.lower() if node.plain and node.value in BOOLEANS else ""
    if word in {"", "true", "false"}:
        return node
    return Scalar("true" if word in {"y", "yes", "on"} else "false", True, node.start, node.end, node.places)


def objects(nodes: list[Node]) -> tuple[list[Mapping], list[Problem]]:
    """The objects of documents, those in lists among them, and what is not an object (`api/resource/factory.go`)."""
    found: list[Mapping] = []
    problems: list[Problem] = []
    pending = [*reversed(nodes)]
    while pending:
        node = pending.pop()
        if isinstance(node, Scalar) and node.is_null:
            continue
        problem = _is_no_object(node)
        if problem:
            problems.append(Problem(node.span, problem))
        elif isinstance(node, Mapping) and node.nodes:
            listed = node.get("items") if value_of(node, "kind").endswith("List") else None
            if isinstance(listed, Sequence):
                pending += reversed(listed.items)
            elif listed is None or not (isinstance(listed, Scalar) and listed.is_null):
                found.append(node)
    return found, problems


def _is_no_object(node: Node) -> str | None:
    if not isinstance(node, Mapping):
        return "this is not an object"
    if not node.nodes:
        return None
    kind = value_of(node, "kind")
    if not kind:
        return "this object has no `kind`"
    if not kind.endswith("List") and not value_of(node.get("metadata"), "name"):
        return "this object has no `metadata.name`"
    return None
