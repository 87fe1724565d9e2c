"""The files of kustomizations: none outside of the root is read, and none that could stall a run."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from typing import TYPE_CHECKING, NoReturn

from imagelint.facts.kinds import KUSTOMIZATION_FILES
from imagelint.sources.gitignore import is_kept_out
from imagelint.sources.kustomize.fields import MissingError, RefusedError, UncommittedError
from imagelint.sources.kustomize.yaml_documents import Documents, composed
from imagelint.text.bounded import is_metadata, read_bounded
from imagelint.text.paths import RealPaths, is_below, shown
from imagelint.text.places import BlockStart, DocumentStart, SourceId
from imagelint.text.records import NamedTuple
from imagelint.text.source import EncryptedError, UnreadableError, read_small

if TYPE_CHECKING:
    from imagelint.sources.kustomize.layout import Layout
    from imagelint.text.nodes import Scalar
    from imagelint.text.places import Place
    from imagelint.text.source import Sources
    from imagelint.text.trace import Role

# What a generator reads: the API server takes no Secret above 1 MiB.
_MAX_DATA = 4 * 1024 * 1024
# What kustomize fetches (`api/internal/git/repospec.go`).
_REMOTE = re.compile(
    r"(?:git::)?(?:[a-z][a-z0-9+]*://|github\.com[:/]|gh:|[a-z][a-z0-9-]*@[\w.-]+[:/])|.*(?:\.git(?:[/?]|\Z)|/_git/|\?ref=)",
    re.IGNORECASE,
)
# What a Makefile copies to `kustomization.yaml`, before `kustomize edit` changes the copy, and what no copy has.
_COPIED = (".in", ".tmpl", ".template", ".dist")
_UNRENDERED = rb"\{\{|\{%|<%|\$[A-Za-z_({]|<[A-Za-z]|@[A-Za-z_]+@|%[A-Za-z_]+%"
_KEPT_OUT = "is not here, as .gitignore keeps it out of the repository"


class Folder(NamedTuple):
    """A folder, as reports show it, and without symbolic links."""

    shown: str
    real: str


class Around(NamedTuple):
    """What is being built around a kustomization: the real folders, from the root on."""

    folders: tuple[str, ...] = ()

    def inside(self, folder: Folder) -> Around:
        """The same for what a folder lists."""
        return Around((*self.folders, folder.real))

    def has_cycle(self, real: str) -> bool:
        """Whether a folder is, or holds, one that is being built: kustomize refuses both."""
        return any(own == real or own.startswith(real.rstrip(os.sep) + os.sep) for own in self.folders)


class File(NamedTuple):
    """A path of a kustomization: as reports show it, and without symbolic links."""

    id: SourceId
    real: str

    @property
    def folder(self) -> Folder:
        """The path as a folder."""
        return Folder(self.id.path, self.real)


def _start_of(path: str) -> bytes:
    try:
        return read_small(path)
    except (OSError, UnreadableError):
        return b"{{"  # nothing is known of it


def is_remote(path: str) -> bool:
    """Whether kustomize fetches what a path names."""
    return _REMOTE.match(path) is not None


def _is_url(path: str) -> bool:
    """Whether kustomize fetches what it needs as a single file (`api/internal/loader/fileloader.go`)."""
    return path.lower().startswith(("https://", "http://"))


class Files:
    """Reads through the sources of a run; each text is composed once."""

    def __init__(self, sources: Sources, root: str, layout: Layout) -> None:
        self._sources = sources
        self.root = root
        self._layout = layout
        self._documents: dict[tuple[SourceId, Role], Documents] = {}
        # Those in scalars of components, which are built again for each kustomization that they are a part of.
        self._inline: dict[tuple[str, Place, Role], Documents] = {}
        # The lines of the source that was looked at last.
        self._lines: tuple[SourceId, list[str]] | None = None
        self.real = RealPaths().of

    def at(self, folder: Folder, path: str) -> File:
        """What a path of a kustomization names; links are followed as kustomize follows them."""
        lexical = os.path.normpath(os.path.join(folder.real, path))
        try:
            real = self.real(lexical)
        except (OSError, ValueError) as error:
            raise RefusedError("is not a path", path) from error
        is_linked = os.path.normcase(real) != os.path.normcase(lexical)
        seen = shown(real) if is_linked else posixpath.normpath(posixpath.join(folder.shown, path.replace(os.sep, "/")))
        return File(SourceId(seen), real)

    def is_inside(self, real: str) -> bool:
        """Whether a path without links is in the root."""
        return is_below(real, self.root)

    def holds(self, folder: Folder, name: str) -> bool:
        """Whether there is a file in a folder; a link that leaves the folder counts as none."""
        path = os.path.join(folder.real, name)
        return os.path.isfile(path) and is_below(self.real(path), folder.real)

    def kustomizations(self, folder: Folder) -> list[str]:
        """The names of the kustomizations in a folder, or that of a file which only has to be copied to be one."""
        found = [name for name in KUSTOMIZATION_FILES if self.holds(folder, name)]
        copied = ("kustomization.yaml" + suffix for suffix in _COPIED if not found)
        template = next((name for name in copied if self.holds(folder, name)), None)
        if template is None or re.search(_UNRENDERED, _start_of(os.path.join(folder.real, template))):
            return found
        return [template]

    def demand_kustomization(self, folder: Folder, around: str) -> NoReturn:
        """Raises RefusedError for a folder without a kustomization; `around` is the folder that lists it."""
        path = posixpath.join(posixpath.relpath(folder.shown, around or "."), "kustomization.yaml")
        if is_kept_out(os.path.join(folder.real, "kustomization.yaml")):
            raise UncommittedError(_KEPT_OUT, path)
        raise RefusedError("does not exist", path)

    def demand_inside(self, file: File, path: str) -> None:
        """Raises RefusedError for what may not be read: what is outside of the root, and metadata of git."""
        if not self.is_inside(file.real):
            raise RefusedError("is outside of the repository", path)
        if is_metadata(file.real, self.root):
            raise UncommittedError("is not a committed file", path)

    def read(self, file: File, path: str) -> bytes:
        """The text of a file. Raises RefusedError."""
        self._check(file, path)
        try:
            return self._sources.read(file.id).data
        except EncryptedError as error:
            raise UncommittedError(error.message, path) from error
        except UnreadableError as error:
            if not os.path.lexists(file.real) and is_kept_out(file.real):
                raise UncommittedError(_KEPT_OUT, path) from error
            raise RefusedError(_reason(error), path) from error

    def read_data(self, file: File, path: str) -> bytes:
        """The content of a file, text or not. Raises RefusedError."""
        self._check(file, path)
        try:
            return self._sources.read(file.id).data
        except EncryptedError as error:
            raise MissingError(error.message, path) from error
        except UnreadableError as error:
            if not os.path.lexists(file.real):
                raise MissingError("does not exist", path) from error
            if not os.path.isfile(file.real):
                raise RefusedError(_reason(error), path) from error
        try:
            return read_bounded(file.real, _MAX_DATA)
        except (OSError, UnreadableError) as error:
            raise RefusedError("cannot be read", path) from error

    def _check(self, file: File, path: str) -> None:
        self.demand_inside(file, path)
        try:
            mode = os.stat(file.real).st_mode
        except (OSError, ValueError):
            if _is_url(path):
                raise UncommittedError("is fetched from elsewhere", path) from None
            return  # an editor may hold what was never saved
        if not stat.S_ISREG(mode):
            raise RefusedError("is not a regular file", path)

    def documents(self, file: File, path: str, role: Role) -> Documents:
        """The documents of a file. Raises RefusedError if it cannot be read."""
        known = self._documents.get((file.id, role))
        if known is None:
            data = self.read(file, path)
            segment = self._layout.add(file.id, data, role)
            known = self._documents[file.id, role] = composed(segment, data, DocumentStart(segment.first, 1))
        return known

    def inline(self, scalar: Scalar, place: Place, role: Role, *, keeps: bool = False) -> Documents:
        """The documents of a scalar that was written at a place, each scalar in them at its own where that is known.

        `keeps`: whether they are needed again.
        """
        if not keeps:
            return self._composed(scalar, place, role)
        key = (scalar.value, place, role)
        if key not in self._inline:
            self._inline[key] = self._composed(scalar, place, role)
        return self._inline[key]

    def _composed(self, scalar: Scalar, place: Place, role: Role) -> Documents:
        data = scalar.value.encode("utf-8", "surrogatepass")
        indent = self._indent(scalar, place)
        if indent is None:
            segment = self._layout.add(place.source, data, role, whole=place.span)
            return composed(segment, data, DocumentStart(segment.first, 1))
        segment = self._layout.add(place.source, data, role, line=place.span.line + 1)
        return composed(segment, data, BlockStart(segment.first, indent + 1))

    def _indent(self, scalar: Scalar, place: Place) -> int | None:
        """How far the lines of a literal block are indented; None if a scalar is something else."""
        if scalar.style != "|":
            return None
        number, text = next(
            ((number, line) for number, line in enumerate(scalar.value.split("\n")) if line.strip()), (0, "")
        )
        lines = self.lines(place.source)
        row = place.span.line + number
        written = lines[row].rstrip("\r") if row < len(lines) else ""
        indent = len(written) - len(text)
        return indent if indent >= 0 and written.endswith(text) and not written[:indent].strip() else None

    def lines(self, source: SourceId) -> list[str]:
        """The lines of a source that was read; those that were read last are kept."""
        if self._lines is None or self._lines[0] != source:
            try:
                text = self._sources.read(source).data.decode("utf-8", "replace")
            except UnreadableError:
                text = ""
            self._lines = source, text.split("\n")
        return self._lines[1]


def _reason(error: UnreadableError) -> str:
    message = error.message
    return "does not exist" if "no such file" in message else f"cannot be read: {message}"
