"""Pull secrets that commands of scripts and pipelines create.

Source: `kubectl create secret docker-registry NAME`, and `generic` with a type or a file of a docker config (kubectl
v1.36 `pkg/cmd/create/create_secret_docker.go`); `oc` has the same commands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import FileFacts, NamespacedName
from imagelint.sources.instructions import is_text
from imagelint.text.paths import shown
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from imagelint.facts.input import Input

_COMMENT = re.compile(r"(?:^|\s)#")
_BETWEEN_COMMANDS = re.compile(r"[;&|]+")
_COMMAND = re.compile(r"\bcreate[ \t]+secret[ \t]+(docker-registry|generic)\b(.{0,2000})")
_BETWEEN_WORDS = re.compile(r"[\s\"'`]+")
_NAMESPACE = re.compile(r"\s(?:-n|--namespace)[ \t=]*[\"']?([a-z0-9][a-z0-9-]{0,62})(?![^\s\"'`])")


class Created:
    """Those of some pull secrets that instructions create."""

    def __init__(self, found: Input, names: AbstractSet[str]) -> None:
        self._found = found
        self._names = names
        self._created: dict[str, frozenset[NamespacedName]] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions; what texts have are examples."""
        if not is_text(path) and (created := secrets_of_commands(text, self._names)):
            self._created[shown(path)] = created

    def note(self) -> None:
        """Note in the input what was found."""
        for path, created in self._created.items():
            facts = self._found.files.get(SourceId(path), FileFacts())
            self._found.files[SourceId(path)] = facts._replace(created_secrets=created)


def secrets_of_commands(text: str, names: AbstractSet[str]) -> frozenset[NamespacedName]:
    """The pull secrets that commands in a text create under one of the names; the namespace is None if not stated."""
    found = set[NamespacedName]()
    for line in text.replace("\\\n", " ").splitlines() if "secret" in text else ():
        for command in _BETWEEN_COMMANDS.split(_COMMENT.split(line, 1)[0]):
            created = _COMMAND.search(command)
            if created is not None and (created[1] == "docker-registry" or "dockerconfigjson" in created[2]):
                namespace = _NAMESPACE.search(command)
                words = names & {*_BETWEEN_WORDS.split(created[2])}
                found.update(NamespacedName(namespace[1] if namespace else None, name) for name in words)
    return frozenset(found)
