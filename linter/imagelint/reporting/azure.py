"""Logging commands of Azure Pipelines, which become issues of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.reporting.concise import concise, position
from imagelint.reporting.report_paths import RepositoryPaths
from imagelint.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style


def render(report: Report, style: Style) -> Iterator[str]:
    """One command for each finding; a plain line for an info, as issues are errors or warnings."""
    del style
    path_of = RepositoryPaths()
    for finding in report.findings:
        if finding.severity is Severity.INFO:
            yield f"{concise(finding)}\n"
        else:
            yield _issue(finding, path_of(finding.place.path))


def _issue(finding: Finding, path: str) -> str:
    span = finding.place.span
    fields = {
        "type": finding.severity.value,
        "sourcepath": printable(path),
        "linenumber": span.line,
        "columnnumber": span.column,
        "code": finding.rule,
    }
    properties = "".join(f"{name}={_property(str(value))};" for name, value in fields.items())
    text = f"{position(finding.place)}: {printable(finding.message)}"
    return f"##vso[task.logissue {properties}]{_data(text)}\n"


# The escapes that the agent reads (azure-pipelines-task-lib, `taskcommand.ts`).
def _data(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace("]", "%5D").replace(";", "%3B")
