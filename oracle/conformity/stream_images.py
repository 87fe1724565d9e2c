"""The images of pods in the JSON values that kubectl reads: restated here so that two readings can be compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformity.json_values import is_array, is_object
from imagelint.facts.kinds import core_kinds, group_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_API_VERSION = re.compile(r"(?:[a-z0-9.-]+/)?v\d[a-z0-9]*")
_LISTS = {"containers": "container", "initContainers": "init", "ephemeralContainers": "ephemeral"}
# Replaces an image that is a number or a boolean, whose text JSON does not keep.
NO_TEXT = "?"


def images_in(documents: Iterable[Any]) -> list[tuple[str, str, str]]:
    """Kind of the object, type of the container and image, sorted, of the pods of core kinds."""
    found = (image for document in documents for image in _images_of_object(document, None))
    return sorted(found)


def _images_of_object(value: Any, inherited: tuple[str, str] | None) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - any JSON value
    heading = (_heading(value) or inherited) if is_object(value) else None
    if heading is None:
        return
    version, kind = heading
    if kind.endswith("List") and is_array(value.get("items")):
        for item in value["items"]:
            yield from _images_of_object(item, (version, kind[: -len("List")]))
    elif kind == "Template" and is_array(value.get("objects")):
        for item in value["objects"]:
            yield from _images_of_object(item, None)
    else:
        path = core_kinds().pod_specs.get(group_kind(version, kind))
        if path is not None and _API_VERSION.fullmatch(version):
            yield from ((kind, type_, image) for type_, image in _images_of_spec(_at(value, path)))


def _heading(root: dict[str, Any]) -> tuple[str, str] | None:
    version, kind = root.get("apiVersion"), root.get("kind")
    return (version, kind) if isinstance(version, str) and isinstance(kind, str) and version and kind else None


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
        yield found
    elif found is not None and not (is_object(found) or is_array(found)):
        yield NO_TEXT
