"""`images`: other names, tags and digests for images (`api/filters/imagetag`, `api/internal/image`)."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.facts.unit import Remark
from imagelint.kubelet.reference import image_parts
from imagelint.sources.kustomize.commented_out import commented_out
from imagelint.sources.kustomize.fields import RefusedError, is_null, with_entry, with_items
from imagelint.sources.kustomize.image_rewrites import ImageEntry, Rewrites
from imagelint.text.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.sources.kustomize.field_specs import Specs
    from imagelint.sources.kustomize.fields import Keys
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.resource import Resource
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Node, Path

_CONTAINERS = frozenset({"containers", "initContainers"})
# How many parts of objects are known at a time.
_MOST_KNOWN = 2048


def images(state: State, layer: Layer) -> None:
    """`images`, and `imageTags` as it was called before."""
    entries = [entry_of(layer, node, key) for key, node in layer.entries("images", "imageTags")]
    if entries:
        set_images(state, layer, entries, state.config.fields("images"))


def entry_of(layer: Layer, node: Mapping, key: str) -> ImageEntry:
    """An entry of `images`."""
    name = layer.scalar("name", node)
    fields = (layer.scalar(field, node) for field in ("newName", "newTag", "digest", "tagSuffix"))
    return ImageEntry(name.value if name else "", node, key, *fields)


def set_images(state: State, layer: Layer, entries: list[ImageEntry], specs: Specs) -> None:
    """Apply entries of `images`, in their order. Raises RefusedError."""
    rewrites = Rewrites(state, layer, entries)
    others: set[str] = set()
    for resources in (state.resources, state.unplaced):
        for number, resource in enumerate(resources):
            if resource.id.kind != "CustomResourceDefinition":
                resources[number] = resource.changed(_rewritten(state, resource, rewrites, specs, others))
    names = {image_parts(image).name for image in others} if rewrites.missed else set[str]()
    for entry in rewrites.missed.values():
        _report(state, layer, entry, names)


def _rewritten(state: State, resource: Resource, rewrites: Rewrites, specs: Specs, others: set[str]) -> Mapping:
    """An object with other images; those that stay are added to `others`. Raises RefusedError."""
    node = resource.node
    for path, times in _image_paths(resource, specs).items():
        image = _at(node, path)
        if is_null(image):
            continue
        if not isinstance(image, Scalar):
            raise RefusedError(f"an image of `{resource.id}` is not a text")
        if state.is_unknown(image):
            rewrites.missed.clear()  # any entry may be for it
            continue
        changed = rewrites.apply(image, times)
        if changed is image:
            others.add(image.value)
        else:
            node = _replaced(node, path, changed)
    return node


def _report(state: State, layer: Layer, entry: ImageEntry, names: set[str]) -> None:
    place = layer.place(layer.scalar("name", entry.node) or entry.node)
    message = f"no image is called `{entry.name}`"
    deleted = next((one for one in state.deleted if _has_image(one.node, entry.name)), None)
    if (commented := commented_out(state, layer, "image", entry.name)) is not None:
        state.miss(Remark(place, f"{message}, except in {commented}", is_dormant=True))
    elif deleted is not None:
        reason = f"a patch deletes {deleted.id.kind} `{deleted.id.name}`, which has it"
        state.miss(Remark(place, f"{message} any more: {reason}"))
    else:
        state.miss(Remark(place, f"{message}{state.did_you_mean(entry.name, dict.fromkeys(names).items())}"))


def _has_image(node: Mapping, name: str) -> bool:
    """Whether a container of an object has an image of this name."""
    images = (_at(node, path) for key, value in node.pairs() for path in _container_paths(key.value, value))
    return any(isinstance(image, Scalar) and image_parts(image.value).name == name for image in images)


def _image_paths(resource: Resource, specs: Specs) -> dict[Path, int]:
    """Where the images of an object are, and how often kustomize looks there: in containers, and at known fields."""
    node = resource.node
    paths = [path for key, value in node.pairs() for path in _container_paths(key.value, value)]
    for spec in specs:
        key = spec.keys[0].removesuffix("[]")
        value = node.get(key)
        if value is not None and spec.applies_to(resource.id):
            paths += _field_paths(key, value, spec.keys[1:])
    return Counter(paths)


# Overlays share what they do not change of their bases.
@lru_cache(maxsize=_MOST_KNOWN)
def _container_paths(key: str, value: Node) -> tuple[Path, ...]:
    return tuple(_in_entry(key, value, ()))


@lru_cache(maxsize=_MOST_KNOWN)
def _field_paths(key: str, value: Node, keys: Keys) -> tuple[Path, ...]:
    return tuple(_at_keys(value, keys, (key,)))


def _in_containers(node: Node, path: Path) -> Iterator[Path]:
    if isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            if not isinstance(item, Scalar):
                yield from _in_containers(item, (*path, number))
    elif isinstance(node, Mapping):
        for key, value in node.pairs():
            yield from _in_entry(key.value, value, path)


def _in_entry(key: str, value: Node, path: Path) -> Iterator[Path]:
    if isinstance(value, Scalar):
        return
    yield from _in_containers(value, (*path, key))
    if key in _CONTAINERS and isinstance(value, Sequence):
        for number, item in enumerate(value.items):
            if isinstance(item, Mapping) and item.get("image") is not None:
                yield (*path, key, number, "image")


def _at_keys(node: Node, keys: Keys, path: Path) -> Iterator[Path]:
    if not keys:
        yield path
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from _at_keys(item, keys, (*path, number))
    elif isinstance(node, Mapping):
        key = keys[0].removesuffix("[]")
        value = node.get(key)
        if value is not None:
            yield from _at_keys(value, keys[1:], (*path, key))
    elif not is_null(node):
        raise RefusedError(f"there is a text where `{keys[0]}` is looked for")


def _at(node: Node, path: Path) -> Node | None:
    found: Node | None = node
    for part in path:
        if isinstance(found, Mapping):
            found = found.get(str(part))
        elif isinstance(found, Sequence):
            found = found.items[int(part)]
    return found


def _replaced(node: Mapping, path: Path, value: Node) -> Mapping:
    """A mapping with another value at a path that leads somewhere."""
    key, rest = str(path[0]), path[1:]
    return with_entry(node, key, _with(node.get(key), rest, value))


def _with(node: Node | None, path: Path, value: Node) -> Node:
    if path and isinstance(node, Mapping):
        return _replaced(node, path, value)
    if path and isinstance(node, Sequence):
        items = [*node.items]
        items[int(path[0])] = _with(items[int(path[0])], path[1:], value)
        return with_items(node, items)
    return value
