"""A defect of imagelint itself.

### What it does

Reports that imagelint failed while reading a file, or that a rule failed (a built-in rule or one of a rule pack). The
message names the exception and the line of code, and never quotes the file. Everything else is still reported, and the
exit status is 2, so that the run cannot be mistaken for a complete one.

### Why is this bad?

What was not read was not checked: a pod in it may fail, and a Secret in it counts as absent for the other files.

### Example

No manifest is known to trigger it: a known defect gets fixed.

### Use instead

Report the message with the version of imagelint and, if possible, the smallest file that reproduces it. Until it is
fixed, leave the file out with `exclude` in the configuration, or turn the failing rule off.

### References

- `docs/configuration.md`, excluded paths
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.places import SourceId

_FILE_START = Span(1, 1, 1, 1)


def check(index: Index) -> Iterator[Finding]:
    """Every file that imagelint failed to read."""
    for source in index.judged:
        crash = index.files[source].crash
        if crash is not None:
            yield _at(source, f"imagelint failed to read this file: {crash}")


def failed_rule(rule: Rule, error: Exception, source: SourceId) -> Finding:
    """A rule that raised an exception; it belongs to no file, so the caller names the source to report it at."""
    from imagelint.linting.crashes import crash_of

    return _at(source, f"rule `{rule.name}` failed and may have missed findings: {crash_of(error, rule.module)}")


def _at(source: SourceId, message: str) -> Finding:
    from imagelint.linting.crashes import REPORT_IT

    return RULE.finding(Place(source, _FILE_START), message, help=REPORT_IT)


RULE = Rule(__name__, Severity.ERROR, check)
