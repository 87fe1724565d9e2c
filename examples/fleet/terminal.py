"""Text for a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """A text whose control characters are escaped: names of repositories and images may have some."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
