"""Where git keeps the metadata of a work tree."""

from __future__ import annotations

import os

from imagelint.text.source import UnreadableError, read_regular

# Twice the longest path (PATH_MAX).
_MAX_LINE = 8192


def git_folder(work_tree: str) -> str:
    """The folder `.git`, or the one that a file `.git` points to, in a linked work tree and in a submodule.

    Raises OSError and UnreadableError.
    """
    path = os.path.join(work_tree, ".git")
    if os.path.isdir(path):
        return path
    label, _, target = read_regular(path, _MAX_LINE).partition(b"gitdir: ")
    if label or not target:
        raise UnreadableError("is not a git repository")
    return os.path.join(work_tree, os.fsdecode(target.rstrip(b"\r\n")))


def common_folder(folder: str) -> str:
    """The metadata that linked work trees share, given a `git_folder`. Raises OSError and UnreadableError."""
    try:
        target = read_regular(os.path.join(folder, "commondir"), _MAX_LINE)
    except FileNotFoundError:
        return folder
    return os.path.join(folder, os.fsdecode(target.rstrip(b"\r\n")))
