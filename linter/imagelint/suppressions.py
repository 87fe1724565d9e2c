"""Comments and annotations by which a file turns findings off.

`# imagelint: ignore[rule, …] reason` at the end of a line counts for the field and the container that it stands in,
on a line of its own for the item below it; `# imagelint: file-ignore[rule] reason` for the whole file; the annotations
`imagelint.dev/ignore: rule=reason; rule` and `ignore.imagelint.dev/RULE: reason`, of a workload or of its pod template,
for the object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagelint.nodes import Mapping, Node, Scalar, Sequence, Span, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Many

_COMMENT = re.compile(
    r"(?:^|(?<=\s))#\s*imagelint:\s*(file-ignore|ignore)\b(?:\[([^\]]*)\])?[ \t]*(.*?)(?=\s+#\s*imagelint:|$)"
)
# `key: |  # comment`: a tag or an anchor may stand before the sign.
_BLOCK_HEADER = re.compile(r"(?:[&!]\S*\s+)*[|>]")
_ANNOTATION, _PREFIX = "imagelint.dev/ignore", "ignore.imagelint.dev/"
_WHOLE_FILE = 1 << 62
MARK = b"imagelint"


@dataclass(frozen=True, slots=True)
class Suppression:
    """Findings that are turned off, of some rules and on some lines (1-based, the last one inclusive)."""

    # None where no rule is named, which turns off nothing.
    rules: tuple[str, ...] | None
    reason: str
    span: Span
    first: int
    last: int
    # At the end of a line: any line of a container counts for all of it.
    is_trailing: bool = False

    def covers(self, rule: str, line: int, containers: Many[Span]) -> bool:
        """Whether a finding of a rule at a line is turned off; `containers` are those of its file."""
        if self.rules is None or rule not in self.rules:
            return False
        if self.first <= line <= self.last:
            return True
        own = self.span.line
        return self.is_trailing and any(
            span.line <= own <= span.end_line and span.line <= line <= span.end_line for span in containers
        )


def in_comments(data: bytes, roots: Many[Node]) -> Iterator[Suppression]:
    """The suppressions in the comments of a file, given the root nodes of its documents."""
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    texts = [scalar.span for root in roots for scalar in _scalars(root)]
    for number, line in enumerate(lines, 1):
        for found in _COMMENT.finditer(line):
            if not any(_is_within(number, found.start() + 1, span, lines) for span in texts):
                yield _in_comment(found, number, lines, roots)


def _in_comment(found: re.Match[str], number: int, lines: list[str], roots: Many[Node]) -> Suppression:
    span = Span(number, found.start() + 1, number, found.end() + 1)
    before = lines[number - 1].partition("#")[0].strip()
    # Behind a bare `-` or `---` it speaks of what comes, as on a line of its own.
    is_alone = not before.strip("-")
    if found[1] == "file-ignore":
        first, last = 1, _WHOLE_FILE
    elif is_alone:
        first, last = _below(_next_content(lines, number), roots)
    else:
        first, last = _around(number, roots)
    rules = None if found[2] is None else _names(found[2])
    return Suppression(rules, found[3].strip(), span, first, last, is_trailing=not is_alone)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def in_annotations(node: Mapping, *templates: Mapping | None) -> Iterator[Suppression]:
    """The suppressions in the annotations of an object, and of the templates in it."""
    for holder in (node, *templates):
        entries = mapping(mapping(holder, "metadata"), "annotations")
        for key, value in entries.pairs() if entries else ():
            written = value.value if isinstance(value, Scalar) else ""
            if key.value == _ANNOTATION:
                parts = [part for part in re.split(r"[;\n]", written) if part.strip()]
                for names, _, reason in (part.partition("=") for part in parts or [""]):
                    yield _of_object(_names(names), reason.strip(), key, node)
            elif key.value.startswith(_PREFIX):
                yield _of_object((key.value.removeprefix(_PREFIX),), written, key, node)


def _of_object(rules: tuple[str, ...], reason: str, key: Scalar, node: Mapping) -> Suppression:
    return Suppression(rules, reason, key.span, node.span.line, node.span.end_line)


def _scalars(node: Node) -> Iterator[Scalar]:
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Scalar):
            yield current
        elif isinstance(current, Sequence):
            pending.extend(current.items)
        else:
            pending.extend(part for pair in current.items for part in pair)


def _is_within(line: int, column: int, span: Span, lines: list[str]) -> bool:
    """Whether a place is in the text of a scalar; the header of a block is not."""
    if not (span.line, span.column) <= (line, column) < (span.end_line, span.end_column):
        return False
    return line > span.line or _BLOCK_HEADER.match(lines[line - 1], span.column - 1) is None


def _next_content(lines: list[str], number: int) -> int:
    """The next line that is neither empty nor a comment, a marker or a bare dash."""
    for offset, line in enumerate(lines[number:], number + 1):
        if line.partition("#")[0].strip(" \t-"):
            return offset
    return number


def _parts(root: Node) -> Iterator[tuple[int, int, Node]]:
    """First and last line of the root, of every item and of every pair, the outer before the inner."""
    yield root.span.line, root.span.end_line, root
    pending = [root]
    while pending:
        node = pending.pop(0)
        children: list[tuple[int, Node]] = []
        if isinstance(node, Sequence):
            children = [(item.span.line, item) for item in node.items]
        elif isinstance(node, Mapping):
            children = [(key.span.line, value) for key, value in node.items]
        for first, child in children:
            # An alias stands elsewhere than its anchor.
            if node.span.line <= child.span.line and child.span.end_line <= node.span.end_line:
                yield first, child.span.end_line, child
                pending.append(child)


def _below(line: int, roots: Many[Node]) -> tuple[int, int]:
    """The lines of the outermost item, pair or document that begins at a line."""
    for root in roots:
        for first, last, _ in _parts(root):
            if first == line:
                return first, last
    return line, line


def _around(line: int, roots: Many[Node]) -> tuple[int, int]:
    """The lines of the innermost item or pair that a line is in."""
    found = (line, line)
    for root in roots:
        for first, last, node in _parts(root):
            if first <= line <= last and node is not root:
                found = (first, last)
    return found
