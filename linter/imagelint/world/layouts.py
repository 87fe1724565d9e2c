"""Archives and folders of images, as `docker save`, `ctr images export`, skopeo and OCI tools write them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, cast

from imagelint.kubelet.reference import image_parts
from imagelint.text.bounded import is_of_tree, load_json, read_bounded, size_text
from imagelint.text.records import NamedTuple
from imagelint.text.source import UnreadableError

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# Of an archive; that of a thousand images has some tens of thousands.
MAX_MEMBERS = 100_000
# What a compressed archive may unpack to: a larger one can be unpacked first.
MAX_UNPACKED = 2 * 1024**3
# Manifests and indexes: of one, and of all together with the headers of an archive.
MAX_INDEX, MAX_INDEXES = 16 * 1024**2, 256 * 1024**2
# Files and folders of a mirror.
MAX_ENTRIES = 100_000
# Indexes hold indexes that hold manifests; nothing real is deeper.
MAX_NESTING = 4
_NAME_ANNOTATIONS = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_GZIP = b"\x1f\x8b"


class Available(NamedTuple):
    """An image that an inventory names, with its platforms (`linux/amd64`); none if they are not known."""

    name: str
    platforms: frozenset[str] = frozenset()


def is_archive(head: bytes) -> bool:
    """Whether a file that begins like this is a tar archive, as it is or compressed by gzip."""
    return head[257:262] == b"ustar" or head.startswith(_GZIP)


def read_archive(file: BinaryIO, head: bytes) -> Iterator[Available]:
    """The images of what `docker save` or `ctr images export` wrote.

    Raises OSError, ValueError, and UnreadableError beyond a limit.
    """
    import gzip
    import tarfile
    import zlib

    file.seek(0)
    is_compressed = head.startswith(_GZIP)
    unpacked = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_compressed else file
    try:
        with tarfile.open(fileobj=cast("Any", _Metered(unpacked, is_compressed=is_compressed)), mode="r:") as archive:
            members = _indexes(archive)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error
    for image in objects(load_json(members.get("manifest.json") or b"[]")):
        yield from map(Available, texts(image.get("RepoTags")))
    yield from _Layout(members.get).images()


def read_folder(path: str, tree: str | None) -> Iterator[Available]:
    """The images of an OCI layout, or of the folders that `skopeo sync --dest dir --scoped` makes: one for each image.

    Raises OSError, ValueError, and UnreadableError beyond a limit.
    """

    def read(name: str) -> bytes | None:
        file = os.path.join(path, *name.split("/"))
        if tree is not None and not is_of_tree(file, tree):
            raise UnreadableError("holds a symbolic link out of the work tree")
        try:
            return read_bounded(file, MAX_INDEX)
        except FileNotFoundError:
            return None

    if os.path.isfile(os.path.join(path, "index.json")):
        yield from _Layout(read).images()
        return
    entries, found = 0, list[tuple[str, bool]]()
    for folder, folders, files in os.walk(path):
        entries += 1 + len(files)
        if entries > MAX_ENTRIES:
            raise UnreadableError(f"holds more than {MAX_ENTRIES:,} files and folders")
        if folder != path and ("manifest.json" in files or "index.json" in files):
            found.append((folder, "manifest.json" in files))
            folders.clear()
    for folder, is_image in sorted(found):
        if is_image:
            yield Available(os.path.relpath(folder, path).replace(os.sep, "/"))
        else:
            yield from read_folder(folder, tree)


class _Metered:
    """A file that refuses to read beyond the limits, even if the headers of an archive require it."""

    def __init__(self, file: BinaryIO, *, is_compressed: bool) -> None:
        self._file = file
        self._is_compressed = is_compressed
        self._left = MAX_INDEXES

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes."""
        self._left -= size
        if self._left < 0:
            raise UnreadableError(f"more than {size_text(MAX_INDEXES)} of headers and indexes, not read")
        return self._file.read(size)

    def seek(self, offset: int) -> int:
        """Skip to an offset."""
        if self._is_compressed and offset > MAX_UNPACKED:
            raise UnreadableError(f"unpacks to more than {size_text(MAX_UNPACKED)}; unpack it to have it read")
        return self._file.seek(offset)

    def tell(self) -> int:
        """The offset of what is read next."""
        return self._file.tell()


