"""SARIF 2.1.0, as GitHub code scanning reads it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from imagelint import __version__
from imagelint.linting import rule
from imagelint.reporting.fingerprints import FINGERPRINT_VERSION, fingerprints
from imagelint.reporting.frames import Frames
from imagelint.reporting.groups import group_numbers
from imagelint.reporting.json_text import json_text
from imagelint.reporting.report_paths import RepositoryPaths
from imagelint.reporting.sarif_rules import LEVELS, descriptor
from imagelint.text.printable import printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imagelint.linting.finding import Finding, SortKey, Suppressed
    from imagelint.linting.report import Report
    from imagelint.reporting import Style
    from imagelint.text.places import Place, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# A key of our own: GitHub computes its own fingerprint from the lines of the file.
_FINGERPRINT = f"imagelint/v{FINGERPRINT_VERSION}"
# GitHub uses the part before the last slash as the category of an upload.
_CATEGORY = "imagelint/"


def render(report: Report, style: Style) -> Iterator[str]:
    """One run: the enabled rules, the findings, and the suppressed findings."""
    del style
    path_of = RepositoryPaths()
    writer = _Writer(
        {known.name: number for number, known in enumerate(report.rules)},
        fingerprints(report, path_of),
        path_of,
        Frames(report.found, [*report.findings, *(known.finding for known in report.suppressed)]),
        group_numbers(report.findings),
    )
    run = {
        "tool": {"driver": _driver(report)},
        "automationDetails": {"id": _CATEGORY},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notes(report)}],
        "results": [
            *(writer.result(finding, None) for finding in report.findings),
            *(writer.result(known.finding, known) for known in report.suppressed),
        ],
    }
    yield json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(report: Report) -> dict[str, Any]:
    driver = {
        "name": "imagelint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [descriptor(known) for known in report.rules],
    }
    return driver | ({"informationUri": rule.HOME} if rule.HOME else {})


def _notes(report: Report) -> list[dict[str, Any]]:
    return [{"level": "note", "message": {"text": _plain(note)}} for note in report.notes]


@dataclass(frozen=True, slots=True)
class _Writer:
    rule_numbers: Mapping[str, int]
    fingerprints: Mapping[SortKey, str]
    path_of: RepositoryPaths
    frames: Frames
    groups: Mapping[SortKey, int]

    def result(self, finding: Finding, known: Suppressed | None) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": self.rule_numbers[finding.rule],
            "level": LEVELS[finding.severity],
            "message": {"text": _message(finding)},
            "locations": [self._location(finding.place) | _logical(finding)],
            "partialFingerprints": {_FINGERPRINT: self.fingerprints[finding.sort_key]},
            # An empty list means that the finding is not suppressed; without a list that would be unknown.
            "suppressions": [_suppression(known)] if known else [],
            "properties": _properties(finding) | self._group(finding),
        }
        if finding.related:
            fields["relatedLocations"] = [
                {"id": number} | self._location(place) | {"message": {"text": _plain(message)}}
                for number, (place, message) in enumerate(finding.related, 1)
            ]
        return fields | self._fixes(finding)

    def _group(self, finding: Finding) -> dict[str, int]:
        """What results with one cause share. As one result they would be a new one once its first place is repaired."""
        number = self.groups.get(finding.sort_key)
        return {} if number is None else {"group": number}

    def _location(self, place: Place) -> dict[str, Any]:
        return {"physicalLocation": {"artifactLocation": self._artifact(place.path), "region": _region(place.span)}}

    def _artifact(self, path: str) -> dict[str, str]:
        return {"uri": quote(os.fsencode(self.path_of(path)))}

    def _fixes(self, finding: Finding) -> dict[str, Any]:
        replacements = [
            {"deletedRegion": _region(span), "insertedContent": {"text": new}}
            for span, new in self.frames.replacements(finding)
        ]
        if finding.fix is None or not replacements:
            return {}
        description = "Apply the fix." if finding.fix.is_safe else "Apply the fix and review the result."
        changes = [{"artifactLocation": self._artifact(finding.place.path), "replacements": replacements}]
        return {"fixes": [{"description": {"text": description}, "artifactChanges": changes}]}


def _message(finding: Finding) -> str:
    """The first sentence is the title of the alert; the remedy follows."""
    remedy = ["", *printable_lines(finding.help)] if finding.help else []
    return _no_links("\n".join([f"{printable(finding.message)}.", *remedy]))


def _plain(text: str) -> str:
    return _no_links(printable(text))


def _no_links(text: str) -> str:
    """Even plain text of SARIF has links, `[text](target)`; no manifest may write one."""
    return text.replace("](", "] (")


def _logical(finding: Finding) -> dict[str, Any]:
    if finding.subject.resource is None:
        return {}
    return {"logicalLocations": [{"fullyQualifiedName": printable(finding.subject.resource.label), "kind": "object"}]}


def _properties(finding: Finding) -> dict[str, str]:
    predicts = {"predicts": _plain(str(finding.prediction))} if finding.prediction else {}
    return {"confidence": finding.confidence.value, **predicts}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _suppression(known: Suppressed) -> dict[str, str]:
    kind = "inSource" if known.in_source else "external"
    return {"kind": kind, "status": "accepted", "justification": printable(known.reason)}
