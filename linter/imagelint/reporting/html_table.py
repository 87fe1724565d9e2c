"""The table of the HTML report, which has all that it says: the script and the picture are made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.reporting.concise import position
from imagelint.reporting.deployments import Deployments
from imagelint.reporting.frames import Frames
from imagelint.reporting.html_rows import Access
from imagelint.reporting.html_text import prose, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting.excerpts import Excerpt
    from imagelint.reporting.html_rows import Row
    from imagelint.text.places import Place

_HEADINGS = ("Worst", "Image", "Workload", "Namespace", "Pull secret")
ACCESS = {
    Access.MATCHED: "a key matches",
    Access.ANONYMOUS: "anonymous",
    Access.UNMATCHED: "no key matches",
    Access.UNKNOWN: "not in the files",
}
_TAB = "    "
# How many characters of a remedy each finding can have of its own.
_LONG = 100


class Table:
    """The rows as HTML, and the remedies that they refer to."""

    def __init__(self, report: Report, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._frames = _frames(report)
        self._deployments = Deployments(report.found)
        # The long ones, which many findings may share, with their numbers.
        self._remedies: dict[str, int] = {}

    def lines(self) -> Iterator[str]:
        """One `tbody` for each row: the image and its workload, and below it the findings."""
        yield '<table id="rows">\n<caption>Images and findings, the worst first</caption>\n<thead><tr>'
        yield "".join(f'<th scope="col">{heading}</th>' for heading in _HEADINGS)
        yield "</tr></thead>\n"
        for row in self._rows:
            yield from _row(row)
            if row.findings:
                yield f'<tr><td colspan="{len(_HEADINGS)}">'
                for finding in row.findings:
                    yield from self._finding(finding)
                yield "</td></tr>"
            yield "</tbody>\n"
        yield "</table>\n"

    def remedies(self) -> Iterator[str]:
        """What the rows refer to, after all of them; the script puts each where it is needed."""
        if self._remedies:
            yield "<section>\n<h2>Remedies</h2>\n"
            for text, number in self._remedies.items():
                # A single line is a sentence; several lines contain something to paste.
                lines = text.split("\n")
                tag, show = ("pre", shown) if len(lines) > 1 else ("p", prose)
                yield f'<{tag} id="remedy-{number}">' + "\n".join(map(show, lines)) + f"</{tag}>\n"
            yield "</section>\n"

    def _finding(self, finding: Finding) -> Iterator[str]:
        """The message, which opens to the lines of the files, the prediction and the remedy."""
        severity = finding.severity
        yield f'<details><summary><b class="{severity}">{severity}</b> {prose(finding.message)}</summary>'
        yield self._frame(finding.place)
        for place, message in finding.related:
            yield self._frame(place, message)
        yield "<p>"
        if finding.prediction:
            yield f"Predicts: {prose(str(finding.prediction))}. "
        for line in self._deployments.of(finding):
            yield f"{prose(line[:1].upper() + line[1:])}. "
        yield f'Rule: <a href="#rule-{shown(finding.rule)}">{shown(finding.rule)}</a>. '
        yield f"{self._remedy(finding.help)}</p></details>\n"

    def _frame(self, place: Place, message: str = "") -> str:
        """A place, what is there, and the line with what is marked in it."""
        head = f"<pre><i>{shown(position(place))}{f' {shown(message)}' if message else ''}</i>"
        frame = self._frames.get(place)
        if frame is None:
            return f"{head}</pre>\n"
        before, marked, after = (shown(part.replace("\t", _TAB)) for part in frame)
        return f"{head}\n{before.lstrip()}<mark>{marked}</mark>{after}</pre>\n"

    def _remedy(self, text: str | None) -> str:
        """A short one as it is, for a long one a link to it."""
        if text is None:
            return ""
        if "\n" not in text and len(text) < _LONG:
            return f"Help: {prose(text)}"
        number = self._remedies.setdefault(text, len(self._remedies) + 1)
        return f'<a href="#remedy-{number}">Help</a>'


def _row(row: Row) -> Iterator[str]:
    data: dict[str, str | None] = {"unit": row.unit or None, "access": row.access}
    if not row.image.startswith(f"{row.registry}/"):  # what the image begins with is known without
        data["registry"] = row.registry
    attributes = "".join(f' data-{name}="{shown(value)}"' for name, value in data.items() if value is not None)
    yield f"<tbody{attributes}><tr>"
    yield f'<td class="{row.severity}">{row.severity}</td>' if row.severity else "<td>–</td>"
    yield f'<th scope="row">{_lines(row.image, row.place, f"in {row.unit}" if row.unit else "")}</th>'
    yield f"<td>{_lines(row.workload, row.container)}</td><td>{_lines(row.namespace)}</td>"
    yield f"<td>{_lines(row.secrets, ACCESS[row.access] if row.access else '')}</td></tr>\n"


def _lines(text: str, *below: str) -> str:
    """The lines of a cell: what it is about, and more about it."""
    return (shown(text) or "–") + "".join(f"<small>{shown(line)}</small>" for line in below if line)


def _frames(report: Report) -> Mapping[Place, Excerpt | None]:
    """What is shown of each place, gathered file by file."""
    places = {finding.place for finding in report.findings}
    places.update(place for finding in report.findings for place, _ in finding.related)
    source = Frames(report.found)
    return {place: source.frame(place) for place in sorted(places)}
