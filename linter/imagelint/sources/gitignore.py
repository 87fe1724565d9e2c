"""What .gitignore files leave out of a walk, with git's own rules: deeper files win, `!` brings back."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Protocol

from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pathspec import GitIgnoreSpec


# Four stars in one name: the time that a match takes grows with the fourth power of a name, and nobody means them.
_COSTLY = re.compile(r"(?:\*[^/*]*){3}\*")


class Ignored(Protocol):
    """Asks of one entry of a folder whether git ignores it."""

    def __call__(self, name: str, *, is_folder: bool) -> bool:
        """Whether git ignores the entry called `name`."""
        ...


class Ignores:
    """The .gitignore files from the root of the work tree down to the folders that a walk meets."""

    def __init__(self, real_root: str) -> None:
        # For each folder the specifications that apply in it, with the folders that they are relative to.
        self._specs: dict[str, list[tuple[str, GitIgnoreSpec]]] = {}
        self._root = real_root
        self._above = self._read_above(real_root)

    def folder(self, real: str, names: Sequence[str]) -> Ignored | None:
        """The question for the entries of a folder, or None where nothing is ignored in it.

        A walk asks from above to below, so that the folder above is known.
        """
        inherited = self._above if real == self._root else self._specs.get(os.path.dirname(real), [])
        own = _read(os.path.join(real, ".gitignore")) if ".gitignore" in names else None
        specs = [*inherited, (real, own)] if own else inherited
        self._specs[real] = specs
        if not specs:
            return None

        def is_ignored(name: str, *, is_folder: bool) -> bool:
            return _decide(specs, os.path.join(real, name), is_folder=is_folder)

        return is_ignored

    def _read_above(self, real_root: str) -> list[tuple[str, GitIgnoreSpec]]:
        root = work_tree(real_root)
        if root is None:
            return []
        found = [(root, _read(os.path.join(root, ".git", "info", "exclude")))]
        between = [path for path in upward(real_root) if path != real_root and len(path) >= len(root)]
        found += [(path, _read(os.path.join(path, ".gitignore"))) for path in reversed(between)]
        return [(path, spec) for path, spec in found if spec is not None]


def work_tree(real: str) -> str | None:
    """The root of the git work tree that a folder is in: `.git` is a file in linked work trees and submodules."""
    return next((path for path in upward(real) if os.path.exists(os.path.join(path, ".git"))), None)


def upward(path: str) -> Iterator[str]:
    """A folder and those above it, up to the root of the file system."""
    while True:
        yield path
        parent = os.path.dirname(path)
        if parent == path:
            return
        path = parent


def _read(path: str) -> GitIgnoreSpec | None:
    try:
        lines = read_small(path).decode("utf-8", "surrogateescape").splitlines()
    except (OSError, UnreadableError):
        return None
    from pathspec import GitIgnoreSpec

    lines = [line for line in lines if not _COSTLY.search(line)]
    # `d/**` is what is in `d`, not `d` itself: pathspec matches both, unless it is written so.
    return GitIgnoreSpec.from_lines(f"{line}/*" if line.endswith("/**") else line for line in lines)


def _decide(specs: list[tuple[str, GitIgnoreSpec]], real: str, *, is_folder: bool) -> bool:
    """The innermost file that has a pattern for the entry decides."""
    for folder, spec in reversed(specs):
        relative = os.path.relpath(real, folder).replace(os.sep, "/")
        verdict = _verdict(spec, f"{relative}/" if is_folder else relative)
        if verdict is not None:
            return verdict
    return False


def _verdict(spec: GitIgnoreSpec, path: str) -> bool | None:
    """What the last pattern for the entry itself says; one for a folder above was asked when the walk was there."""
    if spec.check_file(path).include is None:
        return None
    for pattern in reversed(spec.patterns):
        found: Any = pattern.match_file(path) if pattern.include is not None else None  # a type of pathspec's own
        if found is not None and found.match.end() == len(path):
            return pattern.include
    return None
