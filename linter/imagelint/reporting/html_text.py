"""What the modules of the HTML report share: text of the input as text of the page."""

from __future__ import annotations

import html

from imagelint.text.printable import printable


def shown(text: str) -> str:
    """Any text, for an element or an attribute in quotes."""
    return html.escape(printable(text))


def prose(text: str) -> str:
    """A sentence of imagelint: text between backticks is code."""
    parts = shown(text).split("`")
    if len(parts) % 2 == 0:  # one backtick too many, which a manifest brought
        parts[-2:] = [f"{parts[-2]}'{parts[-1]}"]
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
