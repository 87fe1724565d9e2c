"""The kustomizations that deploy a file which the user named without them."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.extract import extract
from imagelint.facts.kinds import KUSTOMIZATION_FILES
from imagelint.sources.candidates import files_below
from imagelint.sources.git_index import read_index
from imagelint.text.paths import shown, upward, work_tree
from imagelint.text.places import SourceId
from imagelint.text.source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.text.source import Source, Sources

# Where there is no git index to look into, so many entries of folders are visited, from above to below.
_MOST_SEARCHED = 5000


class OverlaysAbove:
    """Finds the kustomizations that list some files, and those that list these."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._listed_by: dict[SourceId, frozenset[str]] = {}

    def above(self, named: Iterable[SourceId]) -> set[SourceId]:
        """The kustomizations that deploy the named files; none in a tree that has no kustomization around them."""
        found = {source for file in named for source in self._listing(file)}
        for tree in {_tree(source) for source in found}:
            self._climb(found, tree)
        return found

    def _listing(self, file: SourceId) -> Iterator[SourceId]:
        """Kustomize reads files of the folder of a kustomization and below only (`LoadRestrictionsRootOnly`)."""
        real = os.path.realpath(posixpath.dirname(file.path) or os.curdir)
        tree = _tree(file)
        for folder in upward(real):
            for name in KUSTOMIZATION_FILES:
                source = SourceId(shown(os.path.join(folder, name)))
                if os.path.isfile(source.path) and file.path in self._listed(source):
                    yield source
            if folder == tree:
                return

    def _climb(self, found: set[SourceId], tree: str) -> None:
        """Add the kustomizations of a tree that list the folders of those found, and so on."""
        texts = {source: self._text(source) for source in _kustomizations_in(tree)}
        pending = [*found]
        while pending:
            folder = posixpath.dirname(pending.pop().path)
            name = os.path.basename(os.path.realpath(folder or os.curdir)).encode()
            for source, text in texts.items():
                # Most texts do not even have the name.
                is_candidate = name in text or b".." in text
                if source not in found and is_candidate and (folder or ".") in self._listed(source):
                    found.add(source)
                    pending.append(source)

    def _text(self, source: SourceId) -> bytes:
        read = self._read(source)
        return read.data if read is not None else b""

    def _read(self, source: SourceId) -> Source | None:
        try:
            return self._sources.read(source)
        except UnreadableError:
            return None

    def _listed(self, source: SourceId) -> frozenset[str]:
        """What a kustomization lists, as reports show paths."""
        if source not in self._listed_by:
            read = self._read(source)
            kustomization = extract(read).kustomization if read is not None else None
            folder = posixpath.dirname(source.path)
            listed = kustomization.listed if kustomization else ()
            self._listed_by[source] = frozenset(shown(posixpath.join(folder, path)) for path in listed)
        return self._listed_by[source]


def _tree(source: SourceId) -> str:
    real = os.path.realpath(posixpath.dirname(source.path) or os.curdir)
    return work_tree(real) or os.path.realpath(os.curdir)


def _kustomizations_in(tree: str) -> list[SourceId]:
    try:
        names: Iterable[str] = read_index(tree).names
    except (OSError, UnreadableError):
        names = (os.path.relpath(path, tree) for path in files_below([tree], _MOST_SEARCHED))
    return [
        SourceId(shown(os.path.join(tree, name))) for name in names if posixpath.basename(name) in KUSTOMIZATION_FILES
    ]
