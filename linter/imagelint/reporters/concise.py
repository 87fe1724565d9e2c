"""One line for each finding, as editors and grep like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.reporters.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.reporters import Report


def render(report: Report) -> Iterator[str]:
    """`path:line:column: severity[rule] message`."""
    for finding in report.findings:
        span = finding.place.span
        place = f"{printable(finding.place.path)}:{span.line}:{span.column}"
        yield f"{place}: {finding.severity}[{finding.rule}] {printable(finding.message)}\n"
