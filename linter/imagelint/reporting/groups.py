"""Groups findings for reports: by file, and by cause."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.linting.finding import Finding


def by_file(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """The findings of each file; the input is sorted by file."""
    for path, group in groupby(findings, key=lambda finding: finding.place.path):
        yield path, list(group)


def grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings grouped by cause, in the order of the first finding of each group.

    Within a group, only places, objects and containers differ.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_cause(finding), []).append(finding)
    return list(groups.values())


def _cause(finding: Finding) -> tuple[object, ...]:
    subject = finding.subject
    about = (subject.image, *subject.names) if subject.image or subject.names else (finding.message,)
    related = tuple(related.message for related in finding.related)
    return (finding.rule, finding.severity, finding.prediction, finding.help, about, related)
