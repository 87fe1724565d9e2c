"""Findings that are told together: those of one file, and those with one cause."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.linting.finding import Finding


def by_file(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """The findings of each file, which stand together already."""
    for path, group in groupby(findings, key=lambda finding: finding.place.path):
        yield path, list(group)


def grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings with the same cause together, each group where its first one stands.

    They differ in nothing that a report shows but the places, the object and the container.
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
