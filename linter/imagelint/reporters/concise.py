"""One line for each finding, as editors and grep like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.reporters.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.reporters import Report, Style


def render(report: Report, style: Style) -> Iterator[str]:
    """`path:line:column: severity[rule] message`."""
    del style
    for finding in report.findings:
        span = finding.place.span
        place = f"{printable(finding.place.path)}:{span.line}:{span.column}"
        yield f"{place}: {finding.severity}[{finding.rule}] {printable(finding.message)}\n"
