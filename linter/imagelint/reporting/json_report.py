"""The JSON contract, version 1: see `docs/json.md` and `schemas/report.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint import __version__
from imagelint.kubelet import KUBERNETES
from imagelint.linting.finding import Severity
from imagelint.linting.json_fields import place_fields, resource_fields
from imagelint.reporting.fingerprints import fingerprints
from imagelint.reporting.frames import Frames
from imagelint.reporting.groups import group_numbers
from imagelint.reporting.json_text import json_text
from imagelint.reporting.report_paths import RepositoryPaths
from imagelint.world.knowledge import AS_OF

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imagelint.linting.finding import Finding
    from imagelint.linting.prediction import Prediction
    from imagelint.linting.report import Report
    from imagelint.reporting import Style
    from imagelint.text.places import Span

VERSION = 1


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole report as one JSON object."""
    del style
    yield json_text(document(**parts(report)))


def document(
    findings: Sequence[Mapping[str, Any]], suppressed: Sequence[Mapping[str, Any]], summary: Mapping[str, Any]
) -> dict[str, Any]:
    """What `parts` returns, with the version of the contract and of the tool."""
    return {
        "version": VERSION,
        "tool": {"name": "imagelint", "version": __version__, "kubernetes": KUBERNETES, "knowledge": AS_OF},
        "findings": findings,
        "suppressed": suppressed,
        "summary": summary,
    }


def parts(report: Report) -> dict[str, Any]:
    """The findings, those that are suppressed, and the summary, as `reporting/contract.py` types them."""
    entry = _Entries(report)
    severities = [finding.severity for finding in report.findings]
    return {
        "findings": [entry.of(finding) for finding in report.findings],
        "suppressed": [entry.of(known.finding) for known in report.suppressed],
        "summary": {
            "errors": severities.count(Severity.ERROR),
            "warnings": severities.count(Severity.WARNING),
            "infos": severities.count(Severity.INFO),
            "suppressed": len(report.suppressed),
            "files": len(report.found.reported),
            "objects": report.found.objects,
            "notes": report.notes,
        },
    }


class _Entries:
    """The findings of a report as JSON has them."""

    def __init__(self, report: Report) -> None:
        self._groups = group_numbers(report.findings)
        self._fingerprints = fingerprints(report, RepositoryPaths())
        self._urls = {rule.name: rule.url for rule in report.rules}
        self._frames = Frames(report.found, report.findings)

    def of(self, finding: Finding) -> dict[str, Any]:
        """A finding; its group is None if it is suppressed."""
        fix = [{**_span_fields(span), "text": new} for span, new in self._frames.replacements(finding)]
        return {
            **_fields(finding, self._groups.get(finding.sort_key)),
            "fix": {"safe": finding.fix.is_safe, "edits": fix} if finding.fix is not None and fix else None,
            "url": self._urls.get(finding.rule),
            "fingerprint": self._fingerprints[finding.sort_key],
        }


def _fields(finding: Finding, group: int | None) -> dict[str, Any]:
    span = finding.place.span
    return {
        "rule": finding.rule,
        "group": group,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": finding.message,
        "help": finding.help,
        "path": finding.place.path,
        **_span_fields(span),
        # In a unit the documents of several files are put together.
        "document": None if finding.units else finding.subject.document_number,
        "resource": resource_fields(finding.subject.resource),
        "container": finding.subject.container,
        "key": finding.subject.key,
        "image": finding.subject.image,
        "predicts": str(finding.prediction) if finding.prediction else None,
        "prediction": _prediction(finding.prediction),
        "units": list(finding.units),
        "related": [{**place_fields(place), "message": message} for place, message in finding.related],
    }


def _span_fields(span: Span) -> dict[str, int]:
    return {"line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _prediction(prediction: Prediction | None) -> dict[str, str] | None:
    """The waiting reason, or what happens instead of a pull, and whether the first or a later pull fails."""
    return {"reason": str(prediction.reason), "when": prediction.when.value} if prediction else None
