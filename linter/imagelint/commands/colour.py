"""Decides whether output has colours and hyperlinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CHOICES = ("auto", "always", "never")


def use_colour(choice: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Decide by `--color`, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, TERM=dumb and the terminal, in this order.

    Empty variables (no-color.org), FORCE_COLOR=0 and CLICOLOR_FORCE=0 count as not set.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal and environment.get("TERM") != "dumb"


def use_links(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether the output supports OSC 8 hyperlinks: it is a terminal that is not `dumb`."""
    return is_terminal and environment.get("TERM") != "dumb"
