"""JUnit XML, for CI services that show tests."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from imagelint.linting.finding import Severity
from imagelint.reporting.concise import position
from imagelint.reporting.groups import by_file
from imagelint.reporting.xml_text import xml_text
from imagelint.text.printable import printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style


def render(report: Report, style: Style) -> Iterator[str]:
    """A suite for each file with findings, a failed case for each finding; one that passes where there is none."""
    del style
    root = ET.Element("testsuites", {"name": "imagelint", **_counts(report.findings)})
    for path, findings in by_file(report.findings):
        suite = ET.SubElement(root, "testsuite", {"name": printable(path), **_counts(findings)})
        for finding in findings:
            _case(suite, finding)
    if not report.findings:
        # Services take a file without any test for a broken one.
        root.set("tests", "1")
        suite = ET.SubElement(root, "testsuite", name="imagelint", tests="1", failures="0", errors="0")
        ET.SubElement(suite, "testcase", name="no findings", classname="imagelint")
    yield xml_text(root)


def _counts(findings: Sequence[Finding]) -> dict[str, str]:
    failures = sum(_fails(finding) for finding in findings)
    return {"tests": str(len(findings)), "failures": str(failures), "errors": "0"}


def _fails(finding: Finding) -> bool:
    """An info never fails a run: its case passes, with the message as output."""
    return finding.severity is not Severity.INFO


def _case(suite: ET.Element, finding: Finding) -> None:
    span, path = finding.place.span, printable(finding.place.path)
    name = f"{finding.rule} at {span.line}:{span.column}"
    case = ET.SubElement(suite, "testcase", name=name, classname=path)
    message = printable(finding.message)
    if _fails(finding):
        kind = f"{finding.severity}[{finding.rule}]"
        ET.SubElement(case, "failure", type=kind, message=message).text = _details(finding)
    else:
        ET.SubElement(case, "system-out").text = f"{message}\n{_details(finding)}"


def _details(finding: Finding) -> str:
    lines = [position(finding.place), printable(finding.subject.label)]
    if finding.prediction:
        lines.append(f"predicts: {printable(str(finding.prediction))}")
    if finding.help:
        lines += ["help:", *printable_lines(finding.help)]
    return "\n".join(line for line in lines if line)
