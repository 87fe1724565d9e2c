"""The work trees that files are in: nothing outside of them is read for what they deploy."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from imagelint.text.lazy import cached_property
from imagelint.text.paths import RealPaths, WorkTrees, folders_above, is_below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.text.places import SourceId


class Trees:
    """The work trees of files, without symbolic links.

    Outside of any it is the working folder, or else the folder that all files of the input are in.
    """

    def __init__(self, files: Iterable[SourceId]) -> None:
        self._files = files
        self._of: dict[str, str] = {}
        self._real = RealPaths().of
        self._work_trees = WorkTrees()

    def around(self, source: SourceId) -> str:
        """The tree of a file."""
        return self.of(posixpath.dirname(source.path))

    def of(self, folder: str) -> str:
        """The tree of a folder, as reports show it."""
        if folder not in self._of:
            real = self._real(folder)
            self._of[folder] = self._work_trees.of(real) or self._outside(real)
        return self._of[folder]

    def folders(self, tree: str) -> Iterable[str]:
        """The folders of a tree that files are in, and those above them, relative to it."""
        return self._folders.get(tree, ())

    @cached_property
    def _folders(self) -> dict[str, list[str]]:
        found: dict[str, set[str]] = {}
        for folder in {posixpath.dirname(source.path) for source in self._files}:
            tree = self.of(folder)
            below = os.path.relpath(self._real(folder), tree).replace(os.sep, "/")
            found.setdefault(tree, set()).update(folders_above(below))
        return {tree: sorted(folders) for tree, folders in found.items()}

    def _outside(self, real: str) -> str:
        if is_below(real, self._working):
            return self._working
        return self._common if is_below(real, self._common) else real

    @cached_property
    def _working(self) -> str:
        return os.path.realpath(os.curdir)

    @cached_property
    def _common(self) -> str:
        folders = {posixpath.dirname(source.path) for source in self._files if not source.part}
        try:
            return os.path.realpath(os.path.commonpath([os.path.abspath(folder) for folder in folders]))
        except ValueError:  # several drives
            return self._working
