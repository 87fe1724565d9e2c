"""What can really be pulled: lists of images as clusters, runtimes and copying tools print them."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from imagelint.kubelet.reference import is_reference, parse_reference
from imagelint.text.errors import UserFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.kubelet.reference import ImageReference

_NAME_ANNOTATIONS = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# Indexes hold indexes that hold manifests; nothing real is deeper.
_MAX_NESTING = 4


class InventoryError(UserFileError):
    """A file or folder that is no inventory of a known form."""


class Available(NamedTuple):
    """An image that an inventory names, with the platforms (`linux/amd64`) that it tells; none where it tells none."""

    name: str
    platforms: frozenset[str] = frozenset()


@dataclass(slots=True)
class Repository:
    """What is known of one repository. Its platforms are by tag or digest."""

    tags: set[str] = field(default_factory=set[str])
    digests: set[str] = field(default_factory=set[str])
    platforms: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


class Inventory:
    """The images that can be pulled. It is complete for each repository that it names, and as a whole if it says so."""

    def __init__(self, images: Iterable[Available], *, is_complete: bool = False) -> None:
        self.is_complete = is_complete
        self._repositories: dict[str, Repository] = {}
        for image in images:
            self._add(image)

    def repository(self, image: ImageReference) -> Repository | None:
        """The repository of an image, None where the inventory does not name it."""
        return self._repositories.get(image.normalized)

    def has(self, image: ImageReference) -> bool | None:
        """Whether an image is there; None where the inventory cannot tell."""
        found = self.repository(image)
        if found is None:
            return False if self.is_complete else None
        if image.digest is not None:
            return image.digest in found.digests if found.digests else None
        return image.effective_tag in found.tags if found.tags else None

    def platforms(self, image: ImageReference) -> frozenset[str]:
        """The platforms of an image; empty where they are not told."""
        found = self.repository(image)
        return found.platforms.get(image.digest or image.effective_tag or "", frozenset()) if found else frozenset()

    def _add(self, image: Available) -> None:
        reference = parse_reference(image.name)
        found = self._repositories.setdefault(reference.normalized, Repository())
        if reference.digest is not None:
            found.digests.add(reference.digest)
        if reference.effective_tag is not None:
            found.tags.add(reference.effective_tag)
        for key in (reference.digest, reference.effective_tag):
            if key is not None and image.platforms:
                found.platforms[key] = found.platforms.get(key, frozenset()) | image.platforms


def read_inventory(paths: Iterable[str], *, is_complete: bool = False) -> Inventory:
    """The inventory in files and folders. Raises InventoryError."""
    return Inventory((image for path in paths for image in _read(path)), is_complete=is_complete)


def _read(path: str) -> list[Available]:
    try:
        found = [*_folder(path)] if os.path.isdir(path) else [*_file(path)]
    except RecursionError as error:
        raise InventoryError(f"{path}: cannot be read: nested too deep") from error
    except (OSError, ValueError) as error:
        raise InventoryError(f"{path}: cannot be read: {error}") from error
    readable = [image for image in found if is_reference(image.name)]  # not `<none>:<none>`, not a bare image ID
    if not readable:
        raise InventoryError(f"{path}: names no image in a form that is known")
    return readable


def _file(path: str) -> Iterator[Available]:
    with open(path, "rb") as file:
        head = file.read(512)
        is_tar = head[257:262] == b"ustar" or head[:2] == b"\x1f\x8b"
        text = "" if is_tar else (head + file.read()).decode("utf-8", "replace")
    if is_tar:
        yield from _archive(path)
    elif text.lstrip().startswith(("{", "[")):
        yield from _json(text)
    else:
        yield from _lines(text)


def _json(text: str) -> Iterator[Available]:
    try:
        documents: list[Any] = [json.loads(text)]
    except ValueError:
        documents = [json.loads(line) for line in text.splitlines() if line.strip()]
    for document in documents:
        for entry in (*_objects(document), _object(document)):
            yield from _json_entry(entry)


def _json_entry(fields: dict[str, Any]) -> Iterator[Available]:
    """One object of crictl, docker, skopeo or kubectl."""
    for image in _objects(fields.get("images")):  # crictl images -o json
        for name in (*_texts(image.get("repoTags")), *_texts(image.get("repoDigests"))):
            yield Available(name)
    if isinstance(fields.get("Repository"), str):
        repository = fields["Repository"]
        for tag in (*_texts(fields.get("Tags")), *_texts([fields.get("Tag")])):  # skopeo list-tags; docker images
            yield Available(f"{repository}:{tag}")
        if _DIGEST.fullmatch(str(fields.get("Digest"))):
            yield Available(f"{repository}@{fields['Digest']}")
    for node in (fields, *_objects(fields.get("items"))):  # kubectl get nodes -o json
        yield from _node(node)


def _node(node: dict[str, Any]) -> Iterator[Available]:
    status = _object(node.get("status"))
    info = _object(status.get("nodeInfo"))
    platform = _platform({"os": info.get("operatingSystem"), "architecture": info.get("architecture")})
    for image in _objects(status.get("images")):
        for name in _texts(image.get("names")):
            yield Available(name, platform)


def _lines(text: str) -> Iterator[Available]:
    """A list with one image on each line, or the table of `ctr images ls` and `docker images`."""
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    heading = rows[0] if rows else []
    for row in rows[1:] if heading[:1] in (["REF"], ["REPOSITORY"], ["IMAGE"]) else rows:
        if heading[:1] in (["REPOSITORY"], ["IMAGE"]) and len(row) > 1:
            yield Available(f"{row[0]}:{row[1]}")
        else:
            yield from _line(row)


def _line(row: list[str]) -> Iterator[Available]:
    platforms = frozenset(
        part for cell in row[1:] for part in cell.split(",") if re.fullmatch(r"(linux|windows)/[a-z0-9/]+", part)
    )
    digest = next((cell for cell in row[1:] if _DIGEST.fullmatch(cell)), None)
    name = row[0].removeprefix("docker://").removeprefix("oci://")
    yield Available(name, platforms)
    if digest is not None and "@" not in name:
        yield Available(f"{_without_tag(name)}@{digest}", platforms)


def _without_tag(name: str) -> str:
    head, colon, tag = name.rpartition(":")
    return head if colon and "/" not in tag else name


def _archive(path: str) -> Iterator[Available]:
    """What `docker save` and `ctr images export` write."""
    import tarfile
    import zlib

    try:
        with tarfile.open(path) as archive:

            def read(name: str) -> bytes | None:
                try:
                    member = archive.extractfile(name)
                except KeyError:
                    return None
                return member.read() if member else None

            for image in _objects(json.loads(read("manifest.json") or b"[]")):
                yield from map(Available, _texts(image.get("RepoTags")))
            yield from _layout(read)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error


def _folder(path: str) -> Iterator[Available]:
    """An OCI layout, or the folders that `skopeo sync --dest dir` and `--scoped` make: one for each image."""

    def read(name: str) -> bytes | None:
        try:
            with open(os.path.join(path, *name.split("/")), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    if os.path.isfile(os.path.join(path, "index.json")):
        yield from _layout(read)
        return
    for folder, _, files in sorted(os.walk(path)):
        if "manifest.json" in files and folder != path:
            yield Available(os.path.relpath(folder, path).replace(os.sep, "/"))
        elif "index.json" in files and folder != path:
            yield from _folder(folder)


def _layout(read: Any) -> Iterator[Available]:  # noqa: ANN401 - a function from a name to bytes or None
    """The images of an OCI layout (`index.json`), with their platforms, however deep the index nests."""
    for descriptor in _objects(_load(read("index.json")).get("manifests")):
        annotations = _object(descriptor.get("annotations"))
        names = [annotations[key] for key in _NAME_ANNOTATIONS if isinstance(annotations.get(key), str)]
        platforms = frozenset(_platforms_of(descriptor, read, _MAX_NESTING))
        for name in names[:1]:
            yield Available(name, platforms)
            if isinstance(descriptor.get("digest"), str):
                yield Available(f"{_without_tag(name)}@{descriptor['digest']}", platforms)


def _platforms_of(descriptor: dict[str, Any], read: Any, depth: int) -> Iterator[str]:  # noqa: ANN401 - as above
    yield from _platform(_object(descriptor.get("platform")))
    digest = str(descriptor.get("digest"))
    if depth and _DIGEST.fullmatch(digest) and "index" in str(descriptor.get("mediaType")):
        index = _load(read(f"blobs/sha256/{digest.removeprefix('sha256:')}"))
        for child in _objects(index.get("manifests")):
            yield from _platforms_of(child, read, depth - 1)


def _platform(fields: dict[str, Any]) -> frozenset[str]:
    system, architecture = fields.get("os"), fields.get("architecture")
    told = isinstance(system, str) and isinstance(architecture, str) and system != "unknown"
    return frozenset({f"{system}/{architecture}"}) if told else frozenset()


def _load(raw: bytes | None) -> dict[str, Any]:
    return _object(json.loads(raw)) if raw else {}


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [_object(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]
