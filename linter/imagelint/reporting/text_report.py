"""Findings for people: the sentence, the line with a caret, related places, and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from imagelint.reporting.code_frames import code_frame
from imagelint.reporting.columns import wrapped
from imagelint.reporting.deployments import Deployments
from imagelint.reporting.frames import Frames
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
# Behind a finding that --fix repairs.
FIXABLE = "[*]"


def render(report: Report, style: Style) -> Iterator[str]:
    """One block for each finding, and for those with the same cause; an empty line between them."""
    groups = grouped(report.findings)
    shown = groups[: style.most]
    frames = _frames([group.first for group in shown], Frames(report.found))
    deployments = Deployments(report.found)
    urls = {rule.name: rule.url for rule in report.rules} if style.links else {}
    for number, group in enumerate(shown):
        if number:
            yield "\n"
        block = _Block(style, urls.get(group.first.rule))
        others = other_places(group, all_places=style.all_places, how_to_see_all=" (-v shows all)")
        remarks = [*deployments.of(group.first), *others]
        for line in block.lines(group.first, remarks, frames):
            yield line.rstrip() + "\n"
    left = sum(1 + len(group.others) for group in groups[len(shown) :])
    if left:
        yield f"\nand {left} more finding{'s' * (left != 1)} (--max-findings)\n"


def _frames(findings: Sequence[Finding], source: Frames) -> dict[Place, Excerpt | None]:
    """What is shown of each place, gathered file by file."""
    places = {finding.place for finding in findings}
    places.update(place for finding in findings for place, _ in finding.related)
    return {place: source.frame(place) for place in sorted(places)}


class _Block:
    """What is printed of one finding."""

    def __init__(self, style: Style, url: str | None) -> None:
        self._style = style
        self._url = url

    def lines(self, finding: Finding, remarks: Sequence[str], frames: Mapping[Place, Excerpt | None]) -> Iterator[str]:
        """The lines of a finding, its frames, and remarks on what deploys it and where else its cause is."""
        yield from self._title(finding)
        places = [finding.place, *(place for place, _ in finding.related)]
        gutter = len(str(max(place.span.line for place in places)))
        colour = _COLOURS[finding.severity]
        marks = [(finding.place, finding.subject.label, "-->", "^", colour)]
        marks += [(place, message, ":::", "-", "blue") for place, message in finding.related]
        for place, label, arrow, mark, of_mark in marks:
            frame = code_frame(place, label, frames[place], gutter=gutter, columns=self._style.width)
            yield from frame.lines(self._paint, arrow=arrow, mark=mark, colour=of_mark)
        if finding.prediction:
            yield from self._point(gutter, f"predicts: {printable(str(finding.prediction))}")
        yield from self._help(gutter, finding.help or "")
        for number, line in enumerate(remarks):
            yield from self._point(gutter, line) if number == 0 else [f"{' ' * gutter}   {line}"]

    def _title(self, finding: Finding) -> Iterator[str]:
        label = f"{finding.severity}[{finding.rule}]"
        mark = f" {FIXABLE}" if finding.fix is not None and finding.fix.is_safe else ""
        first, *others = wrapped(f"{label}: {printable(finding.message)}{mark}", self._style.width, "  ")
        linked = f"{finding.severity}[{self._linked(finding.rule)}]"
        title = self._paint(linked, _COLOURS[finding.severity], bold=True)
        lines = [first.removeprefix(label), *others]
        for number, line in enumerate(lines):
            is_last = number == len(lines) - 1
            text = self._paint(line.removesuffix(mark) if is_last else line, bold=True)
            yield f"{title if number == 0 else ''}{text}{self._paint(mark, 'green', bold=True) if is_last else ''}"

    def _help(self, gutter: int, text: str) -> Iterator[str]:
        """A sentence is wrapped; what is to be pasted stays as it is."""
        lines = printable_lines(text) if text else []
        is_prose = len(lines) == 1 and not text.startswith("kubectl ")
        if is_prose:
            yield from self._point(gutter, f"help: {lines[0]}", "  ")
            return
        for number, line in enumerate(lines):
            yield f"{self._equals(gutter)} help: {line}" if number == 0 else f"{' ' * gutter}     {line}"

    def _point(self, gutter: int, text: str, indent: str = "") -> Iterator[str]:
        """A remark below a finding."""
        columns = None if self._style.width is None else self._style.width - gutter - 3
        for number, line in enumerate(wrapped(text, columns, indent)):
            yield f"{self._equals(gutter)} {line}" if number == 0 else f"{' ' * gutter}   {line}"

    def _equals(self, gutter: int) -> str:
        return f"{' ' * gutter} {self._paint('=', 'blue', bold=True)}"

    def _paint(self, text: str, colour: str | None = None, *, bold: bool = False) -> str:
        return click.style(text, fg=colour, bold=bold) if self._style.colour else text

    def _linked(self, text: str) -> str:
        """The text as an OSC 8 hyperlink, if the page of the rule is published."""
        return f"\x1b]8;;{self._url}\x1b\\{text}\x1b]8;;\x1b\\" if self._url else text
