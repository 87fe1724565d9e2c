"""Where the documents, items, pairs and scalars of a file are, for comments on what is around or below them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING

from imagelint.text.line_ranges import LineRanges
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Many

    from imagelint.text.places import Span

# Beyond the last line of any file.
_NO_LINE = 1 << 62
# `key: |  # comment`: a tag or an anchor may come before the sign.
_BLOCK_HEADER = re.compile(r"(?:[&!]\S*\s+)*[|>]")


class LineLayout:
    """The places of the documents, items, pairs and scalars of a file, given its lines and roots."""

    def __init__(self, lines: Many[str], roots: Many[Node]) -> None:
        parts = [part for root in roots for part in _parts(root)]
        whole = {id(root) for root in roots}
        self._parts = LineRanges((first, last, node) for first, last, node in parts if id(node) not in whole)
        self._texts = sorted(scalar.span for root in roots for scalar in _scalars(root))
        self._lines = lines
        self._next = _next_content(lines)
        # The outermost that begins at each line.
        self._beginning: dict[int, tuple[int, int]] = {}
        for first, last, _ in parts:
            self._beginning.setdefault(first, (first, last))

    def is_text(self, line: int, column: int) -> bool:
        """Whether a place lies in a scalar."""
        # No scalar begins in another.
        before = bisect_right(self._texts, (line, column, _NO_LINE, 0))
        return before > 0 and _is_within(line, column, self._texts[before - 1], self._lines)

    def below(self, line: int) -> tuple[int, int]:
        """The lines of the outermost item, pair or document that begins below a comment."""
        content = self._next[line - 1]
        return self._beginning.get(content, (content, content))

    def around(self, line: int) -> tuple[int, int]:
        """The lines of the innermost item or pair that a line is in."""
        first, last, _ = next(self._parts.around(line), (line, line, None))
        return first, last


def _scalars(node: Node) -> Iterator[Scalar]:
    pending = [node]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if isinstance(current, Scalar):
            yield current
        elif id(current) in seen:  # an alias
            continue
        elif isinstance(current, Sequence):
            pending.extend(current.items)
        else:
            pending.extend(current.nodes)
        seen.add(id(current))


def _is_within(line: int, column: int, span: Span, lines: Many[str]) -> bool:
    """Whether a place is in the text of a scalar; the header of a block is not."""
    if not (span.line, span.column) <= (line, column) < (span.end_line, span.end_column):
        return False
    return line > span.line or _BLOCK_HEADER.match(lines[line - 1], span.column - 1) is None


def _next_content(lines: Many[str]) -> list[int]:
    """For each line the next one below with more than a comment, a marker or a bare dash; itself without one."""
    found: list[int] = []
    content = None
    for number in range(len(lines), 0, -1):
        found.append(content or number)
        if lines[number - 1].partition("#")[0].strip(" \t-"):
            content = number
    return found[::-1]


def _parts(root: Node) -> Iterator[tuple[int, int, Node]]:
    """First and last line of the root, of every item and of every pair, the outer before the inner."""
    yield root.span.line, root.span.end_line, root
    pending = deque([root])
    seen: set[int] = set()
    while pending:
        node = pending.popleft()
        if id(node) in seen:
            continue
        seen.add(id(node))
        children: list[tuple[int, Node]] = []
        if isinstance(node, Sequence):
            children = [(item.span.line, item) for item in node.items]
        elif isinstance(node, Mapping):
            children = [(key.span.line, value) for key, value in node.items]
        for first, child in children:
            # The place of an alias is not that of its anchor.
            if node.span.line <= child.span.line and child.span.end_line <= node.span.end_line:
                yield first, child.span.end_line, child
                pending.append(child)
