"""What git leaves out of a walk: .gitignore files, with deeper ones first, and never what is tracked.

The ignore file of the user (`core.excludesFile`) is not read, so that a run has one result on every machine.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from imagelint.text.lazy import cached_property
from imagelint.text.paths import upward, work_tree
from imagelint.text.records import NamedTuple
from imagelint.text.source import MAX_SMALL, UnreadableError, read_regular, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imagelint.sources.git_index import GitIndex
    from imagelint.text.ignore_patterns import IgnorePatterns


class Ignored(Protocol):
    """Whether git ignores one entry of a folder."""

    def __call__(self, name: str, *, is_folder: bool) -> bool:
        """Whether git ignores the entry called `name`."""
        ...


class _IgnoreFile(NamedTuple):
    # With a separator at the end.
    folder: str
    patterns: IgnorePatterns


class Ignores:
    """The .gitignore files from the root of the work tree down to the folders that a walk meets.

    `report` gets the path of each that cannot be read, with the reason.
    """

    def __init__(self, real_root: str, report: Callable[[str, str], None]) -> None:
        self._report = report
        self._root = real_root
        # For each folder the files that apply in it, the innermost last.
        self._files: dict[str, list[_IgnoreFile]] = {}
        self._above = list(self._read_above(real_root))

    def folder(self, real: str, names: Sequence[str]) -> Ignored | None:
        """What decides on the entries of a folder, or None if nothing is ignored in it.

        A walk goes from above to below, so that the folder above is known.
        """
        inherited = self._above if real == self._root else self._files.get(os.path.dirname(real), [])
        files = [*inherited, *self._read(real)] if ".gitignore" in names else inherited
        self._files[real] = files
        if not files:
            return None

        def is_ignored(name: str, *, is_folder: bool) -> bool:
            return _decide(files, os.path.join(real, name), is_folder=is_folder)

        return is_ignored

    def _read_above(self, real_root: str) -> Iterator[_IgnoreFile]:
        root = work_tree(real_root)
        if root is None:
            return
        from imagelint.sources.git_folder import common_folder, git_folder

        try:
            exclude = os.path.join(common_folder(git_folder(root)), "info", "exclude")
        except (OSError, UnreadableError):
            pass  # `.git` is something else
        else:
            yield from self._read(root, exclude)
        between = [path for path in upward(real_root) if path != real_root and len(path) >= len(root)]
        for path in reversed(between):
            yield from self._read(path)

    def _read(self, folder: str, path: str | None = None) -> Iterator[_IgnoreFile]:
        """A file of patterns that are relative to a folder, by default its .gitignore."""
        path = path or os.path.join(folder, ".gitignore")
        try:
            # git does not follow a .gitignore that is a symbolic link either.
            data = read_regular(path, MAX_SMALL, follow=False)
        except FileNotFoundError:
            return
        except OSError as error:
            self._report(path, refusal(error))
        except UnreadableError as error:
            self._report(path, error.message)
        else:
            from imagelint.text.ignore_patterns import IgnorePatterns

            yield _IgnoreFile(os.path.join(folder, ""), IgnorePatterns(data))


def is_kept_out(real: str) -> bool:
    """Whether a .gitignore of its work tree keeps a path out of the repository, or a folder above it."""
    root = work_tree(os.path.dirname(real))
    if root is None:
        return False
    ignores = Ignores(root, lambda _, __: None)
    folder = root
    for part in os.path.relpath(real, root).split(os.sep):
        path = os.path.join(folder, part)
        ignored = ignores.folder(folder, os.listdir(folder) if os.path.isdir(folder) else [])
        if ignored is not None and ignored(part, is_folder=path != real):
            return True
        folder = path
    return False


class TrackedFiles:
    """What git tracks in the work trees that a folder is in; they are read on first use.

    A submodule or another nested work tree is in several, so that a repository inside of another cannot hide what
    the outer one tracks. `report` gets the path of an index that cannot be read, with the reason.
    """

    def __init__(self, real_root: str, report: Callable[[str, str], None]) -> None:
        self._root = real_root
        self._report = report

    @cached_property
    def indexes(self) -> list[tuple[str, GitIndex]]:
        """The work trees, with a separator at the end of each, and what their indexes hold."""
        from imagelint.sources.git_index import read_index

        found: list[tuple[str, GitIndex]] = []
        for path in upward(self._root):
            if not os.path.lexists(os.path.join(path, ".git")):
                continue
            try:
                found.append((os.path.join(path, ""), read_index(path)))
            except OSError:
                continue  # something else that is called .git
            except UnreadableError as error:
                self._report(os.path.join(path, ".git"), f"its index {error.message}")
        return found

    def hold(self, real: str, *, is_folder: bool) -> bool:
        """Whether a file is tracked, or anything in a folder."""
        for root, index in self.indexes:
            path = real[len(root) :].replace(os.sep, "/")
            if index.holds_below(path) if is_folder else index.holds(path):
                return True
        return False

    def hold_submodule(self, real: str) -> bool:
        """Whether a folder is a submodule."""
        return any(real[len(root) :].replace(os.sep, "/") in index.submodules for root, index in self.indexes)


def _decide(files: list[_IgnoreFile], real: str, *, is_folder: bool) -> bool:
    """The innermost file that has a pattern for the entry decides."""
    for folder, patterns in reversed(files):
        verdict = patterns.verdict(real[len(folder) :].replace(os.sep, "/"), is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False
