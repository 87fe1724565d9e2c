"""Checkstyle XML, which many tools read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from imagelint.reporting.groups import by_file
from imagelint.reporting.xml_text import xml_text
from imagelint.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.report import Report
    from imagelint.reporting import Style


def render(report: Report, style: Style) -> Iterator[str]:
    """The findings of each file."""
    del style
    root = ET.Element("checkstyle", version="4.3")
    for path, findings in by_file(report.findings):
        file = ET.SubElement(root, "file", name=printable(path))
        for finding in findings:
            ET.SubElement(
                file,
                "error",
                line=str(finding.place.span.line),
                column=str(finding.place.span.column),
                severity=finding.severity,
                message=printable(finding.message),
                source=f"imagelint.{finding.rule}",
            )
    yield xml_text(root)
