"""Scalars whose lines are those of a file, literal blocks (`|`) above all: what is in them keeps its places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Scalar
from imagelint.text.places import BlockStart, FileStart
from imagelint.text.split import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.nodes import Node
    from imagelint.text.split import Document


class LiteralBlocks:
    """Finds where the blocks of a document begin; an object without a text of its own has none."""

    def __init__(self, document: Document | None) -> None:
        self._document = document
        self._lines: list[str] | None = None

    def start(self, scalar: Scalar) -> BlockStart | None:
        """Where the lines of a literal block or of a file begin; None for scalars whose lines are joined or escaped."""
        if isinstance(scalar.places, FileStart):
            return BlockStart(scalar.places.line, 1)
        if scalar.style != "|" or self._document is None:
            return None
        if self._lines is None:
            self._lines = self._document.data.decode("utf-8", "replace").replace("\r", "").split("\n")
        first = scalar.span.line + 1
        written = self._lines[first - self._document.start.line :]
        for line, own in zip(written, scalar.value.split("\n"), strict=False):
            if own.strip():
                return BlockStart(first, len(line) - len(own) + 1) if line.endswith(own) else None
        return None

    def mapping(self, scalar: Scalar) -> Mapping | None:
        """The mapping that a scalar holds as YAML, or None."""
        found = [*self.documents(scalar)]
        return found[0] if len(found) == 1 and isinstance(found[0], Mapping) else None

    def documents(self, scalar: Scalar, content: str | None = None) -> Iterator[Node]:
        """The YAML documents in a scalar that are in order; outside of a block their nodes are at its own place.

        `content` is read instead of its text, if it is given: lines of the same number and length.
        """
        start = self.start(scalar)
        block = start or BlockStart(1, 1)
        for part in split((scalar.value if content is None else content).encode("utf-8", "replace")):
            first = BlockStart(block.line + part.start.line - 1, block.column)
            try:
                root = compose(part.data, start=first, needs_reason=False)
            except ComposeError:
                continue
            for node in _below(root) if root is not None and start is None else ():
                node.start, node.end, node.places = scalar.start, scalar.end, scalar.places
            if root is not None:
                yield root


def _below(root: Node) -> Iterator[Node]:
    """A node and all below it, each once."""
    pending, seen = [root], set[int]()
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            pending += () if isinstance(node, Scalar) else node.nodes if isinstance(node, Mapping) else node.items
