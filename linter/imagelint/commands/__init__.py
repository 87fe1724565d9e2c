"""The commands of imagelint, one module each, imported when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.linting.rule import Rule

# Exit statuses; see the black-box contract in the README.
OK, FOUND, USAGE, INTERRUPTED = 0, 1, 2, 130


def all_rules() -> Sequence[Rule]:
    """The built-in rules; the only place where the engine meets them."""
    from imagelint_rules import RULES

    return RULES
