"""The same finding over many containers, told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.findings import Finding


def grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings with the same cause together, each group where its first one stands.

    They differ in nothing that a reader is told but the places, the object and the container.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_cause(finding), []).append(finding)
    return list(groups.values())


def _cause(finding: Finding) -> tuple[object, ...]:
    label = finding.resource.label if finding.resource else ""
    said = [finding.message, *(related.message for related in finding.related)]
    words = tuple(text.replace(label, "") if label else text for text in said)
    return (finding.rule, finding.severity, words, finding.predicts, finding.help)
