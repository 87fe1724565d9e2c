"""Findings for people: the sentence, the line with a caret, related places, and the remedy."""

from __future__ import annotations

import unicodedata
from binascii import crc32
from typing import TYPE_CHECKING

import click

from imagelint.lines import LineRanges
from imagelint.nodes import Span
from imagelint.reporters.printable import printable, printable_lines
from imagelint.source import UnreadableError, read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.engine import Input
    from imagelint.findings import Finding, Place
    from imagelint.reporters import Report, Style

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_TAB = "    "
_MAX_WIDTH = 200


def render(report: Report, style: Style) -> Iterator[str]:
    """One block for each finding, an empty line between them."""
    frames = _Frames(report.found)
    painter = _Painter(style.colour)
    for number, finding in enumerate(report.findings):
        if number:
            yield "\n"
        for line in _block(finding, frames, painter):
            yield line.rstrip() + "\n"


class _Painter:
    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, colour: str | None = None, *, bold: bool = False) -> str:
        return click.style(text, fg=colour, bold=bold) if self._colour else text


class _Frames:
    """The lines of the files that findings are in, read again one file at a time, without what is secret."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._path: str | None = None
        self._lines: list[str] = []
        self._hidden = LineRanges[Span](())

    def line(self, place: Place) -> tuple[str, int] | None:
        """The line of `place` and the column at which it is shown, or None where the file cannot be read any more.

        Of the long line of a minified file only a part is shown, and looked at.
        """
        if place.path != self._path:
            self._open(place.path)
        number = place.span.line
        if number > len(self._lines):
            return None
        line = self._lines[number - 1]
        start = place.span.column - 1 if place.span.column > _MAX_WIDTH else 0
        part = line[start : start + 2 * _MAX_WIDTH]
        first = _number(number, start + 1)
        for _, _, span in self._hidden.meeting(first, first + len(part)):
            part = _masked(part, number, span, start)
        return part, start

    def _open(self, path: str) -> None:
        self._path, self._lines = path, self._read(path)
        facts = self._found.files.get(path)
        self._hidden = LineRanges(
            (_number(span.line, span.column), _number(span.end_line, span.end_column), span)
            for span in (facts.hidden if facts else ())
        )

    def _read(self, path: str) -> list[str]:
        try:
            stdin = self._found.stdin
            source = stdin if stdin and path == stdin.path else read_source(path)
        except UnreadableError:
            return []
        facts = self._found.files.get(path)
        if facts is not None and facts.checksum not in {None, crc32(source.data)}:
            return []
        text = source.data.decode("utf-8", "replace")
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _number(line: int, column: int) -> int:
    """A place as one number, in the order of the text."""
    return line << 32 | column


def _masked(part: str, number: int, hidden: Span, offset: int) -> str:
    """A part of line `number`, from character `offset` on, without what is hidden in it."""
    start = max(0, hidden.column - 1 - offset) if number == hidden.line else 0
    end = min(hidden.end_column - 1 - offset, len(part)) if number == hidden.end_line else len(part)
    return part[:start] + "•" * (end - start) + part[end:] if end > start else part


def _block(finding: Finding, frames: _Frames, paint: _Painter) -> Iterator[str]:
    colour = _COLOURS[finding.severity]
    title = paint(f"{finding.severity}[{finding.rule}]", colour, bold=True)
    yield f"{title}{paint(f': {printable(finding.message)}', bold=True)}"
    places = [finding.place, *(place for place, _ in finding.related)]
    gutter = len(str(max(place.span.line for place in places)))
    yield from _frame(finding.place, _label(finding), frames, paint, gutter=gutter, arrow="-->", mark=("^", colour))
    for place, message in finding.related:
        yield from _frame(place, message, frames, paint, gutter=gutter, arrow=":::", mark=("-", "blue"))
    pad = " " * gutter
    if finding.predicts:
        yield f"{pad} {paint('=', 'blue', bold=True)} predicts: {finding.predicts}"
    for number, line in enumerate(printable_lines(finding.help) if finding.help else ()):
        yield f"{pad} {paint('=', 'blue', bold=True)} help: {line}" if number == 0 else f"{pad}     {line}"


def _label(finding: Finding) -> str:
    if finding.resource is None:
        return ""
    parts = [finding.resource.label]
    if finding.container:
        parts.append(f"container `{finding.container}`")
    if finding.resource.rendered_from:
        parts.append(f"rendered from {finding.resource.rendered_from}")
    return ", ".join(parts)


def _frame(  # noqa: PLR0913 - the parts of a picture
    place: Place,
    label: str,
    frames: _Frames,
    paint: _Painter,
    *,
    gutter: int,
    arrow: str,
    mark: tuple[str, str],
) -> Iterator[str]:
    pad, bar = " " * gutter, paint("|", "blue", bold=True)
    span = place.span
    where = f"{printable(place.path)}:{span.line}:{span.column}"
    yield f"{pad}{paint(arrow, 'blue', bold=True)} {where}"
    found = frames.line(place)
    if found is None:
        yield f"{pad} {bar} {printable(label)}"
        return
    line, offset = found
    start = span.column - 1 - offset
    end = span.end_column - 1 - offset if span.end_line == span.line else len(line.rstrip())
    before, marked = line[:start], line[start : max(end, start + 1)]
    indent, length = _width(_shown(before)), max(1, _width(_shown(marked)))
    if offset or indent + length > _MAX_WIDTH:  # a minified file: show what is marked alone
        before, indent, length = "", 0, min(length, _MAX_WIDTH)
        line = marked[:_MAX_WIDTH]
    number = paint(str(span.line).rjust(gutter), "blue", bold=True)
    yield f"{pad} {bar}"
    yield f"{number} {bar} {_shown(line)[: _MAX_WIDTH + 1]}"
    yield f"{pad} {bar} {' ' * indent}{paint(mark[0] * length + ' ' + printable(label), mark[1])}"


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))


def _width(text: str) -> int:
    """How many cells a terminal needs."""
    if text.isascii():
        return len(text)
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
