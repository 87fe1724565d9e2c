"""Manifests that a Go program has in it, or in its image: it fills in what they leave open, and applies them.

Source: the patterns of `//go:embed` (pkg.go.dev/embed), which are relative to the folder of the file, and match as
`path.Match` does.
"""

from __future__ import annotations

import os
import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.sources.instructions import text_of
from imagelint.sources.read_by_go import ReadByGo
from imagelint.text.globs import glob_matches
from imagelint.text.paths import WorkTrees, shown, upward

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.input import Input
    from imagelint.text.places import SourceId

# A program is at most so many folders above what it embeds, in one of so many files.
_MOST_ABOVE, _MOST_FILES, _MOST_PATTERNS = 10, 100, 500
_EMBED = r"(?m)^[ \t]*//go:embed[ \t]+([^\n]{1,1000})"


def note_embedded(found: Input, sources: Iterable[SourceId]) -> None:
    """Note in an input which of some files that leave something open programs fill in, and which ones embed them."""
    programs, reading = _Programs(), ReadByGo()
    for source in sources:
        program = programs.around(source.path)
        if program is not None or reading.reads(source.path):
            found.filled_in.add(source)
        if program is not None:
            found.files[source] = found.files[source]._replace(embedded_in=shown(program))


class _Programs:
    """The Go files that embed others; each folder is looked into once."""

    def __init__(self) -> None:
        self._trees = WorkTrees()
        # By folder: the patterns, each with its file.
        self._patterns: dict[str, list[tuple[str, str]]] = {}

    def around(self, path: str) -> str | None:
        """The first file, of the folder of a manifest or one above it in the same repository, that embeds it."""
        real = os.path.realpath(path)
        tree = self._trees.of(os.path.dirname(real))
        for folder in islice(upward(os.path.dirname(real)), _MOST_ABOVE):
            if folder not in self._patterns:
                self._patterns[folder] = [*islice(_patterns(folder), _MOST_PATTERNS)]
            names = os.path.relpath(real, folder).split(os.sep)
            for pattern, file in self._patterns[folder]:
                if _is_embedded(names, pattern):
                    return file
            if folder == tree:
                break
        return None


def _patterns(folder: str) -> Iterator[tuple[str, str]]:
    """The patterns of the programs in a folder."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".go"))
    except OSError:
        return
    for file in (os.path.join(folder, name) for name in names[:_MOST_FILES] if not name.endswith("_test.go")):
        for pattern in " ".join(re.findall(_EMBED, text_of(file))).split():
            yield posixpath.normpath(pattern.strip('"`').removeprefix("all:")), file


def _is_embedded(names: list[str], pattern: str) -> bool:
    """Whether a pattern matches a path, or a folder on the way to it."""
    globs = pattern.split("/")
    return pattern == "." or (len(globs) <= len(names) and all(map(glob_matches, globs, names)))
