"""Which files are read: named ones always, those of a folder by suffix, .gitignore and Helm charts."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from imagelint.facts.builders import is_build_script
from imagelint.facts.input import Skipped
from imagelint.facts.purposes import NOT_DEPLOYED
from imagelint.sources.candidates import (
    CACHE,
    IGNORED,
    UNTRACKED,
    is_cache,
    is_candidate,
    is_chart,
    is_manifest,
    is_template,
    manifests_in,
    part_of_chart,
    purpose_of_candidate,
)
from imagelint.sources.instruction_names import is_instruction
from imagelint.sources.instructions import MOST_INSTRUCTIONS
from imagelint.text.bounded import is_metadata
from imagelint.text.errors import UserFileError
from imagelint.text.paths import inside, shown
from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple
from imagelint.text.source import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imagelint.sources.input_tree import InputTree

EXCLUDED = "excluded by the configuration"
_DESCRIPTORS = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")
# How many files of other suffixes are looked into.
_MOST_TEMPLATES = 1000


class InputFile(NamedTuple):
    """A file to read, under the path that reports show."""

    path: str
    # Named by the user, not met on a walk.
    explicit: bool
    # The purpose of its folder, if nobody deploys from it, such as test data.
    purpose: str | None = None
    # Another file names it as one with values of a chart.
    has_values: bool = False

    @property
    def source(self) -> SourceId:
        """The id of its text."""
        return SourceId(self.path)


class Discovery(NamedTuple):
    """What a search found, sorted by path."""

    files: list[InputFile]
    # Scripts of build tools, which show what is built and hold no manifests.
    build_scripts: list[InputFile]
    # Scripts and texts that may say what is filled in before the manifests are applied.
    instructions: list[str]
    # The outermost chart folders whose templates were left out.
    charts: list[str]
    # The Chart.yaml of charts in folders that nobody deploys from, with the purposes of these.
    purposes_of_charts: dict[SourceId, str]
    skipped: list[Skipped]
    # What was left out for a reason that the user knows, as the walk met it.
    left_out: list[Skipped]
    # Files that look like manifests, and that .gitignore or the mark of a cache hides.
    hidden: list[str]
    # Files of other suffixes that manifests are rendered from.
    templates: list[str]


class InputPathError(UserFileError):
    """A path of the command line that cannot be read at all."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path or 'an empty path'}: {message}")


def discover(
    paths: Sequence[str], *, tracked: bool = False, is_excluded: Callable[[str], bool] | None = None
) -> Discovery:
    """The files behind `paths`; with `tracked` only what git tracks below a folder. Raises InputPathError."""
    walk = _Walk(is_excluded)
    for path in paths:
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            raise InputPathError(path, refusal(error)) from error
        if stat.S_ISDIR(mode):
            walk.folder(path, tracked=tracked)
        elif stat.S_ISREG(mode) or path.startswith(_DESCRIPTORS):
            walk.add(shown(path), os.path.realpath(path), explicit=True)
        else:
            raise InputPathError(path, "is not a regular file")
    return walk.result()


class _Folder(NamedTuple):
    path: str
    real: str
    # As reports show it.
    shown: str
    # The outermost chart that the folder is in.
    chart: str | None = None
    # Why nothing is read of it but what git tracks.
    reason: str | None = None
    # The same of the folder, or of one around it.
    purpose: str | None = None
    # It has the code of tests; before it is opened, the folder around it has.
    has_tests: bool = False

    def entry(self, name: str) -> str:
        """The path of an entry, as reports show it."""
        return name if self.shown == os.curdir else f"{self.shown.rstrip('/')}/{name}"


