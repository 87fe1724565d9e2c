"""Identifies findings across runs, even if the files are edited around them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from imagelint.kubelet.reference import repository_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.linting.finding import Finding, SortKey
    from imagelint.linting.report import Report

# Part of every fingerprint, and of its name in SARIF; to be increased when their computation changes.
FINGERPRINT_VERSION = 2


def fingerprints(report: Report, path_of: Callable[[str], str]) -> dict[SortKey, str]:
    """A hash for every finding of a report, suppressed or not, by its sort key.

    It is made of the rule, the file, the object, the container, and the repository of the image or else the names that
    the finding is about. Lines and wording do not matter. Identical findings are distinguished by their order.
    """
    twins: Counter[tuple[object, ...]] = Counter()
    found: dict[SortKey, str] = {}
    known = [suppressed.finding for suppressed in report.suppressed]
    for finding in sorted([*report.findings, *known], key=lambda finding: finding.sort_key):
        identity = _identity(finding, path_of(finding.place.path))
        twins[identity] += 1
        text = json.dumps([FINGERPRINT_VERSION, *identity, twins[identity]])
        found[finding.sort_key] = hashlib.sha256(text.encode()).hexdigest()
    return found


def _identity(finding: Finding, path: str) -> tuple[object, ...]:
    resource = finding.subject.resource
    named = (resource.kind, resource.namespace, resource.name) if resource else (None, None, None)
    about = (repository_of(finding.subject.image), *finding.subject.names)
    return (finding.rule, path, *named, finding.subject.container, *about)
