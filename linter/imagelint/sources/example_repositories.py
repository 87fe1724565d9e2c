"""Repositories that their own README calls a collection of examples: `Kubernetes Examples`, `Quarkus Tutorial`."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.sources.instruction_names import is_text
from imagelint.text.lazy import cached_property
from imagelint.text.paths import folders_above, shown, work_tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.facts.input import Input

# Headings of Markdown, AsciiDoc and HTML. Others have a line of such characters below them.
_HEADING = r"(?:#{1,6}|=)[ \t]+(.+)|[ \t]*<h1\b[^>]*>(.+)"
_UNDERLINE = r"(?:={3,}|-{3,}|\*{3,}|#{3,}|~{3,})[ \t]*"
_MARKUP = r"!\[[^\]]*\]\([^)]*\)|<[^>]*>|[\[*_`]|\](?:\([^)]*\))?"
# Where a title may be, below badges and comments, and how much of a line is looked at.
_MOST_LINES, _MOST_CHARACTERS = 60, 300
# What a title ends with, or says of what they are. An `example` may be an application, and `samples` are often several:
# whoever runs these wants to know what will run next year.
_COLLECTION = r"(?i)\b(?:examples|tutorials?|exercises|hands-on labs)\b(?=\W*$|\s+(?:for|of|from|on)\b)"


class ExampleRepositories:
    """The titles of the READMEs at the roots of the work trees that some paths are in."""

    def __init__(self, found: Input, paths: Iterable[str]) -> None:
        self._found = found
        self._paths = paths
        # By folder, as reports show it.
        self._readmes: dict[str, str] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        is_readme = is_text(path) and os.path.basename(path).lower().startswith("readme")
        if is_readme and is_collection(title_of(text)) and os.path.dirname(os.path.realpath(path)) in self._roots:
            place = shown(path)
            folder = posixpath.dirname(place)
            self._readmes["." if set(folder.split("/")) <= {"", ".."} else folder] = place

    @cached_property
    def _roots(self) -> set[str]:
        return {work_tree(real) or real for real in map(os.path.realpath, self._paths)}

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
    return re.search(_COLLECTION, title) is not None


def title_of(text: str) -> str:
    """The first heading of a text in Markdown, AsciiDoc or reStructuredText, without markup; empty if there is none."""
    before = ""
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        start = line[:_MOST_CHARACTERS].rstrip()
        if start.startswith("```"):  # a `#` begins a comment there
            break
        heading = re.match(_HEADING, start)
        written = (heading[1] or heading[2]) if heading is not None else before
        # A shorter line may also be a rule below a sentence.
        if heading is not None or (0 < len(before) <= len(start) and re.fullmatch(_UNDERLINE, start)):
            title = " ".join(re.sub(_MARKUP, " ", written).split()).rstrip("# ")
            if title:  # not only a picture
                return title
        before = "" if re.fullmatch(_UNDERLINE, start) else start.strip()
    return ""
