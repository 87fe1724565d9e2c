"""Where objects are in a list, by the names that they have or had."""

from __future__ import annotations

from bisect import bisect_left
from itertools import compress, count
from operator import is_not
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.sources.kustomize.resource import Resource


class NameIndex:
    """The positions of objects by name, for a list that transformers change at will.

    An object that is found may have lost the name since: whoever looks for it compares.
    """

    def __init__(self) -> None:
        # The list as it was last.
        self._seen: list[Resource] = []
        self._positions: dict[str, set[int]] = {}
        # All names, sorted; None since there is another.
        self._names: list[str] | None = None
        # Whether all objects were known to be different, and have the identities that they had then.
        self._is_unique = False

    def named(self, resources: list[Resource], name: str) -> list[int]:
        """The positions of objects that may have a name, sorted."""
        self._follow(resources)
        return sorted(self._positions.get(name, ()))

    def beginning(self, resources: list[Resource], prefix: str) -> list[int]:
        """The positions of objects that may have a name that begins like this, sorted."""
        self._follow(resources)
        return sorted({number for name in self._beginning(prefix) for number in self._positions[name]})

    def unique(self, resources: list[Resource]) -> list[Resource]:
        """The objects without those that are the same as an earlier one."""
        self._follow(resources)
        if not self._is_unique:
            first = {resource.id.key: resource for resource in reversed(resources)}
            resources = [resource for resource in resources if first[resource.id.key] is resource]
            self._follow(resources)
            self._is_unique = True
        return resources

    def put(self, resources: list[Resource], number: int, resource: Resource) -> None:
        """Replace an object in the list."""
        is_followed = number < len(self._seen) and self._seen[number] is resources[number]
        resources[number] = resource
        if is_followed:
            self._take(number, resource)

    def _beginning(self, prefix: str) -> Iterator[str]:
        if self._names is None:
            self._names = sorted(self._positions)
        for number in range(bisect_left(self._names, prefix), len(self._names)):
            if not self._names[number].startswith(prefix):
                return
            yield self._names[number]

    def _follow(self, resources: list[Resource]) -> None:
        """Take in what has changed without `put`."""
        if resources == self._seen:  # which is much faster than to look for what is not
            return
        if len(resources) == len(self._seen):
            changed = [*compress(count(), map(is_not, resources, self._seen))]
        elif resources[: len(self._seen)] == self._seen:  # more were added, as by each generator
            changed = [*range(len(self._seen), len(resources))]
            self._seen, self._is_unique = [*resources], False
        else:
            self._positions, self._names, self._is_unique = {}, None, False
            self._seen, changed = [*resources], [*range(len(resources))]
        for number in changed:
            self._take(number, resources[number])

    def _take(self, number: int, resource: Resource) -> None:
        self._is_unique = self._is_unique and self._seen[number].id.key == resource.id.key
        self._seen[number] = resource
        for own in resource.ids:
            if own.name not in self._positions:
                self._positions[own.name], self._names = set(), None
            self._positions[own.name].add(number)
