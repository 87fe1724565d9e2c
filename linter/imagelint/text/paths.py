"""Paths as reports show them, and the folders and work trees around them."""

from __future__ import annotations

import os
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
    """The root of the git work tree that a folder is in: `.git` is a file in linked work trees and submodules."""
    return next((path for path in upward(real) if os.path.exists(os.path.join(path, ".git"))), None)
