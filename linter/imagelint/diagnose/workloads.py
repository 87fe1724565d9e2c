"""From a failed pull to the container in the manifests: by its image, its names and its namespace."""

from __future__ import annotations

from itertools import product, starmap
from typing import TYPE_CHECKING

from imagelint.diagnose.merge import image_key
from imagelint.diagnose.observations import Line
from imagelint.diagnose.owners import workloads_of
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterator

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


class Workloads:
    """The containers of the manifests, found by what a failure says of one."""

    def __init__(self, index: Index, reported: Container[SourceId]) -> None:
        self._images = index.images
        # The first container of each kind of match, by what it has in common with the failure.
        self._first: dict[tuple[Hashable, ...], int] = {}
        for number, use in enumerate(self._images):
            if use.pod.source in reported:
                self._add(number, use)

    def _add(self, number: int, use: ImageUse) -> None:
        traits = _Traits(image_key(use.effective), _tail(use.effective), use.pod.resource.name, use.container.name)
        own = use.pod.namespace
        for match in _BEST_FIRST:
            if match.has_namespace:
                self._first.setdefault((match, traits.of(match), own), number)
            if (own is not None) == match.has_namespace:
                self._first.setdefault((match, traits.of(match), _UNSTATED), number)

    def best(self, failure: Failure) -> tuple[ImageUse, Match] | None:
        """The container that a failure is about, None if the manifests have none that fits."""
        for match in _BEST_FIRST:
            found = [self._first[key] for key in _keys(failure, match) if key in self._first]
            if found:
                return self._images[min(found)], match
        return None


class _Traits(NamedTuple):
    image: str | None
    tail: tuple[str, ...]
    name: str | None
    container: str | None

    def of(self, match: Match) -> tuple[Hashable, ...]:
        """Those that a match is about."""
        return tuple(
            trait
            for trait, counts in (
                (self.image, match.has_image),
                (self.tail, match.is_moved),
                (self.name, match.has_name),
                (self.container, match.has_container),
            )
            if counts
        )


# What a failure without a namespace has for one.
_UNSTATED = 0
_BOTH = (True, False)
_BEST_FIRST = sorted(
    (
        match
        for match in starmap(Match, product(_BOTH, repeat=len(Match._fields)))
        if (match.has_image and not match.is_moved)
        or (not match.has_image and (match.has_name or (match.is_moved and match.has_container)))
    ),
    reverse=True,
)


def _keys(failure: Failure, match: Match) -> Iterator[tuple[Hashable, ...]]:
    """Where containers are that match a failure like this."""
    image, container = image_key(failure.image), failure.container
    if (match.has_image and image is None) or (match.has_container and container is None):
        return
    if not match.has_image and not match.has_container and container is not None:
        return  # another container of the same pod
    if failure.namespace is not None and not match.has_namespace:
        return
    namespaces = (_UNSTATED,) if failure.namespace is None else (failure.namespace, None)
    names = workloads_of(failure.pod) if match.has_name and failure.pod is not None else []
    for name in names if match.has_name else (None,):
        traits = _Traits(image, _tail(failure.image), name, container)
        yield from ((match, traits.of(match), namespace) for namespace in namespaces)


def _tail(image: str | None) -> tuple[str, ...]:
    """The last part of the repository, with tag and digest; mirrors keep it."""
    key = image_key(image)
    return tuple(key.split("/")[-1:]) if key is not None and "/" in key else ()
