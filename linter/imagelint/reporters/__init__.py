"""Outputs: each reporter turns a report into text and reads nothing but the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imagelint.engine import Input
    from imagelint.findings import Finding


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found."""

    findings: Sequence[Finding]
    found: Input
    colour: bool = False
    # With the reason why each is suppressed.
    suppressed: Sequence[tuple[Finding, str]] = ()


FORMATS = ("text", "concise", "json")


def render(report: Report, format_: str) -> Iterator[str]:
    """The report in pieces, each with its own line ends. Only the reporter that is asked for is imported."""
    reporter: Callable[[Report], Iterator[str]]
    if format_ == "statistics":
        return statistics(report)
    if format_ == "json":
        from imagelint.reporters.json_report import render as reporter
    elif format_ == "concise":
        from imagelint.reporters.concise import render as reporter
    else:
        from imagelint.reporters.text import render as reporter
    return reporter(report)


def statistics(report: Report) -> Iterator[str]:
    """How many findings each rule has, the most first."""
    from collections import Counter

    counts = Counter((finding.rule, finding.severity) for finding in report.findings)
    for (rule, severity), count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        yield f"{count:6}  {severity:7}  {rule}\n"


def summary(report: Report) -> str:
    """One sentence about the run, for standard error."""
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
