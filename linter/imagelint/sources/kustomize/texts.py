"""The files of kustomizations: none outside of the root is read, and none that could stall a run."""

from __future__ import annotations

import os
import posixpath
import re
import stat
from typing import TYPE_CHECKING, NamedTuple

from imagelint.sources.gitignore import is_kept_out
from imagelint.sources.kustomize.fields import MissingError, RefusedError, UncommittedError
from imagelint.sources.kustomize.resource import value_of
from imagelint.text.bounded import read_bounded
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, is_merge
from imagelint.text.paths import shown
from imagelint.text.places import BlockStart, DocumentStart, SourceId, Span
from imagelint.text.source import UnreadableError
from imagelint.text.split import split
from imagelint.text.trace import Role

if TYPE_CHECKING:
    from imagelint.sources.kustomize.layout import Layout, Segment
    from imagelint.text.places import Place
    from imagelint.text.sources import Sources

# What a generator reads: the API server takes no Secret above 1 MiB.
_MAX_DATA = 4 * 1024 * 1024
# What kustomize fetches (`api/internal/git/repospec.go`).
_REMOTE = re.compile(
    r"(?:git::)?(?:[a-z][a-z0-9+]*://|github\.com[:/]|gh:|[a-z][a-z0-9-]*@[\w.-]+[:/])|.*(?:\.git(?:[/?]|\Z)|/_git/|\?ref=)",
    re.IGNORECASE,
)


class Folder(NamedTuple):
    """A folder, as reports show it, and without symbolic links."""

    shown: str
    real: str


class File(NamedTuple):
    """A path of a kustomization: as reports show it, and without symbolic links."""

    id: SourceId
    real: str

    @property
    def folder(self) -> Folder:
        """The path as a folder."""
        return Folder(self.id.path, self.real)


class Problem(NamedTuple):
    """What is refused of a text, with its place in it."""

    span: Span
    message: str


class Documents(NamedTuple):
    """The documents of a text, those without content left out."""

    segment: Segment
    nodes: list[Node]
    problems: list[Problem]


def is_remote(path: str) -> bool:
    """Whether kustomize fetches what a path names."""
    return _REMOTE.match(path) is not None


def is_file_in(folder: str, name: str) -> bool:
    """Whether there is a file in a folder; a link that leaves the folder counts as none."""
    path = os.path.join(folder, name)
    return os.path.isfile(path) and os.path.realpath(path).startswith(folder.rstrip(os.sep) + os.sep)


class Files:
    """Reads through the sources of a run; each text is composed once."""

    def __init__(self, sources: Sources, root: str, layout: Layout) -> None:
        self._sources = sources
        self.root = root
        self._layout = layout
        self._documents: dict[tuple[SourceId, Role], Documents] = {}
        # The lines of the source that was looked at last.
        self._lines: tuple[SourceId, list[str]] | None = None

    def at(self, folder: Folder, path: str) -> File:
        """What a path of a kustomization names; links are followed as kustomize follows them."""
        lexical = os.path.normpath(os.path.join(folder.real, path))
        try:
            real = os.path.realpath(lexical)
        except (OSError, ValueError) as error:
            raise RefusedError("is not a path", path) from error
        is_linked = os.path.normcase(real) != os.path.normcase(lexical)
        seen = shown(real) if is_linked else posixpath.normpath(posixpath.join(folder.shown, path.replace(os.sep, "/")))
        return File(SourceId(seen), real)

    def is_inside(self, real: str) -> bool:
        """Whether a path without links is in the root."""
        return real == self.root or real.startswith(self.root.rstrip(os.sep) + os.sep)

    def read(self, file: File, path: str) -> bytes:
        """The text of a file. Raises RefusedError."""
        self._check(file, path)
        try:
            return self._sources.read(file.id).data
        except UnreadableError as error:
            if not os.path.lexists(file.real) and is_kept_out(file.real):
                raise UncommittedError("is not here, as .gitignore keeps it out of the repository", path) from error
            raise RefusedError(_reason(error), path) from error

    def read_data(self, file: File, path: str) -> bytes:
        """The content of a file, text or not. Raises RefusedError."""
        self._check(file, path)
        try:
            return self._sources.read(file.id).data
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
        if not self.is_inside(file.real):
            raise RefusedError("is outside of the repository", path)
        try:
            mode = os.stat(file.real).st_mode
        except (OSError, ValueError):
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

    def inline(self, scalar: Scalar, place: Place) -> Documents:
        """The documents of a scalar that was written at a place, each scalar in them at its own where that is known."""
        data = scalar.value.encode("utf-8", "surrogatepass")
        indent = self._indent(scalar, place)
        if indent is None:
            segment = self._layout.add(place.source, data, Role.PATCH, whole=place.span)
            return composed(segment, data, DocumentStart(segment.first, 1))
        segment = self._layout.add(place.source, data, Role.PATCH, line=place.span.line + 1)
        return composed(segment, data, BlockStart(segment.first, indent + 1))

    def _indent(self, scalar: Scalar, place: Place) -> int | None:
        """How far the lines of a literal block are indented; None if a scalar is something else."""
        if scalar.style != "|":
            return None
        number, text = next(
            ((number, line) for number, line in enumerate(scalar.value.split("\n")) if line.strip()), (0, "")
        )
        lines = self._source_lines(place.source)
        row = place.span.line + number
        written = lines[row].rstrip("\r") if row < len(lines) else ""
        indent = len(written) - len(text)
        return indent if indent >= 0 and written.endswith(text) and not written[:indent].strip() else None

    def _source_lines(self, source: SourceId) -> list[str]:
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


