"""Registries that are not well known, and that something beside the manifests shows to be meant.

Scripts, pipelines, build files and texts use them, or other objects serve hosts of their domain.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from imagelint.facts import registry_commands
from imagelint.facts.kinds import is_values_file
from imagelint.facts.public_projects import of_harbor, of_jobs
from imagelint.facts.registry_signs import RegistryInUse
from imagelint.sources.instruction_names import (
    is_build_file,
    is_dockerfile,
    is_of_gradle,
    is_pipeline,
    is_terraform,
    is_text,
)
from imagelint.sources.instructions import text_of
from imagelint.text.paths import shown
from imagelint.text.places import SourceId
from imagelint.text.source import MAX_SMALL, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from imagelint.facts.input import Input
    from imagelint.facts.registry_signs import PublicProject

# What is read again of the manifests, at most: files, and bytes of those that have a domain.
_MOST_READ_AGAIN, _MOST_BYTES = 1000, 16 * 1024 * 1024
# Hosts that are looked for, at most.
_MOST_HOSTS = 100


class RegistriesInUse:
    """What shows that some hosts are meant."""

    def __init__(self, found: Input, hosts: AbstractSet[str]) -> None:
        self._found = found
        self._hosts = sorted(hosts)[:_MOST_HOSTS]
        self._in_use: dict[str, dict[str, RegistryInUse]] = {}
        self._public: dict[str, set[PublicProject]] = {}
        self._left = _MOST_BYTES

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        if is_dockerfile(path):  # of which the search reads only the name
            text = text_of(path)
        hosts = {host for host in self._hosts if host in text}
        if hosts:
            self._add(shown(path), _reader(path)(text, hosts))
            if is_pipeline(path):
                self._add_public(shown(path), of_jobs(text))

    def note(self) -> None:
        """Look in the manifests that say which hosts lead to the cluster, and note in the input what was found."""
        from imagelint.facts.served_hosts import domain_of

        domains = {host: domain_of(host) for host in self._hosts}
        for source in islice(self._serving(), _MOST_READ_AGAIN):
            data = self._read_again(source)
            if b"externalURL" in data:
                self._add_public(source.path, of_harbor(data.decode("utf-8", "replace")))
            served = [*self._served_by(data, domains)] if domains else []
            self._add(source.path, served)
            for use in served:
                del domains[use.host]
        for path, uses in self._in_use.items():
            facts = self._found.facts_at(path)
            self._found.files[SourceId(path)] = facts._replace(registries_in_use=tuple(uses.values()))
        for path, projects in self._public.items():
            facts = self._found.facts_at(path)
            self._found.files[SourceId(path)] = facts._replace(public_projects=frozenset(projects))

    def _serving(self) -> Iterator[SourceId]:
        """The files with objects that serve hosts, or with values of charts that may."""
        for source, facts in self._found.files.items():
            if not source.part and (facts.serves_hosts or facts.has_releases or is_values_file(source.path)):
                yield source

    def _read_again(self, source: SourceId) -> bytes:
        """The start of a manifest; nothing of one that vanished."""
        try:
            return self._found.sources.read(source).data[:MAX_SMALL]
        except UnreadableError:
            return b""

    def _served_by(self, data: bytes, domains: dict[str, str]) -> Iterator[RegistryInUse]:
        from imagelint.facts.served_hosts import is_within, served_hosts

        lower = data.lower()
        near = {host: domain for host, domain in domains.items() if domain.encode() in lower}
        if not near or len(data) > self._left:
            return
        self._left -= len(data)
        served = dict.fromkeys(served_hosts(data))
        for host, domain in near.items():
            itself = host.partition(":")[0].lower()
            name = itself if itself in served else next((one for one in served if is_within(one, domain)), None)
            if name is not None:
                yield RegistryInUse(host, f"serves `{name}`")

    def _add_public(self, path: str, projects: Iterable[PublicProject]) -> None:
        found = {one for one in projects if one.name.partition("/")[0] in self._hosts}
        if found:
            self._public.setdefault(path, set()).update(found)

    def _add(self, path: str, uses: Iterable[RegistryInUse]) -> None:
        for use in uses:
            self._in_use.setdefault(path, {}).setdefault(use.host, use)


def _reader(path: str) -> Callable[[str, AbstractSet[str]], Iterator[RegistryInUse]]:
    """What looks for registries in a file of this name."""
    if is_dockerfile(path):
        return registry_commands.in_dockerfile
    if is_text(path):
        return registry_commands.in_text
    if is_terraform(path):
        return registry_commands.in_terraform
    if is_build_file(path) or is_of_gradle(path):
        return registry_commands.in_build_file
    return registry_commands.in_pipeline if is_pipeline(path) else registry_commands.in_commands
