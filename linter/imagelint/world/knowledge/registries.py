"""The registries that imagelint knows, by host."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from imagelint.text.glob_table import GlobTable
from imagelint.text.lazy import cached_property
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator


class Access(StrEnum):
    """Whether pulls need credentials: never, always, or by repository."""

    PUBLIC = "public"
    PRIVATE = "private"
    MIXED = "mixed"


class Registry(NamedTuple):
    """One entry of `registries.yaml`, whose head explains the fields."""

    host: str
    name: str
    operator: str
    access: Access
    status: str
    source: str
    evidence: str
    since: str | None = None
    ends: str | None = None
    replacement: str | None = None
    same_paths: bool = False
    node_credentials: str | None = None
    note: str | None = None

    @property
    def is_shut_down(self) -> bool:
        """Whether the host answers no more."""
        return self.status == "shut-down"


class Registries:
    """Look-up by host: an exact entry beats a glob, a glob with more literal text one with less.

    Takes the entries as JSON gives them. A run looks up a few hosts, so only those become a `Registry`, and
    only the globs that come near one become a regular expression.
    """

    def __init__(self, entries: Iterable[dict[str, Any]]) -> None:
        self._entries = {str(entry["host"]): entry for entry in entries}
        self._found: dict[str, Registry | None] = {}

    def find(self, host: str | None) -> Registry | None:
        """Return what is known of a host, written as in a reference: `host` or `host:port`.

        Docker Hub is `docker.io`: its other names are normalised before. DNS is not case-sensitive, so neither is this.
        An entry without a port does not match a host with one, as another port is another service.
        """
        if host is None:
            return None
        if host not in self._found:
            self._found[host] = self._look_up(host.lower())
        return self._found[host]

    def all(self) -> Iterator[Registry]:
        """Return every entry, in the order of the source."""
        return map(self._registry, self._entries)

    def hosts(self) -> frozenset[str]:
        """Return the hosts that are not globs."""
        return self._exact

    def spellings(self) -> Collection[str]:
        """Return every host, with the globs, in the order of the source."""
        return self._entries.keys()

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(host for host in self._entries if "*" not in host)

    @cached_property
    def _globs(self) -> GlobTable[_Glob]:
        globs = sorted(map(_Glob, self._entries), key=lambda glob: glob.literals, reverse=True)
        return GlobTable((glob.text, glob) for glob in globs if "*" in glob.text)

    def _look_up(self, host: str) -> Registry | None:
        if host in self._exact:
            return self._registry(host)
        return next((self._registry(glob.text) for glob in self._globs.near(host) if glob.matches(host)), None)

    def _registry(self, host: str) -> Registry:
        entry = self._entries[host]
        fields: dict[str, Any] = {**entry, "access": Access(entry["access"])}
        return Registry(**fields)


class _Glob:
    """A host in which `*` is any run of characters; never a port, unless the entry names one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.literals = len(text) - text.count("*")

    def matches(self, host: str) -> bool:
        """Whether a lower-case host is one of these."""
        return self._pattern.fullmatch(host) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        from imagelint.text.globs import joined_by_stars

        return re.compile(joined_by_stars([re.escape(part) for part in self.text.split("*")], "[^:/]"))
