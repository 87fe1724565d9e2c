"""The Code Quality report of GitLab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint.linting.finding import Severity
from imagelint.reporting.fingerprints import fingerprints
from imagelint.reporting.json_text import json_text
from imagelint.reporting.report_paths import RepositoryPaths
from imagelint.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(report: Report, style: Style) -> Iterator[str]:
    """A list with an entry for each finding, `[]` if there is none."""
    del style
    path_of = RepositoryPaths()
    marks = fingerprints(report, path_of)
    entries = [_entry(finding, path_of(finding.place.path), marks[finding.sort_key]) for finding in report.findings]
    yield json_text(entries)


def _entry(finding: Finding, path: str, fingerprint: str) -> dict[str, Any]:
    span = finding.place.span
    return {
        # GitLab does not show the name of the check.
        "description": f"{finding.rule}: {printable(finding.message)}",
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": span.line, "end": span.end_line}},
    }