def _indexes(archive: tarfile.TarFile) -> dict[str, bytes]:
    """The manifests and indexes of an archive by name: one pass, as a compressed one cannot be read backward."""
    found: dict[str, bytes] = {}
    for number, member in enumerate(archive):
        if number == MAX_MEMBERS:
            raise UnreadableError(f"has more than {MAX_MEMBERS:,} members, not read")
        name, is_named = member.name.removeprefix("./"), member.name.endswith(("manifest.json", "index.json"))
        if not member.isfile() or not (is_named or name.startswith("blobs/sha256/")):
            continue
        if member.size > MAX_INDEX:
            if is_named:
                raise UnreadableError(f"{name} is larger than {size_text(MAX_INDEX)}, not read")
            continue
        content = archive.extractfile(member)
        text = content.read(MAX_INDEX) if content is not None else b""
        if is_named or b'"manifests"' in text:
            found[name] = text
    return found


class _Layout:
    """An OCI layout (image-spec v1.1, image-layout.md): `index.json`, and blobs by digest."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        # The content of a file in the layout, None if it is not there.
        self._read = read
        # Each digest is read once; one that is being read holds nothing yet, should it name itself.
        self._platforms: dict[str, frozenset[str]] = {}
        self._left = MAX_INDEXES

    def images(self) -> Iterator[Available]:
        """The images with a name, with their platforms."""
        for descriptor in objects(self._load("index.json").get("manifests")):
            annotations = object_of(descriptor.get("annotations"))
            names = [annotations[key] for key in _NAME_ANNOTATIONS if isinstance(annotations.get(key), str)]
            platforms = self._platforms_of(descriptor, 0)
            for name in names[:1]:
                yield Available(name, platforms)
                if isinstance(descriptor.get("digest"), str):
                    yield Available(f"{image_parts(name).name}@{descriptor['digest']}", platforms)

    def _platforms_of(self, descriptor: dict[str, Any], depth: int) -> frozenset[str]:
        own, digest = platform_of(object_of(descriptor.get("platform"))), str(descriptor.get("digest"))
        if not DIGEST.fullmatch(digest) or "index" not in str(descriptor.get("mediaType")):
            return own
        if digest not in self._platforms:
            if depth == MAX_NESTING:
                raise UnreadableError(f"indexes nested deeper than {MAX_NESTING} levels, not read")
            self._platforms[digest] = frozenset()
            children = objects(self._load(f"blobs/sha256/{digest.removeprefix('sha256:')}").get("manifests"))
            self._platforms[digest] = frozenset[str]().union(
                *(self._platforms_of(child, depth + 1) for child in children)
            )
        return own | self._platforms[digest]

    def _load(self, name: str) -> dict[str, Any]:
        raw = self._read(name)
        self._left -= len(raw or b"")
        if self._left < 0:
            raise UnreadableError(f"more than {size_text(MAX_INDEXES)} of indexes, not read")
        return object_of(load_json(raw)) if raw else {}


def platform_of(fields: dict[str, Any]) -> frozenset[str]:
    """`linux/amd64` for an object with `os` and `architecture`; empty if it does not say."""
    system, architecture = fields.get("os"), fields.get("architecture")
    is_known = isinstance(system, str) and isinstance(architecture, str) and system != "unknown"
    return frozenset({f"{system}/{architecture}"}) if is_known else frozenset()


def object_of(value: object) -> dict[str, Any]:
    """A JSON object; empty for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def objects(value: object) -> list[dict[str, Any]]:
    """The items of a JSON array as objects."""
    return [object_of(item) for item in cast("list[object]", value)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The texts of a JSON array."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]
