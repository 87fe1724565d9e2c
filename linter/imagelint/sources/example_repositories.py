"""Repositories that their own README calls a collection of examples (`Kubernetes Examples`), or deprecated."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.facts.purposes import DEPRECATED_REPOSITORIES, EXAMPLE_REPOSITORIES
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
# What a title ends with, or says of what they are. An `example` may be an application that somebody runs.
_OF_EXAMPLES = r"examples|samples|example (?:apps|applications|charts|deployments|manifests)"
_COLLECTION = rf"(?i)\b(?:{_OF_EXAMPLES}|tutorials?|exercises|hands-on labs)\b(?=\W*$|\s+(?:for|of|from|on)\b)"
# What a title begins or ends with, in capitals or set apart: `DEPRECATED Web Shop`, `Web Shop (deprecated)`.
_STATES = "(?:deprecated|archived|unmaintained)"
_CAPITALS = _STATES.upper()
_DEPRECATED = rf"\A\W*{_CAPITALS}\b|\b{_CAPITALS}\W*\Z|(?i:\A\W*{_STATES}\s?[:!]|[(:|\u2013\u2014-]\s?{_STATES}\W*\Z)"


class ExampleRepositories:
    """The titles of the READMEs at the roots of the work trees that some paths are in."""

    def __init__(self, found: Input, paths: Iterable[str]) -> None:
        self._found = found
        self._paths = paths
        # By folder, as reports show it.
        self._readmes: dict[str, tuple[str, str]] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        is_readme = is_text(path) and os.path.basename(path).lower().startswith("readme")
        purpose = purpose_by_title(title_of(text)) if is_readme else None
        if purpose is not None and os.path.dirname(os.path.realpath(path)) in self._roots:
            place = shown(path)
            folder = posixpath.dirname(place)
            self._readmes["." if set(folder.split("/")) <= {"", ".."} else folder] = purpose, place

    @cached_property
    def _roots(self) -> set[str]:
        return {work_tree(real) or real for real in map(os.path.realpath, self._paths)}

    def note(self) -> None:
        """Note in the input what the titles say of which manifests; those in an overlay are deployed."""
        if not self._readmes:
            return
        units = self._found.units
        deployed = frozenset(units).union(*(unit.sources for unit in units.values()))
        for source in self._found.files.keys() - deployed:
            around = (self._readmes[folder] for folder in folders_above(source.path) if folder in self._readmes)
            if (said := next(around, None)) is not None:
                self._found.titles[source] = said


def purpose_by_title(title: str) -> str | None:
    """What manifests are for, if a title says that they are examples or a tutorial, or that nobody works on them."""
    if re.search(_DEPRECATED, title):
        return DEPRECATED_REPOSITORIES
    return EXAMPLE_REPOSITORIES if re.search(_COLLECTION, title) else None


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
