"""Paths as a code host knows them: relative to the root of the git work tree."""

from __future__ import annotations

import os

from imagelint.text.paths import RealPaths, WorkTrees
from imagelint.text.source import STDIN_NAME


class RepositoryPaths:
    """The path of a file in its repository, given the path that reports show.

    Paths are relative to the work tree of the working folder, which a pipeline checked out and uploads for, if the file
    is in it; a submodule counts as one of its folders. Otherwise they are relative to the file's own work tree, or
    unchanged if it has none. Git does not follow links, so a linked file is reported under its real path, unless that
    is outside the tree.
    """

    def __init__(self) -> None:
        self._real = RealPaths().of
        self._work_trees = WorkTrees()
        self._root = self._work_trees.of(os.path.realpath(os.curdir))
        self._known: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        """The path in the repository, with forward slashes."""
        if path not in self._known:
            self._known[path] = self._find(path)
        return self._known[path]

    def _find(self, path: str) -> str:
        if path == STDIN_NAME:
            return path
        folder, name = os.path.split(os.path.abspath(path))
        real, linked = self._real(path), os.path.join(self._real(folder), name)
        for root in (self._root, self._work_trees.of(os.path.dirname(linked))):
            for candidate in (real, linked):
                if root is not None and candidate.startswith(os.path.join(root, "")):
                    return os.path.relpath(candidate, root).replace(os.sep, "/")
        return path
