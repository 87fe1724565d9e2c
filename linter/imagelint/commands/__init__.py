"""The commands of imagelint, one module each, imported when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.linting.rule import Rule

# Exit statuses; the README describes them.
OK, FOUND, USAGE, INTERRUPTED = 0, 1, 2, 130


def all_rules() -> Sequence[Rule]:
    """The built-in rules; this is the only import of them."""
    from imagelint_rules import RULES

    return RULES
