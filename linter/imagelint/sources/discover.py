"""Which files are read: named ones always, those of a folder by suffix, .gitignore and Helm charts."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from imagelint.facts.kustomization import FILE_NAMES
from imagelint.sources.gitignore import Ignores
from imagelint.text.errors import UserFileError
from imagelint.text.source import UnreadableError, read_small, standard_input

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SUFFIXES = (".yaml", ".yml", ".json")
# Version control, caches and environments: never manifests of the project, often large.
_SKIPPED_FOLDERS = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        ".jj",
        "node_modules",
        ".terraform",
        "__pycache__",
        ".venv",
        ".tox",
        ".mypy_cache",
    }
)
_FOLDER_MARKS = frozenset({"pyvenv.cfg", "CACHEDIR.TAG"})
_SKIPPED_FILES = frozenset(
    {
        ".imagelint.yaml",
        ".imagelint.yml",
        "imagelint.yaml",
        "imagelint.yml",
        ".imagelint.schema.json",
        ".pre-commit-config.yaml",
        ".pre-commit-hooks.yaml",
        "Chart.yaml",
        "package.json",
        "package-lock.json",
        "tsconfig.json",
    }
)
_CHART_NAME = re.compile(rb"^name:[ \t]*\S", re.MULTILINE)
_DESCRIPTORS = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")


class InputFile(NamedTuple):
    """A file to read, under the path that reports show."""

    path: str
    # Named by the user, not met on a walk.
    explicit: bool


class Skipped(NamedTuple):
    """Something that a user might miss, with the reason in a few words."""

    path: str
    reason: str


@dataclass(slots=True)
class Discovery:
    """What a search found, sorted by path."""

    files: list[InputFile] = field(default_factory=list[InputFile])
    # The outermost chart folders whose templates were left out.
    charts: list[str] = field(default_factory=list[str])
    skipped: list[Skipped] = field(default_factory=list[Skipped])
    # What was left out for a reason that the user knows, as the walk met it.
    left_out: list[Skipped] = field(default_factory=list[Skipped])


class InputPathError(UserFileError):
    """A path of the command line that cannot be read at all."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")


def discover(
    paths: Sequence[str], *, tracked: bool = False, is_excluded: Callable[[str], bool] | None = None
) -> Discovery:
    """The files behind `paths`; with `tracked` only what git tracks below a folder. Raises InputPathError."""
    walk = _Walk(is_excluded)
    for path in paths:
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            raise InputPathError(path, (error.strerror or str(error)).lower()) from error
        if stat.S_ISDIR(mode):
            walk.folder(path, _tracked_files(path) if tracked else None)
        elif stat.S_ISREG(mode) or path.startswith(_DESCRIPTORS):
            walk.add(path, explicit=True)
        else:
            raise InputPathError(path, "is not a regular file")
    return walk.result()


def shown(path: str) -> str:
    """The path as reports show it: relative where it lies below the working folder, with forward slashes."""
    normal = os.path.normpath(path)
    if os.path.isabs(normal):
        below = os.path.relpath(normal)
        normal = normal if below.startswith(os.pardir) else below
    return normal.replace(os.sep, "/")


def listed_paths(path: str) -> list[str]:
    """The paths in a file, one on each line or separated by NUL; `-` is standard input. Raises InputPathError."""
    try:
        if path == "-":
            raw = standard_input().read()
        else:
            with open(path, "rb") as file:
                raw = file.read()
    except OSError as error:
        raise InputPathError(path, (error.strerror or str(error)).lower()) from error
    names = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    return [os.fsdecode(name) for name in names if name]


def _tracked_files(folder: str) -> frozenset[str]:
    """The real paths of the files below `folder` in git's index."""
    import subprocess

    # The configuration of a work tree can name a program to watch it.
    command = ["git", "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached"]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=True, env=environment)  # noqa: S603
    except FileNotFoundError as error:
        raise InputPathError(folder, "git is not installed, which --tracked asks") from error
    except subprocess.CalledProcessError as error:
        raise InputPathError(folder, "not in a git work tree, which --tracked asks for") from error
    root = os.path.realpath(folder)
    return frozenset(os.path.join(root, os.fsdecode(name)) for name in done.stdout.split(b"\0") if name)


class _Folder(NamedTuple):
    path: str
    real: str
    # The outermost chart that the folder is in.
    chart: str | None = None


