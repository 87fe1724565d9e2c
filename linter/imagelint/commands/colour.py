"""Decides whether output has colours and hyperlinks, and how wide it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where `--color` is kept, so that what is printed before and after a command agrees with it.
VARIABLE = "IMAGELINT_COLOR"
CHOICES = ("auto", "always", "never")
# Nobody has a terminal with more columns than four digits can say.
_WIDTH_DIGITS = 5


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


def has_colour(stream: TextIO) -> bool:
    """Whether to colour what is printed to a stream."""
    return use_colour(os.environ.get(VARIABLE) or "auto", os.environ, is_terminal=stream.isatty())


def width_of(stream: TextIO) -> int | None:
    """How many columns a terminal has; None for a file or a pipe, where nothing is wrapped."""
    if not stream.isatty():
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and len(columns) < _WIDTH_DIGITS:
        return int(columns) or None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None


def use_links(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether the output supports OSC 8 hyperlinks: it is a terminal that is not `dumb`."""
    return is_terminal and environment.get("TERM") != "dumb"
