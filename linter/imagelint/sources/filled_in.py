"""Placeholders in manifests that scripts, texts and comments say are replaced before the manifests are applied."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.sources.instructions import is_text, text_of
from imagelint.text.paths import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from imagelint.facts.input import Input

# What a line has that replaces a placeholder, or asks the reader to.
_REPLACES = r"(?i)\b(?:sed|yq|set|your)\b|\bs[/|#]|replac|substitut|chang|\bfill|\bedit|updat|modif"
_VARIABLE = r"(?a)\$\{?([A-Za-z_]\w*)"
# How a line asks its reader to change files, an item of a list, and what names a manifest.
_EDITS = r"(?i)\b(?:updat|replac|chang|substitut)(?:e|ing)\b|\b(?:edit|fill|set|modify)\b"
_LISTED = r"[ \t]*(?:[-*+]|\d+[.)])[ \t]"
_PATH = r"(?a)[\w./-]+"
_MANIFESTS = (".yaml", ".yml", ".json")


class FilledIn:
    """The placeholders that instructions say are replaced."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._held = {source: held for source, facts in found.files.items() if (held := facts.placeholders)}
        self._placeholders = {one for held in self._held.values() for one in held}
        self._variables = {
            one: variable[1] for one in self._placeholders if (variable := re.match(_VARIABLE, one)) is not None
        }
        self._replaced: set[str] = set()
        self._assigned: set[str] = set()
        self._uses_envsubst = False
        # Manifests that a text asks its reader to edit.
        self._edited: set[str] = set()

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        if is_text(path):
            self._edited.update(_edited(text, posixpath.dirname(shown(path))))
        self._uses_envsubst = self._uses_envsubst or "envsubst" in text
        self._replaced.update(one for one in self._placeholders - self._replaced if _is_replaced(one, text))
        words = frozenset(re.findall(r"(?a)\w+", text)) if self._variables else frozenset[str]()
        self._assigned.update(one for one, name in self._variables.items() if name in words)

    def note(self) -> None:
        """Note in the input whose placeholders are filled in."""
        # Scripts set variables in one file, and substitute them in another.
        replaced = self._replaced | (self._assigned if self._uses_envsubst else set[str]())
        self._found.filled_in = {
            source
            for source, held in self._held.items()
            if replaced.issuperset(held) or source.path in self._edited or filled_in_as_commented(source.path, held)
        }


def _edited(text: str, folder: str) -> Iterator[str]:
    """The manifests that a text in a folder names in a line, or a list below a line, which asks to change them."""
    heading = ""
    for line in text.splitlines():
        if line.rstrip().endswith(":"):
            heading = line
        elif line.strip() and not re.match(_LISTED, line):
            heading = ""
        if re.search(_EDITS, heading) or re.search(_EDITS, line):
            named = (path for path in re.findall(_PATH, line) if path.endswith(_MANIFESTS))
            yield from (posixpath.normpath(posixpath.join(folder, path)) for path in named)


def _is_replaced(placeholder: str, text: str) -> bool:
    lines = (line for line in text.splitlines() if placeholder in line) if placeholder in text else ()
    return any(re.search(_REPLACES, line.replace(placeholder, " ")) for line in lines)


def filled_in_as_commented(path: str, placeholders: Collection[str]) -> bool:
    """Whether comments in a manifest say of all its placeholders that they are replaced."""
    lines = [(line, line.partition("#")[2]) for line in text_of(path).splitlines()]
    replacing = "\n".join(line for line, comment in lines if re.search(_REPLACES, comment))
    uses_envsubst = any("envsubst" in comment for _, comment in lines)
    return bool(placeholders) and all(
        one in replacing or (uses_envsubst and re.match(_VARIABLE, one)) for one in placeholders
    )
