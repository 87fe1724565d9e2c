"""Pages of the manual for a terminal: the Markdown that rules and waiting reasons are written in, as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from imagelint.reporting.columns import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

# Longer lines are hard to read.
_WIDEST = 100
_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
# Within code no line is broken.
_UNBROKEN = "\u00a0"


def rendered(page: str, columns: int | None, *, colour: bool) -> Iterator[str]:
    """The lines of a page, each with its end: headings in bold, paragraphs wrapped, code indented."""
    paint = _painted if colour else _plain
    width = min(columns or _WIDEST, _WIDEST)
    paragraph: list[str] = []
    in_code = False
    for line in [*page.splitlines(), ""]:
        is_fence = line.startswith("```")
        goes_on = not in_code and not is_fence and line.strip() and not line.startswith(("#", "|", "- "))
        if goes_on:
            paragraph.append(line.strip())
            continue
        if paragraph:
            yield from _paragraph(" ".join(paragraph), width, colour=colour)
            paragraph = []
        if is_fence:
            in_code = not in_code
        elif in_code:
            yield f"    {paint(line, fg='green')}".rstrip() + "\n"
        elif line.startswith("#"):
            yield paint(line.lstrip("# "), bold=True, underline=line.startswith("# ")) + "\n"
        elif line.startswith("- "):
            paragraph = [line]
        else:
            yield f"{line}\n"


def _painted(text: str, *, fg: str | None = None, bold: bool = False, underline: bool = False) -> str:
    return click.style(text, fg=fg, bold=bold or None, underline=underline or None) if text else text


def _plain(text: str, **style: object) -> str:
    del style
    return text


def _paragraph(text: str, width: int, *, colour: bool) -> Iterator[str]:
    """A paragraph or an item of a list."""
    whole = _CODE.sub(lambda match: match[0].replace(" ", _UNBROKEN), _LINK.sub(_shown_link, text))
    for line in wrapped(whole, width, "  " if text.startswith("- ") else ""):
        shown = line.replace(_UNBROKEN, " ")
        if colour:
            shown = _CODE.sub(lambda match: _painted(match[1], fg="cyan"), shown)
            shown = _BOLD.sub(lambda match: _painted(match[1], bold=True), shown)
        yield f"{shown}\n"


def _shown_link(match: re.Match[str]) -> str:
    """The text of a link; with its target if that is on the web."""
    text, target = match[1], match[2]
    return f"{text} <{target}>" if target.startswith("https://") else text
