"""Workflow commands of GitHub Actions, which become annotations on the changed lines."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.reporting.concise import concise, position
from imagelint.reporting.report_paths import RepositoryPaths
from imagelint.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# GitHub shows this many annotations of each level in a step, and silently drops the rest.
_MOST_SHOWN = 10


def render(report: Report, style: Style) -> Iterator[str]:
    """The annotations that GitHub shows, the worst first; what is beyond them as plain lines."""
    del style
    path_of = RepositoryPaths()
    left: list[Finding] = []
    for severity in Severity:
        findings = (finding for finding in report.findings if finding.severity is severity)
        for finding in islice(findings, _MOST_SHOWN):
            yield _annotation(finding, path_of(finding.place.path))
        left += findings
    if left:
        yield f"\nGitHub shows {_MOST_SHOWN} annotations per level and step. {_number(len(left))} listed here:\n"
    for finding in left:
        yield f"{concise(finding)}\n"


def _number(findings: int) -> str:
    return "1 more finding is" if findings == 1 else f"{findings} more findings are"


def _annotation(finding: Finding, path: str) -> str:
    span = finding.place.span
    fields: dict[str, str | int] = {"file": path, "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:  # columns of different lines are refused
        fields |= {"col": span.column, "endColumn": span.end_column}
    fields["title"] = f"imagelint ({finding.rule})"
    # The log shows the message alone, without the place.
    text = f"{position(finding.place)}: {finding.message}"
    return workflow_command(_LEVELS[finding.severity], fields, text, finding.help.split("\n") if finding.help else ())


def workflow_command(level: str, properties: Mapping[str, str | int], text: str, details: Sequence[str] = ()) -> str:
    """A workflow command of GitHub, which becomes an annotation; `details` are further lines of its text."""
    listed = ",".join(f"{name}={_property(printable(str(value)))}" for name, value in properties.items())
    lines = "\n".join(printable(line) for line in (text, *details))
    return f"::{level} {listed}::{_data(lines)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