class _Walk:
    def __init__(self, is_excluded: Callable[[str], bool] | None = None) -> None:
        self._is_excluded = is_excluded
        self._files: dict[str, InputFile] = {}
        self._build_scripts: list[InputFile] = []
        self._templates: list[str] = []
        self._instructions: list[str] = []
        self._charts: set[str] = set()
        self._purposes_of_charts: dict[SourceId, str] = {}
        self._skipped: set[Skipped] = set()
        self._left_out: list[Skipped] = []
        self._hidden: list[str] = []

    def result(self) -> Discovery:
        return Discovery(
            sorted(self._files.values(), key=lambda file: file.path),
            self._build_scripts,
            self._instructions,
            sorted(self._charts),
            self._purposes_of_charts,
            sorted(self._skipped, key=lambda skipped: skipped.path),
            self._left_out,
            sorted(map(shown, manifests_in(self._hidden))),
            sorted(map(shown, filter(is_manifest, self._templates))),
        )

    def add(self, path: str, real: str, *, explicit: bool, purpose: str | None = None) -> None:
        """Add a file under the path that reports show, and its path without links."""
        known = self._files.get(real)
        if known is None or (explicit and not known.explicit):
            self._files[real] = InputFile(known.path if known else path, explicit, None if explicit else purpose)

    def folder(self, root: str, *, tracked: bool) -> None:
        from imagelint.sources.input_tree import InputTree

        tree = InputTree(os.path.realpath(root), self._skip)
        if tracked and not tree.tracked.indexes:
            raise InputPathError(root, "not in a git work tree with an index to read, which --tracked needs")
        before = len(self._files)
        links: list[str] = []
        pending = [_Folder(root, tree.real, shown(root), reason=UNTRACKED if tracked else None)]
        while pending:
            folder, entries = self._opened(pending.pop(), tree)
            for entry, real, reason in tree.with_reasons(folder.real, entries, folder.reason):
                is_folder = entry.is_dir(follow_symlinks=False)
                if reason and not tree.tracks(real, is_folder=is_folder):
                    self._leave_out(entry, folder, reason)
                elif entry.is_symlink():
                    links.append(entry.path)
                elif is_folder:
                    shown_path = shown(entry.path)
                    inner = _Folder(
                        entry.path, real, shown_path, folder.chart, reason, folder.purpose, folder.has_tests
                    )
                    pending.append(inner)
                else:
                    self._file(entry, real, folder)
        self._links(links, tree.real)
        if tracked and len(self._files) == before:
            self._skip(root, "git tracks no manifests in it")

    def _opened(self, folder: _Folder, tree: InputTree) -> tuple[_Folder, list[os.DirEntry[str]]]:
        """A folder with what its entries say of it, and these; no entries if it is left out."""
        entries = self._entries(folder.path)
        names = [entry.name for entry in entries]
        if folder.reason is None and folder.real != tree.real and is_cache(folder.path, names):
            folder = folder._replace(reason=CACHE)
            if not tree.tracks(folder.real, is_folder=True):
                self._left_out.append(Skipped(shown(folder.path), CACHE))
                self._hidden.append(folder.path)
                return folder, []
        if folder.purpose not in NOT_DEPLOYED and folder.real != tree.real:
            from imagelint.sources.purpose import holds_test_code, purpose_of

            purpose = purpose_of(folder.path, names, beside_tests=folder.has_tests) or folder.purpose
            folder = folder._replace(purpose=purpose, has_tests=holds_test_code(names))
        if folder.chart is None and is_chart(folder.path, names):
            folder = folder._replace(chart=folder.path)
            if folder.purpose is not None:
                self._purposes_of_charts[SourceId(inside(folder.shown, "Chart.yaml"))] = folder.purpose
        return folder, entries

    def _leave_out(self, entry: os.DirEntry[str], folder: _Folder, reason: str) -> None:
        if entry.is_dir() or is_candidate(entry.name):
            self._left_out.append(Skipped(folder.entry(entry.name), reason))
            if reason == IGNORED and not entry.is_symlink():
                self._hidden.append(entry.path)

    def _skip(self, path: str, reason: str) -> None:
        self._skipped.add(Skipped(shown(path), reason))

    def _entries(self, path: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(path) as found:
                return sorted(found, key=lambda entry: entry.name)
        except PermissionError:
            self._skip(path, "permission denied")
        except OSError:
            pass  # it vanished while we walked
        return []

    def _file(self, entry: os.DirEntry[str], real: str, folder: _Folder) -> None:
        chart = folder.chart
        # What is vendored, archived or test data says nothing of the other folders.
        is_of_project = folder.purpose not in NOT_DEPLOYED
        if is_of_project and len(self._instructions) < MOST_INSTRUCTIONS and is_instruction(entry):
            self._instructions.append(entry.path)
        if not is_candidate(entry.name):
            self._other_file(entry)
            return
        path = folder.entry(entry.name)
        if self._is_excluded and self._is_excluded(path):
            self._leave_out(entry, folder, EXCLUDED)
            return
        if chart is not None:
            part = part_of_chart(os.path.relpath(entry.path, chart))
            if part == "templates":
                self._charts.add(shown(chart))
            if part:
                self._leave_out(entry, folder, f"{part} of the chart {shown(chart)}")
                return
        if entry.is_file(follow_symlinks=False):
            purpose = folder.purpose or purpose_of_candidate(entry.name, beside_tests=folder.has_tests)
            self.add(path, real, explicit=False, purpose=purpose)
        else:
            self._skip(entry.path, "not a regular file")

    def _other_file(self, entry: os.DirEntry[str]) -> None:
        """What holds no manifests to lint, and may show what is built or be rendered to manifests."""
        if is_build_script(entry.name) and entry.is_file(follow_symlinks=False):
            self._build_scripts.append(InputFile(shown(entry.path), explicit=False))
        elif is_template(entry.name) and len(self._templates) < _MOST_TEMPLATES:
            self._templates.append(entry.path)

    def _links(self, links: list[str], root: str) -> None:
        """Links last, so that a file is reported under its own path; linked folders are not walked."""
        for path in links:
            target = os.path.realpath(path)
            if not is_candidate(os.path.basename(path)) or os.path.isdir(target):
                continue
            if not os.path.isfile(target):
                self._skip(path, "dangling symbolic link")
            elif os.path.commonpath([root, target]) != root:
                self._skip(path, "symbolic link out of the tree")
            elif is_metadata(target, root):
                self._skip(path, "symbolic link to metadata of version control")
            else:
                self.add(shown(path), target, explicit=False)
