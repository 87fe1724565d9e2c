"""A folder that a user named, and why entries in it are left out: what git knows of them, and folders of tools."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from imagelint.sources.candidates import IGNORED, SKIPPED_FOLDERS, TOOL
from imagelint.text.bounded import VERSION_CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.sources.gitignore import Ignored


class InputTree:
    """A folder of the command line, by its path without links; `report` gets what git's files hide, with the reason."""

    def __init__(self, real: str, report: Callable[[str, str], None]) -> None:
        from imagelint.sources.gitignore import Ignores, TrackedFiles

        self.real = real
        self.tracked = TrackedFiles(real, report)
        self._ignores = Ignores(real, report)

    def tracks(self, real: str, *, is_folder: bool) -> bool:
        """Whether git tracks a file, or anything in a folder; what belongs to git itself it never does."""
        return os.path.basename(real) not in VERSION_CONTROL and self.tracked.hold(real, is_folder=is_folder)

    def with_reasons(
        self, folder: str, entries: list[os.DirEntry[str]], reason: str | None
    ) -> Iterator[tuple[os.DirEntry[str], str, str | None]]:
        """The entries of a folder, each with its path without links and the reason to leave it out, if there is one.

        `folder` is without links; `reason` is that of all in it.
        """
        ignored = None if reason else self._ignores.folder(folder, [entry.name for entry in entries])
        for entry in entries:
            real = os.path.join(folder, entry.name)
            yield entry, real, reason or self._reason(entry, real, ignored)

    def _reason(self, entry: os.DirEntry[str], real: str, ignored: Ignored | None) -> str | None:
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and entry.name in SKIPPED_FOLDERS:
            return TOOL
        is_ignored = ignored is not None and ignored(entry.name, is_folder=is_folder)
        return IGNORED if is_ignored and not (is_folder and self.tracked.hold_submodule(real)) else None
