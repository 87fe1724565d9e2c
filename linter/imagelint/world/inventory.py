"""What can really be pulled: lists of images as clusters, runtimes and copying tools print them."""

from __future__ import annotations

import io
import os
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from imagelint.kubelet.reference import image_parts, is_reference, parse_reference
from imagelint.text.bounded import MAX_LIST, load_json, open_bounded, read_rest
from imagelint.text.errors import UserFileError
from imagelint.text.lazy import cached_property
from imagelint.text.source import UnreadableError, refusal
from imagelint.world.availability import UNKNOWN, Availability, Status
from imagelint.world.layouts import (
    DIGEST,
    Available,
    is_archive,
    object_of,
    objects,
    platform_of,
    read_archive,
    read_folder,
    texts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.kubelet.reference import ImageReference

# A mirror of everything that a company runs names some tens of thousands.
MAX_IMAGES = 1_000_000


class InventoryError(UserFileError):
    """A file or folder that is not an inventory in a known format."""


class _Repository:
    """What is known of one repository. Its platforms are by tag or digest."""

    def __init__(self) -> None:
        self.tags: set[str] = set()
        self.digests: set[str] = set()
        self.platforms: dict[str, set[str]] = {}

    @cached_property
    def sorted_tags(self) -> tuple[str, ...]:
        """Its tags, once all of them are known."""
        return tuple(sorted(self.tags))


class Inventory:
    """The images that can be pulled. It is complete for each repository that it names, and as a whole if it says so."""

    def __init__(self, images: Iterable[Available], *, is_complete: bool = False) -> None:
        self.is_complete = is_complete
        self._repositories: dict[str, _Repository] = {}
        self._found: dict[ImageReference, Availability] = {}
        for image in images:
            self._add(image)

    def availability(self, image: ImageReference) -> Availability:
        """What the inventory shows of an image; nothing if it can show neither."""
        if image not in self._found:
            self._found[image] = self._look_up(image)
        return self._found[image]

    def _look_up(self, image: ImageReference) -> Availability:
        found = self._repositories.get(image.normalized)
        if found is None:
            return Availability(Status.REPOSITORY_MISSING) if self.is_complete else UNKNOWN
        key = image.digest or image.effective_tag or ""
        listed = found.tags if image.digest is None else found.digests
        platforms = frozenset(found.platforms.get(key, ()))
        if not listed:
            return Availability(platforms=platforms)
        if key in listed:
            return Availability(Status.PRESENT, platforms)
        return Availability(Status.TAG_MISSING, platforms, found.sorted_tags)

    def _add(self, image: Available) -> None:
        reference = parse_reference(image.name)
        found = self._repositories.setdefault(reference.normalized, _Repository())
        if reference.digest is not None:
            found.digests.add(reference.digest)
        if reference.effective_tag is not None:
            found.tags.add(reference.effective_tag)
        for key in (reference.digest, reference.effective_tag):
            if key is not None and image.platforms:
                found.platforms.setdefault(key, set()).update(image.platforms)


def read_inventory(paths: Iterable[str], *, is_complete: bool = False, tree: str | None = None) -> Inventory:
    """The inventory in files and folders, each read once. Raises InventoryError.

    What a folder holds is read only inside of `tree`, after all links; anywhere, without one.
    """
    real = {os.path.realpath(path): path for path in paths}
    images = (image for path in real.values() for image in _read(path, tree))
    inventory = Inventory(islice(images, MAX_IMAGES), is_complete=is_complete)
    if next(images, None) is not None:
        raise InventoryError(f"the inventories name more than {MAX_IMAGES:,} images")
    return inventory


def _read(path: str, tree: str | None) -> Iterator[Available]:
    is_empty = True
    try:
        for image in read_folder(path, tree) if os.path.isdir(path) else _file(path):
            if is_reference(image.name):  # not `<none>:<none>`, not a bare image ID
                is_empty = False
                yield image
    except RecursionError as error:
        raise InventoryError(f"{path}: cannot be read: nested too deep") from error
    except UnreadableError as error:
        raise InventoryError(f"{path}: {error.message}") from error
    except OSError as error:
        raise InventoryError(f"{path}: cannot be read: {refusal(error)}") from error
    except ValueError as error:
        raise InventoryError(f"{path}: cannot be read: {error}") from error
    if is_empty:
        raise InventoryError(f"{path}: names no image in a form that is known")


def _file(path: str) -> Iterator[Available]:
    with open_bounded(path, streams=True) as file:
        head = file.read(512) or b""  # nothing of a file that has to be waited for
        if is_archive(head):
            yield from read_archive(file if file.seekable() else io.BytesIO(read_rest(file, MAX_LIST, head)), head)
            return
        raw = read_rest(file, MAX_LIST, head)
    if raw.lstrip().startswith((b"{", b"[")):
        yield from _json(raw)
    else:
        yield from _lines(raw)


def _json(raw: bytes) -> Iterator[Available]:
    try:
        documents = [load_json(raw)]
    except ValueError:
        documents = [load_json(line) for line in raw.splitlines() if line.strip()]
    for document in documents:
        for entry in (*objects(document), object_of(document)):
            yield from _json_entry(entry)


def _json_entry(fields: dict[str, Any]) -> Iterator[Available]:
    """One object of crictl, docker, skopeo or kubectl."""
    for image in objects(fields.get("images")):  # crictl images -o json
        for name in (*texts(image.get("repoTags")), *texts(image.get("repoDigests"))):
            yield Available(name)
    if isinstance(fields.get("Repository"), str):
        repository = fields["Repository"]
        for tag in (*texts(fields.get("Tags")), *texts([fields.get("Tag")])):  # skopeo list-tags; docker images
            yield Available(f"{repository}:{tag}")
        if DIGEST.fullmatch(str(fields.get("Digest"))):
            yield Available(f"{repository}@{fields['Digest']}")
    for node in (fields, *objects(fields.get("items"))):  # kubectl get nodes -o json
        yield from _node(node)


def _node(node: dict[str, Any]) -> Iterator[Available]:
    status = object_of(node.get("status"))
    info = object_of(status.get("nodeInfo"))
    platform = platform_of({"os": info.get("operatingSystem"), "architecture": info.get("architecture")})
    for image in objects(status.get("images")):
        for name in texts(image.get("names")):
            yield Available(name, platform)


def _lines(raw: bytes) -> Iterator[Available]:
    """A list with one image on each line, or the table of `ctr images ls` and `docker images`."""
    texts = (line.decode("utf-8", "replace").strip() for line in io.BytesIO(raw))
    rows = (text.split() for text in texts if text and not text.startswith("#"))
    heading: list[str] | None = None
    for row in rows:
        if heading is None:
            heading = row[:1]
            if heading in (["REF"], ["REPOSITORY"], ["IMAGE"]):
                continue
        if heading in (["REPOSITORY"], ["IMAGE"]) and len(row) > 1:
            yield Available(f"{row[0]}:{row[1]}")
        else:
            yield from _line(row)


def _line(row: list[str]) -> Iterator[Available]:
    platforms = frozenset(
        part for cell in row[1:] for part in cell.split(",") if re.fullmatch(r"(linux|windows)/[a-z0-9/]+", part)
    )
    digest = next((cell for cell in row[1:] if DIGEST.fullmatch(cell)), None)
    name = row[0].removeprefix("docker://").removeprefix("oci://")
    yield Available(name, platforms)
    if digest is not None and "@" not in name:
        yield Available(f"{image_parts(name).name}@{digest}", platforms)
