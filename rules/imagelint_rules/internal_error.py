"""A defect of imagelint itself.

### What it does

Tells that imagelint failed while it read a file, or that a rule failed (one of its own, or one of a pack). The message
names the kind of failure and the line of the program, and nothing of the file. Everything else is still reported, and
the exit status is 2, so that nobody takes the run for a complete one.

### Why is this bad?

What was not read was not checked: a pod in it may fail, and a Secret in it counts as absent for the other files.

### Example

There is no manifest that shows it: as soon as one is known, it is repaired.

### Use instead

Report the message with the version of imagelint and, if you can, the smallest file that shows it. Until then leave the
file out with `exclude` in the configuration, or turn the failing rule off.

### References

- `docs/configuration.md`, excluded paths
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.crashes import REPORT_IT
from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Every file that imagelint failed to read. The engine adds the rules that fail."""
    for source, facts in index.files.items():
        if facts.crash is not None:
            message = f"imagelint failed to read this file: {facts.crash}"
            yield RULE.finding(Place(source, Span(1, 1, 1, 1)), message, help=REPORT_IT)


RULE = Rule(__name__, Severity.ERROR, check)
