"""Outputs: each reporter turns a report into text; only `frames.py` reads sources again."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.linting.report import Report


class Style(NamedTuple):
    """What the destination of an output can display."""

    colour: bool = False
    # OSC 8 hyperlinks.
    links: bool = False
    # Every place of a cause that has many, not the first few and a count.
    all_places: bool = False
    # Columns to wrap lines at; None for a file or a pipe, whose lines are left whole.
    width: int | None = None
    # The largest number of findings, or of groups with one cause; None for all.
    most: int | None = None


# Each is a module with a function `render(report, style)`, imported on demand.
FORMATS = {
    "text": "text_report",
    "concise": "concise",
    "json": "json_report",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "checkstyle": "checkstyle",
    "rdjson": "rdjson",
    "azure": "azure",
    "markdown": "markdown",
    "html": "html_report",
}


# They print nothing if nothing was found: the usual run of a hook imports none of them.
_SILENT = frozenset({"text", "concise"})


def render(report: Report, format_: str, style: Style) -> Iterator[str]:
    """The report in pieces, each with its own line ends."""
    if not report.findings and format_ in _SILENT:
        return iter(())
    module = import_module(f"imagelint.reporting.{FORMATS.get(format_, format_)}")
    reporter: Callable[[Report, Style], Iterator[str]] = module.render
    return reporter(report, style)
