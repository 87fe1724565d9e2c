"""Where a work tree ends: what a configuration may read, and what may be written, lies inside it after all links."""

from __future__ import annotations

import os

from imagelint.text.bounded import is_within
from imagelint.text.paths import work_tree


def tree_of(folder: str) -> str:
    """The git work tree that a folder is in; without one, the folder itself."""
    real = os.path.realpath(folder)
    return work_tree(real) or real


def link_out_of_tree(path: str) -> str | None:
    """The first symbolic link on the path to a file that leads out of the work tree it is in; None without one.

    Outside of any work tree the working folder counts as one, for what is below it.
    """
    folder = os.path.realpath(os.curdir) if not os.path.isabs(path) else os.path.abspath(os.sep)
    for part in os.path.normcase(path).split(os.sep):
        if part == os.pardir:
            folder = os.path.dirname(folder)
            continue
        step = os.path.join(folder, part)
        if os.path.islink(step):
            tree = _tree_around(folder)
            if tree is not None and not is_within(step, tree):
                return step
            step = os.path.realpath(step)
        folder = os.path.normpath(step)
    return None


def _tree_around(folder: str) -> str | None:
    tree = work_tree(folder)
    if tree is None and is_within(folder, os.curdir):
        return os.curdir
    return tree
