"""Paths as reports show them, and the folders and work trees around them."""

from __future__ import annotations

import os
import posixpath
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def shown(path: str) -> str:
    """The path as reports show it: relative if it lies below the working folder, with forward slashes."""
    normal = os.path.normpath(path)
    if os.path.isabs(normal):
        below = os.path.relpath(normal)
        normal = normal if below.startswith(os.pardir) else below
    return normal.replace(os.sep, "/")


def inside(folder: str, path: str) -> str:
    """A path in a folder, as reports show both: without `./` in the working folder."""
    return path if folder == "." else posixpath.join(folder, path)


def is_below(path: str, folder: str) -> bool:
    """Whether a path leads into a folder, or to it; both absolute, and without symbolic links."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


class RealPaths:
    """`os.path.realpath` for many paths in the same folders: it looks at each part of a path, this only at the last."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def of(self, path: str) -> str:
        """The path without symbolic links; `..` leads to the folder above. Raises ValueError for what is not a path."""
        folder, name = os.path.split(os.path.abspath(path))
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        real = os.path.join(self._folders[folder], name)
        return os.path.realpath(real) if _is_link(real) else real


def _is_link(path: str) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except OSError:
        return False


def folders_above(path: str) -> Iterator[str]:
    """A shown path, the folders above it, and the root that it is relative to."""
    is_absolute = path.startswith("/")
    while path:
        yield path
        path = path.rpartition("/")[0]
    yield "/" if is_absolute else "."


def upward(path: str) -> Iterator[str]:
    """A folder and those above it, up to the root of the file system."""
    while True:
        yield path
        parent = os.path.dirname(path)
        if parent == path:
            return
        path = parent


def work_tree(real: str) -> str | None:
    """The root of the git work tree that a folder is in."""
    return WorkTrees().of(real)


class WorkTrees:
    """The roots of the git work trees that folders are in; each folder is looked into once."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}

    def of(self, real: str) -> str | None:
        """The root for a folder without symbolic links: `.git` is a file in linked work trees and submodules."""
        passed: list[str] = []
        found: str | None = None
        for path in upward(real):
            passed.append(path)
            if path in self._known:
                found = self._known[path]
                break
            if os.path.exists(os.path.join(path, ".git")):
                found = path
                break
        self._known.update(dict.fromkeys(passed, found))
        return found
