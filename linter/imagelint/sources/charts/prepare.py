"""A copy of a chart that helm can render offline: without schemas, links out of the tree and what is not there."""

from __future__ import annotations

import io
import json
import os
import posixpath
import tarfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

from imagelint.text.bounded import is_within
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Scalar, Sequence, items, text
from imagelint.text.source import UnreadableError, read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.sources.charts.markers import Markers
    from imagelint.text.nodes import Node

# Their `$ref` makes helm read files and reach hosts that a chart names.
_SCHEMA = "values.schema.json"
_LISTS = ("Chart.yaml", "requirements.yaml")
_LOCKS = frozenset({"Chart.lock", "requirements.lock"})
_TEMPLATES = (".yaml", ".yml", ".tpl", ".txt")
_SKIPPED = frozenset({".git", "node_modules"})
# Beyond this a folder is not a chart that anybody wrote.
_MOST_FILES, _MOST_BYTES, _MOST_LEVELS = 5000, 64 * 1024**2, 30
LARGEST = 5 * 1024**2
# For zlib: a header of gzip.
_GZIP = 31


class ChartError(Exception):
    """A chart that cannot be prepared; the message is a clause for people."""


class Prepared(NamedTuple):
    """A copy of a chart, and what it lacks."""

    folder: str
    # The names of dependencies that are not in the repository.
    missing: tuple[str, ...]


class _Room:
    """How much may still be copied."""

    def __init__(self) -> None:
        self._files, self._bytes = _MOST_FILES, _MOST_BYTES

    def take(self, size: int) -> None:
        self._files -= 1
        self._bytes -= size
        if self._files < 0 or self._bytes < 0:
            raise ChartError(f"it has more than {_MOST_FILES} files or {_MOST_BYTES // 1024**2} MiB")


def prepare(chart: str, tree: str, to: str, markers: Markers) -> Prepared:
    """Copy a chart to a new folder; nothing outside `tree` is read. Raises ChartError."""
    copier = _Copier(tree, markers)
    copier.folder(chart, to, "", ())
    missing = [*copier.deliver(chart, to)]
    return Prepared(to, tuple(missing))


