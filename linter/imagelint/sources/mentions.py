"""Paths as texts mention them, with variables in them: `apps/${NAME}`, `{{ .Values.path }}/overlays/prod`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.globs import glob_matches

if TYPE_CHECKING:
    from collections.abc import Sequence

_VARIABLE = r"\$\{[^}\n]{0,80}\}|\{\{[^}\n]{0,80}\}\}|\$\([^)\n]{0,80}\)|\$\w{1,80}|\*"
_PATH = rf"(?:[\w.@/-]|{_VARIABLE})+"
# Paths that are kept, and those of them that a path is compared with.
_MOST, _MOST_COMPARED = 20_000, 1000


class Mentions:
    """Some paths that are mentioned; each is relative to a folder that is not known."""

    def __init__(self) -> None:
        # Each by its parts; those that end with a variable may be any.
        self._by_end: dict[str, set[tuple[str, ...]]] = {}
        self._left = _MOST

    def add_text(self, text: str) -> None:
        """Take in the paths in a text; a name alone is not one."""
        for path in {path for path in re.findall(_PATH, text) if "/" in path.strip("/")}:
            self.add(path)

    def add(self, path: str) -> None:
        """Take in a path, if a part of it is known."""
        parts = tuple(part for part in re.sub(_VARIABLE, "*", path).split("/") if part not in {"", ".", ".."})
        if any("*" not in part for part in parts):
            known = self._by_end.setdefault("*" if "*" in parts[-1] else parts[-1], set())
            if self._left and parts not in known:
                known.add(parts)
                self._left -= 1

    def may_mean(self, path: str) -> bool:
        """Whether one of them may lead to a folder or a file, given its path in the input."""
        parts = path.split("/")
        near = (*self._by_end.get(parts[-1], ()), *self._by_end.get("*", ()))
        is_too_much = not self._left or len(near) > _MOST_COMPARED
        return is_too_much or any(_matches(mentioned, parts) for mentioned in near)


def _matches(mentioned: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a path ends with another one, as far as both go; a variable at its start may be several folders."""
    pairs = [*zip(reversed(mentioned), reversed(parts), strict=False)]
    has_known = any("*" not in glob for glob, _ in pairs)
    return has_known and all(glob_matches(glob, part) for glob, part in pairs)
