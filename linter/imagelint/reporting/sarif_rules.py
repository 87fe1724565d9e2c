"""Rules as SARIF describes them, made of their manual pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from imagelint.linting.finding import Confidence, Severity
from imagelint.text.printable import printable, printable_lines

if TYPE_CHECKING:
    from imagelint.linting.rule import Rule

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_PRECISIONS = {Confidence.CERTAIN: "very-high", Confidence.LIKELY: "high", Confidence.POSSIBLE: "medium"}
# GitHub cuts descriptions here.
_MOST_CHARACTERS = 1024
_WHAT = re.compile(r"^### What it does\n+(.+?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```.*\n", re.MULTILINE)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


def descriptor(rule: Rule) -> dict[str, Any]:
    """A rule as a `reportingDescriptor`. No text of it is empty, which GitHub refuses."""
    page = "\n".join(printable_lines(rule.manual)) or rule.name
    summary = _plain(f"{printable(rule.summary or rule.name)}.")
    what = _WHAT.search(page)
    description = " ".join(_plain(what[1]).split()) if what else summary
    fields: dict[str, Any] = {
        "id": rule.name,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": summary[:_MOST_CHARACTERS]},
        "fullDescription": {"text": description[:_MOST_CHARACTERS]},
        "help": {"text": _plain(page), "markdown": page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": ["kubernetes", "container-images"],
            "precision": _PRECISIONS[rule.confidence],
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }
    return fields | ({"helpUri": rule.url} if rule.url else {})


def _plain(markdown: str) -> str:
    """Markdown without its marks, for viewers that show text."""
    text = _HEADING.sub(r"\1:", _FENCE.sub("", markdown))
    return _LINK.sub(r"\1 (\2)", text).replace("`", "")
