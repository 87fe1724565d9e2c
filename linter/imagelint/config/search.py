"""Where configurations are: the nearest one upward from each input."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from imagelint.text.bounded import MAX_TOML, is_of_tree, is_within, open_bounded
from imagelint.text.errors import UserFileError
from imagelint.text.paths import shown, upward, work_tree
from imagelint.text.records import NamedTuple
from imagelint.text.source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FILE_NAMES = (".imagelint.yaml", ".imagelint.yml", "imagelint.yaml", "imagelint.yml")
_PROJECT = "pyproject.toml"
# 2**32 has ten digits.
_UID_DIGITS = 11


class Search(NamedTuple):
    """The result of a search upward: a configuration, and the files of other users that were skipped."""

    path: str | None
    foreign: tuple[str, ...] = ()


def find_configuration(path: str) -> str | None:
    """The configuration for a file or folder; see `Searches`."""
    return Searches().upward_from(path).path


class Searches:
    """Searches for configurations, which read each pyproject.toml once."""

    def __init__(self) -> None:
        self._has_table = cache(_has_table)
        self._from_folder = cache(self._search)

    def upward_from(self, path: str) -> Search:
        """The nearest configuration upward from a file or folder, inside of its work tree or of the home.

        Outside of both the search ends at the working folder, for what is below it, else at once. As with git, a file
        of another user counts for nothing: anybody can put one into /tmp. Raises UserFileError for a link out of the
        tree.
        """
        return self._from_folder(os.path.realpath(path if os.path.isdir(path) else os.path.dirname(path) or "."))

    def _search(self, start: str) -> Search:
        last, owners = _last_folder(start), _trusted_owners(start)
        foreign: list[str] = []
        for folder in upward(start):
            for found in _candidates(folder, self._has_table):
                if _belongs_to(found, owners):
                    _refuse_link_out(found)
                    return Search(found, tuple(foreign))
                foreign.append(found)
            if folder == last:
                break
        return Search(None, tuple(foreign))


def _refuse_link_out(path: str) -> None:
    from imagelint.config.containment import tree_of

    if not is_of_tree(path, tree_of(os.path.dirname(path))):
        raise UserFileError(
            f"{shown(path)}: symbolic link out of the work tree; pass its target with `--config` to use it"
        )


def _last_folder(start: str) -> str:
    """Where a search upward from a folder ends."""
    around = (work_tree(start), os.path.expanduser("~"), os.curdir)
    return next((os.path.realpath(folder) for folder in around if folder and is_within(start, folder)), start)


def _candidates(folder: str, has_table: Callable[[str], bool]) -> Iterator[str]:
    for name in FILE_NAMES:
        path = os.path.join(folder, name)
        # Pipes and devices are skipped; folders and broken links are reported when they are read.
        if os.path.isfile(path) or os.path.isdir(path) or (os.path.islink(path) and not os.path.exists(path)):
            yield path
    project = os.path.join(folder, _PROJECT)
    if os.path.isfile(project) and has_table(project):
        yield project


def _trusted_owners(start: str) -> frozenset[int] | None:
    """Whose configurations count for the files in a folder; None if files have no owners.

    Those of the user, of root, of who called sudo, and of the owner of the folder: a container often lints the files of
    another user.
    """
    if not hasattr(os, "geteuid"):
        return None
    caller = os.environ.get("SUDO_UID", "") if os.geteuid() == 0 else ""
    called = {int(caller)} if caller.isascii() and caller.isdigit() and len(caller) < _UID_DIGITS else set[int]()
    try:
        return frozenset({os.geteuid(), 0, os.stat(start).st_uid, *called})
    except OSError:
        return frozenset({os.geteuid(), 0, *called})


def _belongs_to(path: str, owners: frozenset[int] | None) -> bool:
    """Whether a file, and the link that leads to it, belong to these users."""
    if owners is None:
        return True
    try:
        return {os.lstat(path).st_uid, os.stat(path).st_uid} <= owners
    except OSError:
        return True  # the error is reported when it is read


def _has_table(path: str) -> bool:
    """Whether a pyproject.toml configures imagelint. One that is broken does so if it looks like it."""
    try:
        with open_bounded(path) as file:
            data = file.read(MAX_TOML + 1)
    except (OSError, UnreadableError):
        return False
    if b"imagelint" not in data:
        return False
    from imagelint.config.toml_nodes import load_toml
    from imagelint.text.compose import ComposeError

    try:
        tools = load_toml(data).get("tool")
    except ComposeError:
        return b"[tool.imagelint" in data
    return isinstance(tools, dict) and "imagelint" in tools