def composed(segment: Segment, data: bytes, start: DocumentStart) -> Documents:
    """The documents of a text that has lines in a unit."""
    nodes: list[Node] = []
    problems: list[Problem] = []
    for document in split(data, start=start):
        if document.refusal:
            problems.append(Problem(_point(document.refusal.line), "this separates no documents"))
        # Each document of an indented text is as indented as the first.
        is_indented = isinstance(start, BlockStart)
        begin = BlockStart(document.start.line, start.column) if is_indented else document.start
        try:
            node = compose(document.data, start=begin, needs_reason=False, lifts=False)
            if node is not None:
                nodes.append(_without_anchors(node, {}))
        except ComposeError as error:
            what = "a template, not YAML" if document.looks_templated else f"not YAML: {error.message}"
            problems.append(Problem(_point(error.line, error.column), f"this is {what}"))
        except _ContentError as error:
            problems.append(Problem(error.node.span, str(error)))
    return Documents(segment, nodes, problems)


def _point(line: int, column: int = 1) -> Span:
    return Span(line, column, line, column)


class _ContentError(Exception):
    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.node = node


def _without_anchors(node: Node, known: dict[int, Node]) -> Node:
    """A node with its merge keys resolved: own keys win over merged ones (`kyaml/yaml/rnode.go`)."""
    if isinstance(node, Scalar):
        return node
    if id(node) not in known:
        known[id(node)] = _resolved_items(node, known) if isinstance(node, Sequence) else _resolved(node, known)
    return known[id(node)]


def _resolved_items(node: Sequence, known: dict[int, Node]) -> Node:
    items = [_without_anchors(item, known) for item in node.items]
    is_same = all(new is old for new, old in zip(items, node.items, strict=True))
    return node if is_same else Sequence(items, node.start, node.end, node.places)


def _resolved(node: Mapping, known: dict[int, Node]) -> Node:
    nodes: list[Node] = []
    names: set[str] = set()
    merged: list[Node] = []
    for key, value in node.items:
        if not isinstance(key, Scalar):
            raise _ContentError(key, "a mapping or a list cannot be a key: this may be a template")
        if is_merge(key):
            merged = value.items if isinstance(value, Sequence) else [value]
        elif key.value in names:
            raise _ContentError(key, f"the key `{key.value}` is there twice")
        else:
            names.add(key.value)
            nodes += (key, _without_anchors(value, known))
    if not merged and all(new is old for new, old in zip(nodes, node.nodes, strict=True)):
        return node
    for source in merged:
        if not isinstance(source, Mapping):
            raise _ContentError(source, "`<<` takes a mapping, or a list of mappings")
        resolved = _without_anchors(source, known)
        for key, value in resolved.items if isinstance(resolved, Mapping) else ():
            if isinstance(key, Scalar) and key.value not in names:
                names.add(key.value)
                nodes += (key, value)
    return Mapping(nodes, node.start, node.end, node.places)


def objects(nodes: list[Node]) -> tuple[list[Mapping], list[Problem]]:
    """The objects of documents, those in lists among them, and what is not an object (`api/resource/factory.go`)."""
    found: list[Mapping] = []
    problems: list[Problem] = []
    pending = [*reversed(nodes)]
    while pending:
        node = pending.pop()
        if isinstance(node, Scalar) and node.is_null:
            continue
        problem = _is_no_object(node)
        if problem:
            problems.append(Problem(node.span, problem))
        elif isinstance(node, Mapping) and node.nodes:
            listed = node.get("items") if value_of(node, "kind").endswith("List") else None
            if isinstance(listed, Sequence):
                pending += reversed(listed.items)
            elif listed is None or not (isinstance(listed, Scalar) and listed.is_null):
                found.append(node)
    return found, problems


def _is_no_object(node: Node) -> str | None:
    if not isinstance(node, Mapping):
        return "this is not an object"
    if not node.nodes:
        return None
    kind = value_of(node, "kind")
    if not kind:
        return "this object has no `kind`"
    if not kind.endswith("List") and not value_of(node.get("metadata"), "name"):
        return "this object has no `metadata.name`"
    return None
