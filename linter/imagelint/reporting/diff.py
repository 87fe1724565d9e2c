"""The changes that fixes would make, as a unified diff of the known edits.

It can be applied, unless something in it may not be shown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from imagelint.facts.hidden import hidden_places
from imagelint.linting.fix import line_starts, replacements
from imagelint.text.printable import escaped
from imagelint.text.records import NamedTuple
from imagelint.text.source import UnreadableError, decode, encoding_of
from imagelint.text.user_info import MASK, mask_user_info

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagelint.linting.fix import Edit

_CONTEXT = 3
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_NOT_A_BREAK = re.compile(r"[^\r\n]+")
_NAMED_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class _Change(NamedTuple):
    """Lines from `first` to before `last` (0-based) that become `new`; all text is as it is shown."""

    first: int
    last: int
    old: list[str]
    new: list[str]


def diff(path: str, raw: bytes, edits: Sequence[Edit]) -> Iterator[str]:
    """The change of a file with this content, with its own line ends; nothing if no edit fits."""
    mark, encoding = encoding_of(raw)
    text = raw[len(mark) :].decode(encoding)
    found = [entry for entry in replacements(text, edits) if text[entry[0] : entry[1]] != entry[2]]
    if not found:
        return
    shown = _Shown(text, raw)
    yield f"--- {_quoted(f'a/{path}')}\n"
    yield f"+++ {_quoted(f'b/{path}')}\n"
    added = 0
    for hunk in _hunks(shown.changes(found)):
        lines = [*_lines_of(hunk, shown)]
        first = max(0, hunk[0].first - _CONTEXT)
        removed, new = (sum(line[0] in kind for line in lines) for kind in (" -", " +"))
        yield f"@@ -{_range(first, removed)} +{_range(first + added, new)} @@\n"
        yield from lines
        added += new - removed


class _Shown:
    """The text of a file as a diff shows it: what may be secret is masked, and line breaks stay."""

    def __init__(self, text: str, raw: bytes) -> None:
        self._text = text
        # A diff has lines where there are line feeds.
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._hidden = _merged(_offsets(text, raw))
        self._ends = [end for _, end in self._hidden]

    def line(self, number: int) -> str | None:
        """A line with its end, None after the last one."""
        start, end = self._starts[number : number + 1], self._starts[number + 1 : number + 2]
        if not start or start[0] == len(self._text):
            return None
        return _line(self._part(start[0], end[0] if end else len(self._text)))

    def changes(self, found: Iterable[tuple[int, int, str]]) -> Iterator[_Change]:
        """Replacements of the text by the lines that they change, those of one line together."""
        together: list[tuple[int, int, str]] = []
        for start, end, new in found:
            if together and bisect_right(self._starts, together[-1][1]) != bisect_right(self._starts, start):
                yield self._change(together)
                together = []
            together.append((start, end, new))
        if together:
            yield self._change(together)

    def _change(self, found: Sequence[tuple[int, int, str]]) -> _Change:
        first = bisect_right(self._starts, found[0][0]) - 1
        last = bisect_right(self._starts, max(found[0][0], found[-1][1] - 1))
        start = self._starts[first]
        end = self._starts[last] if last < len(self._starts) else len(self._text)
        parts, at = list[str](), start
        for begin, stop, new in found:
            parts += [self._part(at, begin), new]
            at = stop
        parts.append(self._part(at, end))
        return _Change(first, last, _lines(self._part(start, end)), _lines("".join(parts)))

    def _part(self, start: int, end: int) -> str:
        """A part of the text, masked."""
        parts: list[str] = []
        number = bisect_right(self._ends, start)
        while number < len(self._hidden) and self._hidden[number][0] < end:
            begin, stop = max(start, self._hidden[number][0]), min(end, self._ends[number])
            parts += [self._text[start:begin], _NOT_A_BREAK.sub(MASK, self._text[begin:stop])]
            start = stop
            number += 1
        return "".join(parts) + self._text[start:end]


def _offsets(text: str, raw: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each hidden place in the text."""
    try:
        data = decode(raw)
    except UnreadableError:
        yield 0, len(text)
        return
    starts = line_starts(text)
    for span in hidden_places(data):
        ends_inside = span.end_line <= len(starts)
        end = starts[span.end_line - 1] + span.end_column - 1 if ends_inside else len(text)
        yield starts[span.line - 1] + span.column - 1, end


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, none of which meets another."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _lines(text: str) -> list[str]:
    return [_line(line) for line in _LINE.findall(text)]


def _line(text: str) -> str:
    """A line as it is shown; its line end and tabs are harmless."""
    body = text.rstrip("\r\n") if text.endswith("\n") else text
    end = text[len(body) :]
    end = end if end in {"", "\n", "\r\n"} else f"{escaped(end[:-1])}\n"
    return "\t".join(map(escaped, mask_user_info(body).split("\t"))) + end


def _hunks(changes: Iterable[_Change]) -> Iterator[list[_Change]]:
    """Changes whose lines of context meet, together."""
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change.first - hunk[-1].last > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _lines_of(hunk: Sequence[_Change], shown: _Shown) -> Iterator[str]:
    """The lines of a hunk, each with its sign."""
    yield from _context(shown, max(0, hunk[0].first - _CONTEXT), hunk[0].first)
    for change, following in pairwise([*hunk, None]):
        if change is None:
            continue
        yield from (_ended(f"-{line}") for line in change.old)
        yield from (_ended(f"+{line}") for line in change.new)
        yield from _context(shown, change.last, following.first if following else change.last + _CONTEXT)


def _context(shown: _Shown, first: int, last: int) -> Iterator[str]:
    for number in range(first, last):
        line = shown.line(number)
        if line is not None:
            yield _ended(f" {line}")


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _range(first: int, count: int) -> str:
    """The start and length of a hunk, as `diff -u` writes them."""
    if count == 1:
        return str(first + 1)
    return f"{first + 1 if count else first},{count}"


def _quoted(path: str) -> str:
    """A path as git writes it: in quotes if a header cannot hold it; a tab ends one with blanks."""
    if escaped(path) == path and not {'"', "\\"} & {*path}:
        return f"{path}\t" if " " in path else path
    return '"' + "".join(_NAMED_ESCAPES.get(char) or _octal(char) for char in path) + '"'


def _octal(char: str) -> str:
    if escaped(char) == char and char not in {"#", ":"}:
        return char
    return "".join(f"\\{byte:03o}" for byte in char.encode("utf-8", "surrogateescape"))
