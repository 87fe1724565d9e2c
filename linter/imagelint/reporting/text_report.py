"""Findings for people: the sentence, the line with a caret, related places, and the remedy."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import click

from imagelint.reporting.concise import position
from imagelint.reporting.deployments import Deployments
from imagelint.reporting.frames import SHOWN_WIDTH, Frames
from imagelint.reporting.groups import grouped, other_places
from imagelint.text.printable import printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style
    from imagelint.reporting.excerpts import Excerpt
    from imagelint.text.places import Place

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}
_TAB = "    "


def render(report: Report, style: Style) -> Iterator[str]:
    """One block for each finding, and for those with the same cause; an empty line between them."""
    groups = grouped(report.findings)
    frames = _frames([group.first for group in groups], Frames(report.found))
    deployments = Deployments(report.found)
    urls = {rule.name: rule.url for rule in report.rules} if style.links else {}
    for number, group in enumerate(groups):
        if number:
            yield "\n"
        painter = _Painter(style.colour, urls.get(group.first.rule))
        others = other_places(group, all_places=style.all_places, how_to_see_all=" (-v shows all)")
        deployed = deployments.of(group.first)
        for line in _block(group.first, [*deployed, *others], frames, painter):
            yield line.rstrip() + "\n"


def _frames(findings: Sequence[Finding], source: Frames) -> dict[Place, Excerpt | None]:
    """What is shown of each place, gathered file by file."""
    places = {finding.place for finding in findings}
    places.update(place for finding in findings for place, _ in finding.related)
    return {place: source.frame(place) for place in sorted(places)}


class _Painter:
    """Colours, and a link to the page of a rule, if the style has them."""

    def __init__(self, colour: bool, url: str | None) -> None:
        self._colour = colour
        self._url = url

    def __call__(self, text: str, colour: str | None = None, *, bold: bool = False) -> str:
        return click.style(text, fg=colour, bold=bold) if self._colour else text

    def linked(self, text: str) -> str:
        """The text as an OSC 8 hyperlink."""
        return f"\x1b]8;;{self._url}\x1b\\{text}\x1b]8;;\x1b\\" if self._url else text


def _block(
    finding: Finding, others: Sequence[str], frames: Mapping[Place, Excerpt | None], paint: _Painter
) -> Iterator[str]:
    colour = _COLOURS[finding.severity]
    title = paint(f"{finding.severity}[{paint.linked(finding.rule)}]", colour, bold=True)
    yield f"{title}{paint(f': {printable(finding.message)}', bold=True)}"
    places = [finding.place, *(place for place, _ in finding.related)]
    gutter = len(str(max(place.span.line for place in places)))
    where = finding.place, finding.subject.label
    yield from _frame(*where, frames[finding.place], paint, gutter=gutter, arrow="-->", mark=("^", colour))
    for place, message in finding.related:
        yield from _frame(place, message, frames[place], paint, gutter=gutter, arrow=":::", mark=("-", "blue"))
    point = f"{' ' * gutter} {paint('=', 'blue', bold=True)}"
    if finding.prediction:
        yield f"{point} predicts: {printable(str(finding.prediction))}"
    for number, line in enumerate(printable_lines(finding.help) if finding.help else ()):
        yield f"{point} help: {line}" if number == 0 else f"{' ' * gutter}     {line}"
    for number, line in enumerate(others):
        yield f"{point} {line}" if number == 0 else f"{' ' * gutter}   {line}"


def _frame(  # noqa: PLR0913 - the parts of a picture
    place: Place,
    label: str,
    frame: Excerpt | None,
    paint: _Painter,
    *,
    gutter: int,
    arrow: str,
    mark: tuple[str, str],
) -> Iterator[str]:
    pad, bar = " " * gutter, paint("|", "blue", bold=True)
    yield f"{pad}{paint(arrow, 'blue', bold=True)} {position(place)}"
    if frame is None:
        if label:
            yield f"{pad} {bar} {printable(label)}"
        return
    before, marked, behind = (_shown(part) for part in frame)
    if _width(before + marked) > SHOWN_WIDTH:  # a minified file: show what is marked alone
        before, marked, behind = "", marked[:SHOWN_WIDTH], ""
    number = paint(str(place.span.line).rjust(gutter), "blue", bold=True)
    carets = mark[0] * max(1, min(_width(marked), SHOWN_WIDTH))
    yield f"{pad} {bar}"
    yield f"{number} {bar} {(before + marked + behind)[: SHOWN_WIDTH + 1]}"
    yield f"{pad} {bar} {' ' * _width(before)}{paint(f'{carets} {printable(label)}', mark[1])}"


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