class _Copier:
    def __init__(self, tree: str, markers: Markers) -> None:
        self._tree = tree
        self._markers = markers
        self._room = _Room()

    def folder(self, source: str, target: str, path: str, around: tuple[str, ...]) -> None:
        """Copy a folder; `path` is relative to the chart, `around` has the real paths above, which no link repeats."""
        real = os.path.realpath(source)
        if real in around or len(around) > _MOST_LEVELS or not is_within(real, self._tree):
            return
        os.makedirs(target, exist_ok=True)
        try:
            names = sorted(os.listdir(source))
        except OSError:
            return
        for name in names:
            inner, relative = os.path.join(source, name), posixpath.join(path, name)
            if name in _SKIPPED or name in _LOCKS or name == _SCHEMA:
                continue
            if os.path.isdir(inner):
                self.folder(inner, os.path.join(target, name), relative, (*around, real))
            else:
                self._file(inner, target, name, relative)

    def _file(self, source: str, target: str, name: str, path: str) -> None:
        if not is_within(source, self._tree):
            return
        try:
            data = read_regular(source, LARGEST)
        except (OSError, UnreadableError):
            return  # it vanished, is a device, or nothing that a chart renders from
        if name.endswith(".tgz") and posixpath.dirname(path).endswith("charts"):
            self._archive(data, target, path)
        else:
            self._write(data, os.path.join(target, name), path)

    def _write(self, data: bytes, target: str, path: str) -> None:
        self._room.take(len(data))
        if "templates" in path.split("/")[:-1] and path.endswith(_TEMPLATES):
            marked = self._markers.mark(data.decode("utf-8", "surrogateescape"), path)
            data = marked.encode("utf-8", "surrogateescape")
        with open(target, "wb") as file:
            file.write(data)

    def _archive(self, data: bytes, target: str, path: str) -> None:
        """Unpack a chart in `charts/`: only files below its folder, within the room that is left."""
        try:
            unpacked = zlib.decompressobj(_GZIP).decompress(data, _MOST_BYTES + 1)
            if len(unpacked) > _MOST_BYTES:
                raise ChartError(f"{path} is larger than {_MOST_BYTES // 1024**2} MiB")
            with tarfile.open(fileobj=io.BytesIO(unpacked), mode="r:") as archive:
                for member in archive:
                    self._member(archive, member, target, path)
        except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError):
            return  # then the dependency is missing

    def _member(self, archive: tarfile.TarFile, member: tarfile.TarInfo, target: str, path: str) -> None:
        self._room.take(member.size)
        parts = posixpath.normpath(member.name).split("/")
        is_inside = parts[0] and ".." not in parts and "\0" not in member.name and len(parts) <= _MOST_LEVELS
        content = archive.extractfile(member) if member.isfile() and is_inside else None
        if content is None or parts[-1] in _LOCKS or parts[-1] == _SCHEMA or member.size > LARGEST:
            return
        inner = os.path.join(target, *parts)
        os.makedirs(os.path.dirname(inner), exist_ok=True)
        self._write(content.read(), inner, posixpath.join(path, *parts))

    def deliver(self, chart: str, to: str) -> Iterator[str]:
        """Leave only dependencies in the lists of a copy that are in it; the names of the others."""
        for name in _LISTS:
            path = os.path.join(to, name)
            root = _read(path)
            listed = [*items(root, "dependencies")] if root is not None else []
            if root is None or (not listed and name != "Chart.yaml"):
                continue
            kept: list[object] = []
            for entry in listed:
                dependency = text(entry, "name")
                if dependency is None or self._has(chart, to, entry, dependency.value):
                    kept.append(_plain(entry))
                else:
                    yield dependency.value
            _rewrite(path, root, kept)

    def _has(self, chart: str, to: str, entry: Node, name: str) -> bool:
        """Whether a dependency is in `charts/`, or in the repository and can be put there."""
        if name in _charts_in(os.path.join(to, "charts")):
            return True
        repository = text(entry, "repository")
        if repository is None or not repository.value.startswith("file://"):
            return False
        local = os.path.normpath(os.path.join(chart, repository.value.removeprefix("file://")))
        if not os.path.isfile(os.path.join(local, "Chart.yaml")) or not is_within(local, self._tree):
            return False
        inner = os.path.join(to, "charts", f"local-{len(_charts_in(os.path.join(to, 'charts')))}")
        relative = os.path.relpath(local, chart).replace(os.sep, "/")
        self.folder(local, inner, relative, ())
        for _ in self.deliver(local, inner):
            pass
        return True


def _charts_in(folder: str) -> set[str]:
    """The names of the charts in a folder."""
    try:
        roots = [_read(os.path.join(folder, name, "Chart.yaml")) for name in os.listdir(folder)]
    except OSError:
        return set()
    names = [text(root, "name") for root in roots if root is not None]
    return {name.value for name in names if name is not None}


def _read(path: str) -> Mapping | None:
    try:
        root = compose(read_regular(path, LARGEST))
    except (OSError, UnreadableError, ComposeError):
        return None
    return root if isinstance(root, Mapping) else None


def _rewrite(path: str, root: Mapping, dependencies: list[object]) -> None:
    """Write a list again, as JSON: without `kubeVersion`, as the version of the cluster is not known."""
    kept = {key.value: _plain(value) for key, value in root.pairs() if key.value not in {"dependencies", "kubeVersion"}}
    with open(path, "w", encoding="utf-8") as file:
        json.dump({**kept, **({"dependencies": dependencies} if dependencies else {})}, file)


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        is_boolean = node.plain and node.value in {"true", "false"}
        return None if node.is_null else node.value == "true" if is_boolean else node.value
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key.value: _plain(value) for key, value in node.pairs()}


def rewritten(folder: str, change: Callable[[str], str]) -> None:
    """Change every template of a prepared chart."""
    for path, _, names in os.walk(folder):
        parts = os.path.relpath(path, folder).split(os.sep)
        for name in names if "templates" in parts else ():
            if name.endswith(_TEMPLATES):
                with open(os.path.join(path, name), encoding="utf-8", errors="surrogateescape") as file:
                    before = file.read()
                after = change(before)
                if after != before:
                    with open(os.path.join(path, name), "w", encoding="utf-8", errors="surrogateescape") as file:
                        file.write(after)
