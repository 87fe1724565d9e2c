"""A bug in imagelint.

### What it does

Reports that imagelint failed while it read a file, or that a rule failed (built-in or from a plugin). The message
contains the kind of failure and the line of code, but nothing from the file. All other findings are still reported, and
the exit status is 2 because the run is incomplete.

### Why is this bad?

The file was not checked: its pods may fail, and its Secrets count as missing for the other files.

### Example

There is no example: known cases are fixed.

### Use instead

Report the message with the version of imagelint and, if possible, a minimal file. In the meantime, skip the file with
`exclude` in the configuration, or turn off the failing rule.

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
    """Files that imagelint failed to read. The engine adds findings for rules that fail."""
    for source, facts in index.files.items():
        if facts.crash is not None:
            message = f"imagelint failed to read this file: {facts.crash}"
            yield RULE.finding(Place(source, Span(1, 1, 1, 1)), message, help=REPORT_IT)


RULE = Rule(__name__, Severity.ERROR, check)
