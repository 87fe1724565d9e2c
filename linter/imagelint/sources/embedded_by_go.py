"""Manifests that a Go program has in it: it fills in what they leave open, and applies them.

Source: the patterns of `//go:embed` (pkg.go.dev/embed), which are relative to the folder of the file.
"""

from __future__ import annotations

import os
import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.sources.instructions import text_of
from imagelint.text.globs import glob_matches
from imagelint.text.paths import folders_above

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.facts.input import Input
    from imagelint.text.places import SourceId

# A program is at most so many folders above what it embeds, in one of so many files.
_MOST_ABOVE, _MOST_FILES, _MOST_PATTERNS = 5, 100, 500
_EMBED = r"(?m)^//go:embed[ \t]+([^\n]{1,1000})"


def note_embedded(found: Input, sources: Iterable[SourceId]) -> None:
    """Note in an input which of some files with placeholders, or containers without an image, programs embed."""
    patterns: dict[str, list[str]] = {}
    for source in sources:
        for folder in islice(folders_above(posixpath.dirname(source.path)), _MOST_ABOVE):
            if folder not in patterns:
                patterns[folder] = _patterns(folder)
            if patterns[folder] and _is_embedded(posixpath.relpath(source.path, folder), patterns[folder]):
                found.filled_in.add(source)


def _patterns(folder: str) -> list[str]:
    """The patterns of the programs in a folder."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".go"))
    except OSError:
        return []
    texts = (text_of(posixpath.join(folder, name)) for name in names[:_MOST_FILES] if not name.endswith("_test.go"))
    written = (pattern for text in texts for line in re.findall(_EMBED, text) for pattern in line.split())
    return [one.strip('"`').removeprefix("all:") for one in islice(written, _MOST_PATTERNS)]


def _is_embedded(path: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern matches a path, or a folder on the way to it."""
    parts = path.split("/")
    starts = ["/".join(parts[:number]) for number in range(1, len(parts) + 1)]
    return any(glob_matches(pattern, start) for pattern in patterns for start in starts)
