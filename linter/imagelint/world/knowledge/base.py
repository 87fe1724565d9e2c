"""What imagelint knows, and what a user adds to it."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from imagelint.text.lazy import cached_property
from imagelint.world.knowledge.known_images import Images
from imagelint.world.knowledge.registries import Registries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imagelint.world.knowledge.misspellings import Misspellings

FOLDER = os.path.dirname(__file__)
PARTS = ("registries", "images", "misspellings")


class Knowledge:
    """The built-in entries, and those of a user, which replace the built-in ones of the same name."""

    def __init__(self, added: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        self._added = added

    @cached_property
    def registries(self) -> Registries:
        """Registries by host."""
        return Registries(self._entries("registries"))

    @cached_property
    def images(self) -> Images:
        """Images that are gone or going."""
        return Images(self._entries("images"), _compiled("copies"))

    @cached_property
    def misspellings(self) -> Misspellings:
        """Hosts that are written by mistake."""
        from imagelint.world.knowledge.misspellings import Misspellings

        return Misspellings(self._entries("misspellings"))

    @cached_property
    def official_images(self) -> frozenset[str]:
        """The names that `docker.io/library` has or had: Docker's official images, as of 2026."""
        return frozenset(_compiled("official"))

    def _entries(self, part: str) -> list[dict[str, Any]]:
        built_in, added = _compiled(part), self._added.get(part, ())
        if not added:
            return built_in
        return [*{entry_name(entry): entry for entry in (*built_in, *added)}.values()]


def entry_name(entry: Mapping[str, Any]) -> str:
    """What an entry is about: two with the same name are one."""
    return str(entry["host"]) if "host" in entry else f"{entry['match']} {entry.get('tags', '')}".rstrip()


@cache
def builtin() -> Knowledge:
    """What imagelint knows by itself."""
    return Knowledge({})


def _compiled(part: str) -> list[Any]:
    with open(os.path.join(FOLDER, f"{part}.json"), encoding="utf-8") as file:
        entries: list[Any] = json.load(file)
    return entries
