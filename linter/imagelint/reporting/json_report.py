"""The JSON contract, version 1: see `docs/json.md` and `schemas/report.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint.linting.finding import Severity
from imagelint.linting.json_fields import place_fields, resource_fields
from imagelint.reporting.groups import group_numbers
from imagelint.reporting.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.finding import Finding
    from imagelint.linting.prediction import Prediction
    from imagelint.linting.report import Report
    from imagelint.reporting import Style

VERSION = 1


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole report as one JSON object."""
    del style
    groups = group_numbers(report.findings)
    severities = [finding.severity for finding in report.findings]
    document = {
        "version": VERSION,
        "findings": [_finding(finding, groups[finding.sort_key]) for finding in report.findings],
        "suppressed": [_finding(known.finding, None) for known in report.suppressed],
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
    yield json_text(document)


def _finding(finding: Finding, group: int | None) -> dict[str, Any]:
    span = finding.place.span
    return {
        "rule": finding.rule,
        "group": group,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": finding.message,
        "help": finding.help,
        **place_fields(finding.place),
        "end_line": span.end_line,
        "end_column": span.end_column,
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


def _prediction(prediction: Prediction | None) -> dict[str, str] | None:
    """The waiting reason, or what happens instead of a pull, and whether the first or a later pull fails."""
    return {"reason": str(prediction.reason), "when": prediction.when.value} if prediction else None
