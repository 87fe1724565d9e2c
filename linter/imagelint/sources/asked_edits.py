"""Manifests that a text asks its reader to edit, by the paths that it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# How a line asks its reader to change files, an item of a list, and what names a manifest.
_EDITS = r"(?i)\b(?:updat|replac|chang|substitut)(?:e|ing)\b|\b(?:edit|fill|set|modify)\b"
_LISTED = r"[ \t]*(?:[-*+]|\d+[.)])[ \t]"
_PATH = r"(?a)[\w./-]+"
_MANIFESTS = (".yaml", ".yml", ".json")
# What names a file and asks for no change of it: commands that take it as it is, and warnings.
_NO_EDITS = (
    r"\b(?:kubectl|oc)[ \t][^`;&|]*"
    r"|(?i:(?:\bnot|n't|\bnever)[ \t]+(?:updat|replac|chang|substitut|edit|fill|set|modif)\w*)"
)
_FENCE = ("```", "~~~")
# All of a block of code: the image that a file should have.
_IMAGE = r"[ \t]*(?:-[ \t]+)?image:[ \t]*\S.*"


class AskedEdit(NamedTuple):
    """A manifest that a reader should edit: its path, and the line to write if the text has it."""

    path: str
    line: str | None = None


def asks_to_edit(line: str) -> bool:
    """Whether a line of a text or a comment asks its reader to change something."""
    return re.search(_EDITS, line) is not None


def asked_edits(text: str) -> Iterator[AskedEdit]:
    """The manifests that a text names in a line, or a list below a line, which asks to change them.

    Or above a block of code that is an image alone: that is what to write there, in whichever language it is said.
    """
    is_asked = False
    lines = text.splitlines()
    named: list[str] = []
    for number, written in enumerate(lines):
        if named and written.lstrip().startswith(_FENCE):
            yield from (AskedEdit(path, line) for line in _image_in(lines[number + 1 : number + 3]) for path in named)
        line = re.sub(_NO_EDITS, " ", written)
        asks = asks_to_edit(line)
        if line.rstrip().endswith(":"):
            is_asked = asks
        elif line.strip() and not re.match(_LISTED, line):
            is_asked = False
        if line.strip():
            named = manifests_in(line) if any(suffix in line for suffix in _MANIFESTS) else []
        yield from map(AskedEdit, named if asks or is_asked else ())


def manifests_in(line: str) -> list[str]:
    """The paths in a line that are called like manifests."""
    paths = (path.rstrip(".") for path in re.findall(_PATH, line))
    return [path for path in paths if path.endswith(_MANIFESTS)]


def _image_in(block: list[str]) -> list[str]:
    """The line of a block that is an image alone, from the start of the block."""
    is_image = len(block) > 1 and re.fullmatch(_IMAGE, block[0]) is not None
    return block[:1] if is_image and block[1].lstrip().startswith(_FENCE) else []
