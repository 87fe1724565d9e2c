"""Repositories that their own README calls a collection of examples: `Kubernetes Examples`, `Quarkus Tutorial`."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.sources.instructions import is_text
from imagelint.text.paths import folders_above, shown, work_tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.facts.input import Input

# Headings of Markdown, AsciiDoc and HTML. Others have a line of such characters below them.
_HEADING = re.compile(r"(?:#{1,6}|=)[ \t]+(.+)|[ \t]*<h1\b[^>]*>(.+)")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|\*{3,}|#{3,}|~{3,})[ \t]*")
_MARKUP = re.compile(r"!\[[^\]]*\]\([^)]*\)|<[^>]*>|[\[*_`]|\](?:\([^)]*\))?")
# Where a title may be, below badges and comments, and how much of a line is looked at.
_MOST_LINES, _MOST_CHARACTERS = 60, 300
# What a title ends with, or says of what they are. An `example` in the singular may be an application or a template.
_COLLECTION = re.compile(
    r"(?i)\b(?:examples|samples|tutorials?|exercises|hands-on labs)\b(?=\W*$|\s+(?:for|of|from|on)\b)"
)


class ExampleRepositories:
    """The titles of the READMEs at the roots of the work trees that some paths are in."""

    def __init__(self, found: Input, paths: Iterable[str]) -> None:
        self._found = found
        self._roots = {work_tree(real) or real for real in map(os.path.realpath, paths)}
        # By folder, as reports show it.
        self._readmes: dict[str, str] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        is_readme = is_text(path) and os.path.basename(path).lower().startswith("readme")
        if is_readme and os.path.dirname(os.path.realpath(path)) in self._roots and is_collection(title_of(text)):
            place = shown(path)
            folder = posixpath.dirname(place)
            self._readmes["." if set(folder.split("/")) <= {"", ".."} else folder] = place

    def note(self) -> None:
        """Note in the input which manifests are examples; those in an overlay are deployed."""
        if not self._readmes:
            return
        units = self._found.units
        deployed = frozenset(units).union(*(unit.sources for unit in units.values()))
        for source in self._found.files.keys() - deployed:
            around = (self._readmes[folder] for folder in folders_above(source.path) if folder in self._readmes)
            if (readme := next(around, None)) is not None:
                self._found.example_repositories[source] = readme


def is_collection(title: str) -> bool:
    """Whether a title says that something is a collection of examples or a tutorial."""
    return _COLLECTION.search(title) is not None


def title_of(text: str) -> str:
    """The first heading of a text in Markdown, AsciiDoc or reStructuredText, without markup; empty if there is none."""
    before = ""
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        start = line[:_MOST_CHARACTERS].rstrip()
        heading = _HEADING.match(start)
        written = (heading[1] or heading[2]) if heading is not None else before
        if heading is not None or (before and _UNDERLINE.fullmatch(start)):
            title = " ".join(_MARKUP.sub(" ", written).split()).rstrip("# ")
            if title:  # not only a picture
                return title
        before = "" if _UNDERLINE.fullmatch(start) else start.strip()
    return ""
