"""The patterns of one .gitignore file, read as git's dir.c reads them (git 2.39)."""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8

from imagelint.text.glob_table import GlobTable
from imagelint.text.globs import GlobError, path_pattern
from imagelint.text.lazy import cached_property

_LITERAL_START = re.compile(r"[^*?\[\\]*")


class _Pattern:
    """One line: for names in any folder if it has no slash before its end, else for whole paths."""

    def __init__(self, line: str) -> None:
        self.brings_back = line.startswith("!")
        line = line[self.brings_back :]
        self.for_folders = line.endswith("/")
        line = line[: -1 if self.for_folders else None]
        self.for_names = "/" not in line
        self.glob = line.removeprefix("/")

    def matches(self, path: str, name: str, *, is_folder: bool) -> bool:
        if self.for_folders and not is_folder:
            return False
        text = name if self.for_names else path
        if not text.startswith(self._start) or self._rest is None:
            return False
        return self._rest.fullmatch(text, len(self._start)) is not None

    @cached_property
    def _start(self) -> str:
        found = _LITERAL_START.match(self.glob)
        return found[0] if found else ""

    @cached_property
    def _rest(self) -> re.Pattern[str] | None:
        # git compares the literal start by itself: to `a**/b`, the stars are at the start of what is left.
        try:
            return path_pattern(self.glob[len(self._start) :])
        except GlobError:
            return None


class IgnorePatterns:
    """What a list of patterns, as a .gitignore file holds it, says of a path: the last one that matches decides."""

    def __init__(self, data: bytes) -> None:
        lines = data.removeprefix(BOM_UTF8).decode("latin-1").split("\n")
        # Of equal lines the last one decides.
        last = {_trimmed(line): number for number, line in enumerate(lines) if line and not line.startswith("#")}
        self._patterns = {number: _Pattern(line) for line, number in last.items()}
        # Most patterns cannot match most paths.
        self._by_name = self._table(for_names=True)
        self._by_path = self._table(for_names=False)

    def _table(self, *, for_names: bool) -> GlobTable[int]:
        patterns = self._patterns.items()
        return GlobTable((one.glob, number) for number, one in patterns if one.for_names is for_names)

    def verdict(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether the file or folder at a relative path is ignored; None if no pattern matches it.

        Ignored parent folders have to be checked separately.
        """
        path = _bytewise(path)
        name = path.rpartition("/")[2]
        for number in sorted((*self._by_name.near(name), *self._by_path.near(path)), reverse=True):
            pattern = self._patterns[number]
            if pattern.matches(path, name, is_folder=is_folder):
                return not pattern.brings_back
        return None

    def cover(self, path: str) -> bool:
        """Whether a file at a relative path is ignored, or a folder that it is in."""
        *folders, _ = path.split("/")
        above = ""
        for name in folders:
            above = f"{above}/{name}" if above else name
            if name != ".." and self.verdict(above, is_folder=True):
                return True
        return self.verdict(path, is_folder=False) is True


def _bytewise(text: str) -> str:
    """One character for each byte, as git compares."""
    return text if text.isascii() else os.fsencode(text).decode("latin-1")


def _trimmed(line: str) -> str:
    """A line up to its carriage return, or to spaces at its end that no backslash protects."""
    line = line.removesuffix("\r").partition("\0")[0]
    text = line.rstrip(" ")
    is_escaped = (len(text) - len(text.rstrip("\\"))) % 2
    return line[: len(text) + is_escaped]