class _Walk:
    def __init__(self, is_excluded: Callable[[str], bool] | None = None) -> None:
        self._is_excluded = is_excluded
        self._files: dict[str, InputFile] = {}
        self._charts: set[str] = set()
        self._skipped: set[Skipped] = set()
        self._left_out: list[Skipped] = []

    def result(self) -> Discovery:
        return Discovery(
            sorted(self._files.values(), key=lambda file: file.path),
            sorted(self._charts),
            sorted(self._skipped, key=lambda skipped: skipped.path),
            self._left_out,
        )

    def add(self, path: str, *, explicit: bool, real: str | None = None) -> None:
        key = real or os.path.realpath(path)
        known = self._files.get(key)
        if known is None or (explicit and not known.explicit):
            self._files[key] = InputFile(known.path if known else shown(path), explicit)

    def folder(self, root: str, tracked: frozenset[str] | None) -> None:
        real_root = os.path.realpath(root)
        ignores = Ignores(real_root) if tracked is None else None
        links: list[tuple[str, str]] = []
        pending = [_Folder(root, real_root)]
        while pending:
            folder = pending.pop()
            entries = self._entries(folder.path)
            if _FOLDER_MARKS.intersection(entry.name for entry in entries):
                self._left_out.append(Skipped(shown(folder.path), "a cache or an environment"))
                continue
            chart = folder.chart or (folder.path if _is_chart(folder.path, entries) else None)
            ignored = ignores.folder(folder.real, [entry.name for entry in entries]) if ignores else None
            for entry in entries:
                real = os.path.join(folder.real, entry.name)
                if entry.is_symlink():
                    links.append((entry.path, real))
                elif ignored and ignored(entry.name, is_folder=entry.is_dir()):
                    self._leave_out(entry, "ignored by git")
                elif entry.is_dir():
                    if entry.name in _SKIPPED_FOLDERS:
                        self._leave_out(entry, "a folder of tools")
                    else:
                        pending.append(_Folder(entry.path, real, chart))
                elif tracked is None or real in tracked:
                    self._file(entry, real, chart)
                else:
                    self._leave_out(entry, "not tracked by git")
        self._links(links, real_root, tracked)

    def _leave_out(self, entry: os.DirEntry[str], reason: str) -> None:
        if entry.is_dir() or _is_candidate(entry.name):
            self._left_out.append(Skipped(shown(entry.path), reason))

    def _entries(self, path: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(path) as found:
                return sorted(found, key=lambda entry: entry.name)
        except PermissionError:
            self._skipped.add(Skipped(shown(path), "permission denied"))
        except OSError:
            pass  # it vanished while we walked
        return []

    def _file(self, entry: os.DirEntry[str], real: str, chart: str | None) -> None:
        if not _is_candidate(entry.name):
            return
        if self._is_excluded and self._is_excluded(shown(entry.path)):
            self._leave_out(entry, "excluded by the configuration")
            return
        if chart is not None:
            part = _part_of_chart(os.path.relpath(entry.path, chart))
            if part == "templates":
                self._charts.add(shown(chart))
            if part:
                self._leave_out(entry, f"{part} of the chart {shown(chart)}")
                return
        if entry.is_file(follow_symlinks=False):
            self.add(entry.path, explicit=False, real=real)
        else:
            self._skipped.add(Skipped(shown(entry.path), "not a regular file"))

    def _links(self, links: list[tuple[str, str]], root: str, tracked: frozenset[str] | None) -> None:
        """Links last, so that a file is told by its own path; folders behind links are not walked."""
        for path, real in links:
            target = os.path.realpath(path)
            if not _is_candidate(os.path.basename(path)) or os.path.isdir(target):
                continue
            if tracked is not None and real not in tracked:
                continue
            if not os.path.isfile(target):
                self._skipped.add(Skipped(shown(path), "dangling symbolic link"))
            elif os.path.commonpath([root, target]) != root:
                self._skipped.add(Skipped(shown(path), "symbolic link out of the tree"))
            else:
                self.add(path, explicit=False, real=target)


def _is_candidate(name: str) -> bool:
    return (name.lower().endswith(_SUFFIXES) or name in FILE_NAMES) and name not in _SKIPPED_FILES


def _is_chart(path: str, entries: list[os.DirEntry[str]]) -> bool:
    if not any(entry.name == "Chart.yaml" for entry in entries):
        return False
    try:
        return _CHART_NAME.search(read_small(os.path.join(path, "Chart.yaml"))) is not None
    except (OSError, UnreadableError):
        return False


def _part_of_chart(relative: str) -> str | None:
    """Which part of a chart a path in it belongs to, where that part holds no manifests to read as they are."""
    parts = relative.replace(os.sep, "/").split("/")
    while len(parts) > 2 and parts[0] == "charts":
        parts = parts[2:]  # a chart inside the chart
    if parts[0] in {"templates", "crds", "ci", "files"} and len(parts) > 1:
        return parts[0]
    if len(parts) == 1 and parts[0].startswith("values"):
        return "values"
    return None
