"""Documents as kubectl reads them: what its parser accepts and JSON cannot hold is refused with a reason.

Source: go-yaml v2 (`go.yaml.in/yaml/v2` v2.4.3) and `sigs.k8s.io/yaml` v1.6.0, as kubectl v1.36 uses them.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import INFINITE, Mapping, Node, Scalar, Sequence, is_merge
from imagelint.text.places import FIRST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imagelint.text.places import DocumentStart, Span

# A document without any of these has nothing to refuse: most documents are not walked.
_SUSPICIOUS = (
    *(
        b"{{",
        b"{[",
        b"{ {",
        b"{ [",
        b"<<",
        b"\\/",
        b" :",
        b"\n:",
        b"{:",
        b",:",
        b"~:",
        b"null:",
        b"Null:",
        b"NULL:",
        b"? ",
        b"?\n",
        b"]:",
        b"}:",
        b"*",
    ),
    *(b"\xef\xbb\xbf", *(word.encode() for word in sorted(INFINITE) if word.startswith("."))),
)
_MARKED_KEYS = frozenset({"\ufeffapiVersion", "\ufeffkind"})
_ESCAPED_SLASH = re.compile(r"(?:[^\\]|\\[^/])*\\/", re.DOTALL)


def compose_manifest(data: bytes, *, start: DocumentStart = FIRST, needs_reason: bool = True) -> Node | None:
    """As `compose`, of a document that kubectl reads. Raises ComposeError as well for what kubectl refuses."""
    if b"{{" in data:
        try:
            return _checked(compose(data, start=start, needs_reason=False, lifts=False), data, start)
        except ComposeError:
            pass  # then its expressions count as text
    try:
        return _checked(compose(data, start=start, needs_reason=needs_reason), data, start)
    except ComposeError:
        directive = data.find(b"\n%")
        if directive < 0:
            raise
        # A directive ends a document; what follows it belongs to none.
        return _checked(compose(data[: directive + 1], start=start, needs_reason=needs_reason), data, start)


def _checked(root: Node | None, data: bytes, start: DocumentStart) -> Node | None:
    if root is not None and (data.startswith(b":") or any(mark in data for mark in _SUSPICIOUS)):
        lines = data.decode("utf-8", "replace").split("\n") if b"\\/" in data else []
        for node, reason in chain(_refused_nodes(root, lines, start), _refused_values(root)):
            raise ComposeError(f"kubectl refuses this: {reason}", node.span.line, node.span.column)
    return root


def _refused_nodes(root: Node, lines: list[str], start: DocumentStart) -> Iterator[tuple[Node, str]]:
    """Nodes that go-yaml cannot decode, and why; `lines` are those of the document if an escape is suspicious."""
    for node in _walk(root, lambda mapping: mapping.nodes):
        if isinstance(node, Mapping):
            for key, value in node.items:
                if not isinstance(key, Scalar):
                    yield key, "a mapping or a list cannot be a key"
                elif is_merge(key) and not _is_mergeable(value):
                    yield value, "`<<` takes a mapping, or a list of mappings"
        elif lines and isinstance(node, Scalar) and not node.plain and _has_escaped_slash(node, lines, start):
            yield node, "`\\/` is an escape of JSON, and not of YAML 1.1"


def _refused_values(root: Node) -> Iterator[tuple[Node, str]]:
    """Nodes that have no form in JSON, and why: of keys that are repeated or merged, only the ones that count."""
    for node in _walk(root, lambda mapping: [value for _, value in mapping.pairs()]):
        if isinstance(node, Mapping):
            for key, _ in node.pairs():
                if key.is_null:
                    yield key, "null cannot be a key"
                elif key.value in _MARKED_KEYS:
                    yield key, "a byte order mark is in the first key of the document"
        elif isinstance(node, Scalar) and node.is_infinite:
            yield node, f"`{node.value}` has no form in JSON"


def _walk(root: Node, children: Callable[[Mapping], Iterable[Node]]) -> Iterator[Node]:
    """A node and those below it, each once."""
    pending = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            if isinstance(node, Mapping):
                pending.extend(children(node))
            elif isinstance(node, Sequence):
                pending.extend(node.items)


def _is_mergeable(value: Node) -> bool:
    sources = value.items if isinstance(value, Sequence) else [value]
    return all(isinstance(source, Mapping) for source in sources)


def _has_escaped_slash(node: Scalar, lines: list[str], start: DocumentStart) -> bool:
    return _ESCAPED_SLASH.match(_written(node.span, lines, start)) is not None


def _written(span: Span, lines: list[str], start: DocumentStart) -> str:
    """A scalar in double quotes as it is written; other scalars are empty."""
    first, last = span.line - start.line, span.end_line - start.line
    text = "\n".join(lines[first : last + 1])
    begin = span.column - (1 if first else start.column)
    return text[begin : len(text) - len(lines[last]) + span.end_column - 1] if text[begin : begin + 1] == '"' else ""
