"""A copy of a chart that helm can render offline: without schemas, links out of the tree and what is not there."""

from __future__ import annotations

import io
import json
import os
import posixpath
import tarfile
import zlib
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from imagelint.sources.charts.chart_documents import plain, read_mapping
from imagelint.sources.charts.markers import Markers, TemplateLine, softened
from imagelint.sources.charts.published import folders_of, meets
from imagelint.text.bounded import is_of_tree
from imagelint.text.lazy import cached_property
from imagelint.text.nodes import Mapping, items, text
from imagelint.text.source import UnreadableError, read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.text.nodes import Node

# Their `$ref` makes helm read files and reach hosts that a chart names.
_SCHEMA = "values.schema.json"
OWN = "values.yaml"
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


class Prepared:
    """A copy of a chart in memory, and what it lacks."""

    def __init__(
        self, files: dict[str, bytes], lines: tuple[TemplateLine, ...], missing: tuple[str, ...], values: dict[str, str]
    ) -> None:
        # By path in the chart.
        self.files = files
        # The lines of templates that have a mark, by its number.
        self.lines = lines
        # The names of dependencies that are not in the repository.
        self.missing = missing
        # The values files of this chart and of those in it: where each was copied from, relative to the chart.
        self.values = values

    @cached_property
    def digest(self) -> bytes:
        """The same for charts that render alike."""
        found = sha256()
        for path, data in sorted(self.files.items()):
            for part in (os.fsencode(path), data):
                found.update(len(part).to_bytes(8, "big") + part)
        return found.digest()

    def softened(self, *, finds_objects: bool = False) -> Prepared:
        """With templates that go on where a value is unset, or an object that they look for is not in the cluster."""
        soft = partial(softened, finds_objects=finds_objects)
        return self._with({path: _changed(path, data, soft) for path, data in self.files.items()})

    @property
    def looks_up_objects(self) -> bool:
        """Whether a template may look for objects in the cluster."""
        return any(b"lookup" in data for path, data in self.files.items() if _is_template(path))

    def without(self, path: str) -> Prepared:
        """Without a template."""
        return self._with({name: data for name, data in self.files.items() if name != path})

    def _with(self, files: dict[str, bytes]) -> Prepared:
        return Prepared(files, self.lines, self.missing, self.values)

    @property
    def app_version(self) -> str:
        """What templates use where values have no tag; empty if the chart has none."""
        version = text(read_mapping(self.files.get("Chart.yaml", b"")), "appVersion")
        return version.value if version is not None else ""

    def with_app_version(self, version: str) -> Prepared:
        """With another `appVersion`."""
        root = read_mapping(self.files.get("Chart.yaml", b""))
        content = {key.value: plain(value) for key, value in root.pairs()} if root is not None else {}
        data = json.dumps({**content, "appVersion": version}).encode()
        return self._with({**self.files, "Chart.yaml": data})

    def write(self, folder: str) -> None:
        """Write the copy to a new folder."""
        os.makedirs(folder)
        made = {""}
        for path, data in self.files.items():
            inner = posixpath.dirname(path)
            if inner not in made:
                os.makedirs(os.path.join(folder, inner), exist_ok=True)
                made.add(inner)
            with open(os.path.join(folder, path), "wb") as file:
                file.write(data)


class _Room:
    """How much may still be copied."""

    def __init__(self) -> None:
        self._files, self._bytes = _MOST_FILES, _MOST_BYTES

    def take(self, size: int) -> None:
        self._files -= 1
        self._bytes -= size
        if self._files < 0 or self._bytes < 0:
            raise ChartError(f"it has more than {_MOST_FILES} files or {_MOST_BYTES // 1024**2} MiB")


def prepare(chart: str, tree: str) -> Prepared:
    """Copy a chart; nothing outside `tree` is read. Raises ChartError."""
    copier = _Copier(tree)
    copier.folder(chart, "", "", ())
    missing = [*copier.deliver(chart, "", ())]
    return Prepared(copier.files, tuple(copier.markers.lines), tuple(missing), copier.values)


