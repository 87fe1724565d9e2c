"""From a failed pull to the container in the manifests: by its image, its names and its namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.diagnose.merge import image_key
from imagelint.diagnose.observations import Line
from imagelint.diagnose.owners import workloads_of
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container

    from imagelint.diagnose.observations import Failure
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.text.places import Place, SourceId


class Match(NamedTuple):
    """A container of the manifests, and how well it fits a failure; the larger, the better."""

    has_image: bool
    has_name: bool
    has_container: bool
    has_namespace: bool
    # Another registry in front of the same repository and tag: a mirror, or a webhook.
    is_moved: bool


def line_of(index: Index, place: Place) -> Line:
    """The line where the text at a place was written."""
    facts = index.files.get(place.source)
    written = facts.written(place) if facts is not None else place
    return Line(written.path, written.span.line)


def best_use(index: Index, failure: Failure, reported: Container[SourceId]) -> tuple[ImageUse, Match] | None:
    """The container that a failure is about, None if the manifests have none that fits."""
    names = workloads_of(failure.pod) if failure.pod is not None else []
    key = image_key(failure.image)
    best: tuple[ImageUse, Match] | None = None
    for use in index.images:
        if use.pod.source not in reported:
            continue
        match = _match(use, failure, names, key)
        if match is not None and (best is None or match > best[1]):
            best = use, match
    return best


def _match(use: ImageUse, failure: Failure, names: list[str], key: str | None) -> Match | None:
    namespaces = {use.pod.namespace, failure.namespace} - {None}
    if len(namespaces) > 1:
        return None
    has_image = key is not None and image_key(use.effective) == key
    has_name = use.pod.resource.name in names
    has_container = failure.container is not None and failure.container == use.container.name
    is_moved = not has_image and _tail(use.effective) == _tail(failure.image)
    fits = has_image or (has_name and (failure.container is None or has_container)) or (is_moved and has_container)
    return Match(has_image, has_name, has_container, len(namespaces) == 1, is_moved) if fits else None


def _tail(image: str | None) -> tuple[str, ...]:
    """The last part of the repository, with tag and digest; mirrors keep it."""
    key = image_key(image)
    return tuple(key.split("/")[-1:]) if key is not None and "/" in key else ()
