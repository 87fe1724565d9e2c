"""One line for each finding, as editors and grep like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style
    from imagelint.text.places import Place


def render(report: Report, style: Style) -> Iterator[str]:
    """`path:line:column: severity[rule] message`."""
    for finding in report.findings[: style.most]:
        yield f"{concise(finding)}\n"
    left = len(report.findings[style.most :]) if style.most is not None else 0
    if left:
        yield f"and {left} more finding{'s' * (left != 1)} (--max-findings)\n"


def concise(finding: Finding) -> str:
    """A finding on one line."""
    return printable(f"{position(finding.place)}: {finding.severity}[{finding.rule}] {finding.message}")


def position(place: Place) -> str:
    """`path:line:column`."""
    return printable(f"{place.path}:{place.span.line}:{place.span.column}")