class _Copier:
    def __init__(self, tree: str) -> None:
        self.files: dict[str, bytes] = {}
        self.markers = Markers()
        self.values: dict[str, str] = {}
        self._tree = tree
        self._room = _Room()

    def folder(self, source: str, target: str, shown: str, around: tuple[str, ...]) -> None:
        """Copy a folder to `target` in the copy.

        `shown` is its path relative to the chart, `around` has the real paths above, which no link repeats.
        """
        real = os.path.realpath(source)
        if real in around or len(around) > _MOST_LEVELS or not is_of_tree(real, self._tree):
            return
        # Links to folders with links to folders multiply.
        self._room.take(0)
        try:
            names = sorted(os.listdir(real))
        except OSError:
            return
        for name in names:
            inner = os.path.join(real, name)
            paths = posixpath.join(target, name), posixpath.join(shown, name)
            if name in _SKIPPED or name in _LOCKS or name == _SCHEMA:
                continue
            if os.path.isdir(inner):
                self.folder(inner, *paths, (*around, real))
            else:
                self._file(inner, *paths)

    def _file(self, source: str, target: str, shown: str) -> None:
        if not is_of_tree(source, self._tree):
            return
        try:
            data = read_regular(source, LARGEST)
        except (OSError, UnreadableError):
            return  # it vanished, is a device, or nothing that a chart renders from
        if target.endswith(".tgz") and posixpath.dirname(target).endswith("charts"):
            self._archive(data, posixpath.dirname(target), shown)
        else:
            self._write(data, target, shown)

    def _write(self, data: bytes, target: str, shown: str) -> None:
        self._room.take(len(data))
        if _is_template(target):
            marked = self.markers.mark(data.decode("utf-8", "surrogateescape"), shown)
            data = marked.encode("utf-8", "surrogateescape")
        elif posixpath.basename(target) == OWN:
            self.values[target] = shown
        self.files[target] = data

    def _archive(self, data: bytes, target: str, shown: str) -> None:
        """Unpack a chart in `charts/`: only files below its folder, within the room that is left."""
        try:
            unpacked = zlib.decompressobj(_GZIP).decompress(data, _MOST_BYTES + 1)
            if len(unpacked) > _MOST_BYTES:
                raise ChartError(f"{shown} is larger than {_MOST_BYTES // 1024**2} MiB")
            self._room.take(len(unpacked))
            with tarfile.open(fileobj=io.BytesIO(unpacked), mode="r:") as archive:
                for member in archive:
                    self._member(archive, member, target, shown)
        except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError):
            return  # then the dependency is missing

    def _member(self, archive: tarfile.TarFile, member: tarfile.TarInfo, target: str, shown: str) -> None:
        self._room.take(0)
        parts = posixpath.normpath(member.name).split("/")
        is_inside = parts[0] and ".." not in parts and "\0" not in member.name and len(parts) <= _MOST_LEVELS
        content = archive.extractfile(member) if member.isfile() and is_inside else None
        if content is None or parts[-1] in _LOCKS or parts[-1] == _SCHEMA or member.size > LARGEST:
            return
        path = "/".join(parts)
        self._write(content.read(), posixpath.join(target, path), posixpath.join(shown, path))

    def deliver(self, chart: str, target: str, around: tuple[str, ...]) -> Iterator[str]:
        """Leave only dependencies in the lists of a copy that are in it; the names of the others.

        `around` has the real paths of the charts that it is a dependency of, none of which it has in turn.
        """
        around = (*around, os.path.realpath(chart))
        for name in _LISTS:
            path = posixpath.join(target, name)
            root = self._read(path)
            listed = [*items(root, "dependencies")] if root is not None else []
            if root is None or (not listed and name != "Chart.yaml"):
                continue
            kept: list[object] = []
            for entry in listed:
                dependency = text(entry, "name")
                if dependency is None or self._has(around, target, entry, dependency.value):
                    kept.append(plain(entry))
                else:
                    yield dependency.value
            self.files[path] = _rewritten(root, kept)

    def _has(self, around: tuple[str, ...], target: str, entry: Node, name: str) -> bool:
        """Whether a dependency is in `charts/`, or in the repository and can be put there."""
        charts = posixpath.join(target, "charts")
        if name in self._charts_in(charts):
            return True
        local = self._folder_of(entry, posixpath.basename(name), around[-1])
        inner = posixpath.join(charts, posixpath.basename(name))
        if local is None or local in around or len(around) > _MOST_LEVELS:
            return False
        self.folder(local, inner, os.path.relpath(local, around[0]).replace(os.sep, "/"), ())
        for _ in self.deliver(local, inner, around):
            pass
        return True

    def _folder_of(self, entry: Node, name: str, chart: str) -> str | None:
        """The real path of the folder of a dependency; None if it is not in the repository."""
        repository = text(entry, "repository")
        if repository is None:
            return None
        if repository.value.startswith("file://"):
            local = os.path.realpath(os.path.join(chart, repository.value.removeprefix("file://")))
            return local if self._chart(local) is not None else None
        wanted = text(entry, "version")
        for folder in folders_of(name, chart, os.path.realpath(self._tree)) if wanted is not None else ():
            root = self._chart(folder)
            own, version = text(root, "name"), text(root, "version")
            if own and version and wanted and own.value == name and meets(version.value, wanted.value):
                return os.path.realpath(folder)
        return None

    def _chart(self, folder: str) -> Mapping | None:
        """What Chart.yaml in a folder of the tree says."""
        path = os.path.join(folder, "Chart.yaml")
        try:
            return read_mapping(read_regular(path, LARGEST)) if is_of_tree(path, self._tree) else None
        except (OSError, UnreadableError):
            return None

    def _charts_in(self, folder: str) -> set[str]:
        """The names of the charts in a folder of the copy."""
        found = (path for path in self.files if path.startswith(f"{folder}/") and path.endswith("/Chart.yaml"))
        roots = (self._read(path) for path in found if path.count("/") == folder.count("/") + 2)
        names = (text(root, "name") for root in roots if root is not None)
        return {name.value for name in names if name is not None}

    def _read(self, path: str) -> Mapping | None:
        return read_mapping(self.files.get(path, b""))


def _is_template(path: str) -> bool:
    return path.endswith(_TEMPLATES) and (path.startswith("templates/") or "/templates/" in path)


def _changed(path: str, data: bytes, change: Callable[[str], str]) -> bytes:
    if not _is_template(path):
        return data
    return change(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _rewritten(root: Mapping, dependencies: list[object]) -> bytes:
    """A list again, as JSON: without `kubeVersion`, as the version of the cluster is not known."""
    kept = {key.value: plain(value) for key, value in root.pairs() if key.value not in {"dependencies", "kubeVersion"}}
    return json.dumps({**kept, **({"dependencies": dependencies} if dependencies else {})}).encode()
