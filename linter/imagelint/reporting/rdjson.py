"""The Reviewdog Diagnostic Format, with fixes as suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint.reporting.frames import Frames
from imagelint.reporting.json_text import json_text
from imagelint.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style
    from imagelint.text.places import SourceId, Span


def render(report: Report, style: Style) -> Iterator[str]:
    """One diagnostic for each finding. Paths are as they were given: reviewdog finds the repository itself."""
    del style
    frames = Frames(report.found, report.findings)
    urls = {rule.name: rule.url for rule in report.rules}
    document = {
        "source": {"name": "imagelint"},
        "diagnostics": [_diagnostic(finding, frames, urls.get(finding.rule)) for finding in report.findings],
    }
    yield json_text(document)


def _diagnostic(finding: Finding, frames: Frames, url: str | None) -> dict[str, Any]:
    source, span = finding.place
    code = {"value": finding.rule} | ({"url": url} if url else {})
    diagnostic: dict[str, Any] = {
        "message": printable(finding.message),
        "location": {"path": source.path, "range": _range(source, span, frames)},
        "severity": finding.severity.upper(),
        "code": code,
    }
    suggestions = [{"range": _range(source, span, frames), "text": new} for span, new in frames.replacements(finding)]
    return diagnostic | ({"suggestions": suggestions} if suggestions else {})


def _range(source: SourceId, span: Span, frames: Frames) -> dict[str, Any]:
    """The format counts columns in bytes of UTF-8."""
    first, last = frames.line(source, span.line), frames.line(source, span.end_line)
    if first is not None and last is not None:
        span = span.in_bytes(first, last)
    return {
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
    }
