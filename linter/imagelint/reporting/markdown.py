"""Markdown for a comment on a pull request, or for the summary of a job."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.reporting.groups import by_file
from imagelint.reporting.summary import summary
from imagelint.text.printable import printable, printable_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting import Style

_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "💡"}
# GitHub turns words with `:` and `.` into links and emoji.
_MARKUP = re.compile(r"([\\*_\[\]#|~$]|[:.](?=\S)|^[-+=])")


def render(report: Report, style: Style) -> Iterator[str]:
    """The summary, and the findings of each file in a list."""
    del style
    yield f"## imagelint\n\n{prose(summary(report))}\n"
    urls = {rule.name: rule.url for rule in report.rules}
    for path, findings in by_file(report.findings):
        yield f"\n### {code(path)}\n\n"
        for finding in findings:
            yield from _item(finding, urls.get(finding.rule))
    if report.found.notes:
        yield "\n### Not read\n\n"
        for note in report.found.notes:
            yield f"- {prose(note)}\n"


def _item(finding: Finding, url: str | None) -> Iterator[str]:
    span = finding.place.span
    rule = f"[{code(finding.rule)}]({url})" if url else code(finding.rule)
    yield f"- {_SIGNS[finding.severity]} {finding.severity} {rule} in line {span.line}, column {span.column}:\n"
    yield f"  {prose(finding.message)}\n"
    facts = [prose(finding.subject.label)] if finding.subject.label else []
    if finding.prediction:
        facts.append(f"predicts {code(str(finding.prediction))}")
    for place, message in finding.related:
        facts.append(f"{code(f'{place.path}:{place.span.line}')} {prose(message)}")
    if facts:
        yield f"  ({'; '.join(facts)})\n"
    if finding.help:
        yield from _help(finding.help)


def _help(text: str) -> Iterator[str]:
    """A single line is a sentence; several lines contain something to paste."""
    lines = printable_lines(text)
    if len(lines) == 1:
        yield f"\n  {prose(text)}\n"
        return
    fence = _fence(text, at_least=3)
    yield f"\n  {fence}\n"
    for line in lines:
        yield f"  {line}".rstrip() + "\n"
    yield f"  {fence}\n"


def prose(text: str) -> str:
    """A sentence of imagelint: text between backticks is code, the rest is escaped."""
    parts = printable(text).split("`")
    if len(parts) % 2 == 0:  # one backtick too many, which a manifest brought
        parts[-2:] = [f"{parts[-2]}'{parts[-1]}"]
    return "".join(code(part) if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    # A name after an @ would be notified, even after a backslash.
    return _MARKUP.sub(r"\\\1", html.escape(text, quote=False)).replace("@", "@<!-- -->")


def code(text: str) -> str:
    """A code span, with a fence that is longer than any in the text."""
    shown = printable(text)
    if not shown.strip():
        return ""
    fence = _fence(shown, at_least=1)
    pad = " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _fence(text: str, *, at_least: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(at_least, longest + 1)
