"""Manifests in the image of a Go program, which reads them when it runs: it fills in what they leave open.

Source: `COPY` and `ADD` of Dockerfiles (docs.docker.com/reference/dockerfile), and the paths in the texts of programs.
"""

from __future__ import annotations

import os
import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.sources.instruction_names import is_dockerfile
from imagelint.sources.instructions import text_of
from imagelint.text.paths import WorkTrees, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is looked at: folders above a manifest, entries of one, folders and Go files below a Dockerfile.
_MOST_ABOVE, _MOST_ENTRIES, _MOST_FOLDERS, _MOST_FILES = 10, 500, 1000, 500
_COPY = r"(?im)^[ \t]*(?:COPY|ADD)[ \t]+([^\n]{1,1000})"
# A text of Go that is a path with a folder in it.
_PATH = r"[\"`]([\w.-]{0,100}/[\w./-]{0,200})[\"`]"
_NOT_OF_THE_PROGRAM = frozenset({"vendor", "node_modules", "testdata", "test", "tests", "e2e"})


class ReadByGo:
    """Whether programs read files; each folder is looked into once."""

    def __init__(self) -> None:
        self._trees = WorkTrees()
        # By folder with Dockerfiles: what these copy and where to, and the paths that programs name.
        self._copies: dict[str, list[tuple[str, str]]] = {}
        self._paths: dict[str, frozenset[str]] = {}

    def reads(self, path: str) -> bool:
        """Whether an image has a file in it, and the program in the same repository names a folder around the file."""
        real = os.path.realpath(path)
        tree = self._trees.of(os.path.dirname(real))
        for root in islice(upward(os.path.dirname(real)), _MOST_ABOVE) if tree is not None else ():
            if root not in self._copies:
                self._copies[root] = [*_copies(root)]
            if any(not self._named(root).isdisjoint(names) for names in self._names(root, real)):
                return True
            if root == tree:
                break
        return False

    def _names(self, root: str, real: str) -> Iterator[set[str]]:
        """What a program may call the folders that a file is copied with: as in the repository, as in the image."""
        folder = posixpath.dirname(os.path.relpath(real, root).replace(os.sep, "/"))
        for copied, to in self._copies[root]:
            if f"{folder}/".startswith(f"{copied}/"):
                below = [*_folders_up_to(folder, copied)]
                yield {*below, *(_without_slashes(f"{to}/{one[len(copied) :]}") for one in below)} - {".", ""}

    def _named(self, root: str) -> frozenset[str]:
        if root not in self._paths:
            self._paths[root] = frozenset(_paths_in_programs(root))
        return self._paths[root]


def _folders_up_to(folder: str, top: str) -> Iterator[str]:
    """A folder and those above it, of which `top` is the last."""
    while len(folder) >= len(top):
        yield folder
        folder = posixpath.dirname(folder)


def _without_slashes(path: str) -> str:
    return posixpath.normpath(path).strip("/")


def _copies(root: str) -> Iterator[tuple[str, str]]:
    """The folders that the Dockerfiles of a folder copy, and where to, both without slashes around them."""
    try:
        names = sorted(filter(is_dockerfile, os.listdir(root)[:_MOST_ENTRIES]))
    except OSError:
        return
    for arguments in (found for name in names for found in re.findall(_COPY, text_of(os.path.join(root, name)))):
        *sources, to = [word for word in arguments.split() if not word.startswith("--")] or [""]
        for folder in filter(None, (_folder_of(root, _without_slashes(source)) for source in sources)):
            yield folder, _without_slashes(to)


def _folder_of(root: str, source: str) -> str | None:
    """The folder that is copied, which an earlier stage may have below its own: `/workspace/manifests`."""
    parts = source.split("/")
    folders = ("/".join(parts[start:]) for start in range(len(parts)) if not {".", ".."}.intersection(parts))
    return next((folder for folder in folders if os.path.isdir(os.path.join(root, folder))), None)


def _paths_in_programs(root: str) -> Iterator[str]:
    """The paths, without slashes around them, that Go programs below a folder have as texts."""
    left = _MOST_FILES
    for folder, folders, names in islice(os.walk(root), _MOST_FOLDERS):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _NOT_OF_THE_PROGRAM)
        for name in sorted(one for one in names if one.endswith(".go") and not one.endswith("_test.go"))[:left]:
            left -= 1
            for path in re.findall(_PATH, text_of(os.path.join(folder, name))):
                yield _without_slashes(path)
