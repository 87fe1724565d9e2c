"""Comments and annotations by which a file suppresses findings.

`# imagelint: ignore[rule, …] reason` at the end of a line counts for the field and the container that it is in,
on a line of its own for the item below it; `# imagelint: file-ignore[rule] reason` for the whole file. A reason that
begins with `until 2027-01-31` ends it after that day. The annotations
`imagelint.dev/ignore: rule=reason; rule` and `ignore.imagelint.dev/RULE: reason` count, of a workload or of its pod
template, for the object, of anything else in an object for that.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from imagelint.facts.line_layout import LineLayout
from imagelint.text.line_ranges import LineRanges
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.places import Span
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Sequence as Many

# Where a comment may begin, and what follows; its reason reaches to the next one.
_START = re.compile(r"(?:^|(?<=\s))#+\s*imagelint:\s*")
_COMMENT = re.compile(r"(file-ignore|ignore)\b(?!-)(?:\[([^\]]*)\])?")
# A comment that was meant for imagelint, in the words of another linter or without its marks.
_MEANT = re.compile(
    r"(?:^|(?<=\s))#+\s*image[-_]?lint(?:\s*[:=[-]|\s+(?:file-)?(?:ignore|disable|enable|skip|off|nolint|noqa|allow|exclude)\b)"
    r"(?!(?-i:(?<=imagelint:)\s*(?:file-ignore|ignore)\b(?:\[|\s|$))).*",
    re.IGNORECASE,
)
_RULE_NAME = re.compile(r"(?<![\w-])(?!file-ignore|imagelint-|image-lint|ignore-|disable-)[a-z]+(?:-[a-z]+)+(?![\w-])")
_ANNOTATION, _PREFIX = "imagelint.dev/ignore", "ignore.imagelint.dev/"
_OURS = frozenset({"imagelint.dev", "ignore.imagelint.dev"})
_WHOLE_FILE = 1 << 62
_UNTIL = re.compile(r"until (\d{4}-\d{2}-\d{2})\b")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|[\r\n]|\Z)")


class Suppression(NamedTuple):
    """Suppressed findings, of some rules and on some lines (1-based, the last one inclusive)."""

    # None if no rule is named, which suppresses nothing.
    rules: tuple[str, ...] | None
    reason: str
    span: Span
    first: int
    last: int
    # At the end of a line: any line of a container counts for all of it.
    is_trailing: bool = False
    # What is wrong with it, if it is not understood at all.
    mistake: str | None = None
    # The last day on which it counts, as `2027-01-31`: `until 2027-01-31` at the start of its reason.
    until: str | None = None
    # A comment as it is written, from column `column` of its line on; with the line end if it has a line of its own.
    comment: Comment | None = None

    def has_expired(self, today: str) -> bool:
        """Whether it counts no longer, given the day as `2027-01-31`."""
        return self.until is not None and self.until < today


class Comment(NamedTuple):
    """What to remove with a comment: the text, the blanks before it, and its line if nothing else is in that."""

    text: str
    span: Span


def by_rule(suppressions: Many[Suppression], containers: Iterable[Span]) -> dict[str, LineRanges[Suppression]]:
    """The suppressions of a file by the rule and the lines that they are for, given the places of its containers."""
    spans = LineRanges((span.line, span.end_line, span) for span in set(containers))

    @cache
    def around(line: int) -> frozenset[tuple[int, int]]:
        return frozenset((first, last) for first, last, _ in spans.around(line))

    ranges: dict[str, list[tuple[int, int, Suppression]]] = {}
    for suppression in suppressions:
        places = {(suppression.first, suppression.last)}
        if suppression.is_trailing:
            places |= around(suppression.span.line)
        for rule in suppression.rules or ():
            ranges.setdefault(rule, []).extend((first, last, suppression) for first, last in places)
    return {rule: LineRanges(found) for rule, found in ranges.items()}


class _Comment(NamedTuple):
    """A comment to imagelint, in line `line` from `start` to `end` (offsets)."""

    line: int
    start: int
    end: int
    is_for_file: bool
    rules: tuple[str, ...] | None
    reason: str
    # Behind a bare `-` or `---` it speaks of what comes, as on a line of its own.
    is_alone: bool


def in_comments(data: bytes, roots: Many[Node]) -> Iterator[Suppression]:
    """The suppressions in the comments of a file, given the root nodes of its documents."""
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [comment for number, line in enumerate(lines, 1) for comment in _comments(number, line)]
    layout = LineLayout(lines, roots) if found else None
    whole = _LINES.findall(data.decode("utf-8", "replace")) if found else []
    for comment in found:
        if layout is not None and not layout.is_text(comment.line, comment.start + 1):
            yield _in_comment(comment, layout)._replace(comment=_to_remove(comment, whole[comment.line - 1]))
    understood = {comment.line for comment in found}
    for number, line in enumerate(lines, 1):
        meant = _MEANT.search(line)
        if meant is not None and number not in understood:
            layout = layout or LineLayout(lines, roots)
            if not layout.is_text(number, meant.start() + 1):
                yield _mistaken(number, meant)


def _to_remove(comment: _Comment, line: str) -> Comment:
    """What a comment takes of its line, given with its end."""
    number, text = comment.line, line.rstrip("\r\n")
    is_whole = not text[: comment.start].strip() and not text[comment.end :].strip()
    if is_whole and text != line:
        return Comment(line, Span(number, 1, number + 1, 1))
    start = _without_space(text, comment.start)
    return Comment(text[start : comment.end], Span(number, start + 1, number, comment.end + 1))


def _mistaken(number: int, match: re.Match[str]) -> Suppression:
    names = ", ".join(_RULE_NAME.findall(match[0])) or "RULE"
    mistake = f"the comment is not understood: write `# imagelint: ignore[{names}] reason`"
    span = Span(number, match.start() + 1, number, match.end() + 1)
    return Suppression(None, "", span, number, number, mistake=mistake)


def _comments(number: int, line: str) -> Iterator[_Comment]:
    """The comments of a line. Each of its characters is looked at a fixed number of times."""
    starts = [*_START.finditer(line)]
    if not starts:
        return
    is_alone = not line[: line.index("#")].strip().strip("-")
    last_bracket = line.rfind("]")
    ends = [*(_without_space(line, start.start()) for start in starts[1:]), len(line)]
    read = 0
    for start, end in zip(starts, ends, strict=True):
        if start.start() < read:  # in the brackets of the one before
            continue
        # The end of brackets that nothing closes is not searched for again and again.
        found = _COMMENT.match(line, start.end(), len(line) if start.end() < last_bracket else end)
        if found is not None:
            read = found.end()
            rules = None if found[2] is None else _names(found[2])
            reason = line[read:end].strip()
            yield _Comment(number, start.start(), max(read, end), found[1] == "file-ignore", rules, reason, is_alone)


def _without_space(line: str, end: int) -> int:
    while end > 0 and line[end - 1].isspace():
        end -= 1
    return end


def _in_comment(comment: _Comment, layout: LineLayout) -> Suppression:
    span = Span(comment.line, comment.start + 1, comment.line, comment.end + 1)
    if comment.is_for_file:
        first, last = 1, _WHOLE_FILE
    else:
        first, last = layout.below(comment.line) if comment.is_alone else layout.around(comment.line)
    found = Suppression(comment.rules, comment.reason, span, first, last, is_trailing=not comment.is_alone)
    return _with_end(found)


def _with_end(suppression: Suppression) -> Suppression:
    """A suppression with the day at the start of its reason, if there is one."""
    found = _UNTIL.match(suppression.reason)
    if found is None:
        return suppression
    from datetime import date

    try:
        date.fromisoformat(found[1])
    except ValueError:
        return suppression._replace(mistake=f"`{found[1]}` is not a valid date")
    return suppression._replace(until=found[1])


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def in_annotations(node: Mapping, *templates: Mapping | None) -> Iterator[Suppression]:
    """The suppressions in the annotations of an object, and of everything in it that has metadata.

    Those of `templates` count for all of the object, others for what they annotate.
    """
    whole = {id(template) for template in templates}
    for holder, entries in _annotated(node):
        covered = node if id(holder) in whole else holder
        for key, value in entries.pairs():
            yield from _in_annotation(key, value.value if isinstance(value, Scalar) else "", covered)


def _annotated(node: Mapping) -> Iterator[tuple[Mapping, Mapping]]:
    """The mappings of an object that have annotations, itself among them, each with these."""
    pending: list[Node] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Mapping):
            for key, value in current.pairs():
                # Operators take those of their pods from `podMetadata` or `podAnnotations`.
                entries = value if key.value == "podAnnotations" else None
                if key.value in {"metadata", "podMetadata"} and isinstance(value, Mapping):
                    entries = value.get("annotations")
                if isinstance(entries, Mapping):
                    yield current, entries
            pending.extend(current.nodes[1::2])
        elif isinstance(current, Sequence):
            pending.extend(current.items)


def _in_annotation(key: Scalar, written: str, covered: Mapping) -> Iterator[Suppression]:
    span = covered.span
    if key.value == _ANNOTATION:
        parts = [part for part in re.split(r"[;\n]", written) if part.strip()]
        for names, _, reason in (part.partition("=") for part in parts or [""]):
            yield _with_end(Suppression(_names(names), reason.strip(), key.span, span.line, span.end_line))
    elif key.value.startswith(_PREFIX) and key.value != _PREFIX:
        rules = (key.value.removeprefix(_PREFIX),)
        yield _with_end(Suppression(rules, written, key.span, span.line, span.end_line))
    elif key.value.partition("/")[0] in _OURS:
        mistake = f"the annotation names no rule: write `{_PREFIX}RULE: reason`"
        yield Suppression(None, "", key.span, span.line, span.end_line, mistake=mistake)
