"""One sentence about a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagelint.reporters import Report


def summary(report: Report) -> str:
    """What was found and read, for standard error."""
    files = _count(len(report.found.reported), "file")
    read = f"{files} and {_count(report.found.objects, 'object')} read"
    if report.suppressed:
        read += f", {_count(len(report.suppressed), 'finding')} suppressed"
    if not report.findings:
        return f"no findings ({read})"
    severities = [finding.severity for finding in report.findings]
    counts = [
        _count(severities.count(level), level) for level in dict.fromkeys(sorted(severities, key=lambda s: s.rank))
    ]
    where = _count(len({finding.place.path for finding in report.findings}), "file")
    return f"{', '.join(counts)} in {where} ({read})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 or noun == "info" else f"{number} {noun}s"
