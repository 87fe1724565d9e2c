"""How many findings each rule has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.report import Report
    from imagelint.reporting import Style


def render(report: Report, style: Style) -> Iterator[str]:
    """A line for each rule and severity, the most findings first."""
    del style
    counts = Counter((finding.rule, finding.severity) for finding in report.findings)
    for (rule, severity), count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        yield f"{count:6}  {severity:7}  {rule}\n"
