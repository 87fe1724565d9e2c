"""JUnit XML, for CI services that show tests."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from imagelint.linting.finding import Severity
from imagelint.reporting.concise import position
from imagelint.reporting.groups import grouped, groups_by_file, other_places
from imagelint.reporting.xml_text import xml_text
from imagelint.text.printable import printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style
    from imagelint.reporting.groups import Group


def render(report: Report, style: Style) -> Iterator[str]:
    """A suite for each file with findings, a failed case for each cause; one that passes if there is none."""
    del style
    root = ET.Element("testsuites", {"name": "imagelint", **_counts(grouped(report.findings))})
    for path, groups in groups_by_file(report.findings):
        suite = ET.SubElement(root, "testsuite", {"name": printable(path), **_counts(groups)})
        for group in groups:
            _case(suite, group)
    if not report.findings:
        # Services take a file without any test for a broken one.
        root.set("tests", "1")
        suite = ET.SubElement(root, "testsuite", name="imagelint", tests="1", failures="0", errors="0")
        ET.SubElement(suite, "testcase", name="no findings", classname="imagelint")
    yield xml_text(root)


def _counts(groups: Sequence[Group]) -> dict[str, str]:
    failures = sum(_fails(group.first) for group in groups)
    return {"tests": str(len(groups)), "failures": str(failures), "errors": "0"}


def _fails(finding: Finding) -> bool:
    """An info never fails a run: its case passes, with the message as output."""
    return finding.severity is not Severity.INFO


def _case(suite: ET.Element, group: Group) -> None:
    finding = group.first
    span, path = finding.place.span, printable(finding.place.path)
    name = f"{finding.rule} at {span.line}:{span.column}"
    case = ET.SubElement(suite, "testcase", name=name, classname=path)
    message = printable(finding.message)
    if _fails(finding):
        kind = f"{finding.severity}[{finding.rule}]"
        ET.SubElement(case, "failure", type=kind, message=message).text = _details(group)
    else:
        ET.SubElement(case, "system-out").text = f"{message}\n{_details(group)}"


def _details(group: Group) -> str:
    finding = group.first
    lines = [position(finding.place), printable(finding.subject.label)]
    if finding.prediction:
        lines.append(f"predicts: {printable(str(finding.prediction))}")
    if finding.help:
        lines += ["help:", *printable_lines(finding.help)]
    return "\n".join(line for line in (*lines, *other_places(group)) if line)
