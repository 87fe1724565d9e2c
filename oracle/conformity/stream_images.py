"""The images of pods in the objects that kubectl reads: restated here so that two readings can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformity.json_values import is_array, is_object
from imagelint.facts.kinds import core_kinds, group_kind, is_api_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LISTS = {"containers": "container", "initContainers": "init", "ephemeralContainers": "ephemeral"}
# Replaces an image that is a number or a boolean, whose text JSON does not keep.
NO_TEXT = "?"


def images_in(objects: Iterable[Any]) -> list[tuple[str, str, str]]:
    """Kind of the object, type of the container and image, sorted, of the pods of core kinds; no empty images."""
    return sorted(image for value in objects for image in _images_of_object(value))


def _images_of_object(value: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - any JSON value
    version, kind = value.get("apiVersion"), value.get("kind")
    if isinstance(version, str) and isinstance(kind, str) and is_api_version(version):
        path = core_kinds().pod_specs.get(group_kind(version, kind))
        if path is not None:
            yield from ((kind, type_, image) for type_, image in _images_of_spec(_at(value, path)))


def _at(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON value
    for key in path.split("."):
        value = value.get(key) if is_object(value) else None
    return value


def _images_of_spec(spec: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    for key, type_ in _LISTS.items():
        for container in _items(spec, key):
            yield from ((type_, image) for image in _text(container, "image"))
    for volume in _items(spec, "volumes"):
        yield from (("volume", image) for image in _text(_at(volume, "image"), "reference"))


def _items(value: Any, key: str) -> list[Any]:  # noqa: ANN401 - any JSON value
    found = _at(value, key)
    return found if is_array(found) else []


def _text(value: Any, key: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    found = _at(value, key)
    if isinstance(found, str):
        yield from (found,) if found else ()
    elif found is not None and not (is_object(found) or is_array(found)):
        yield NO_TEXT
