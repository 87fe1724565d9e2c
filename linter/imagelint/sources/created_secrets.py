"""Pull secrets that commands of scripts and pipelines create.

Source: `kubectl create secret docker-registry NAME`, and `generic` with a type or a file of a docker config (kubectl
v1.36 `pkg/cmd/create/create_secret_docker.go`); `oc` has the same commands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import FileFacts
from imagelint.sources.instructions import is_text
from imagelint.text.paths import shown
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Collection

    from imagelint.facts.input import Input

_COMMAND = re.compile(r"\bcreate[ \t]+secret[ \t]+(docker-registry|generic)\b([^\n;&|#]{0,2000})")
_BETWEEN_WORDS = re.compile(r"[\s\"'`=]+")


class Created:
    """Those of some pull secrets that instructions create."""

    def __init__(self, found: Input, names: Collection[str]) -> None:
        self._found = found
        self._names = names
        self._created: dict[str, frozenset[str]] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions; what texts have are examples."""
        if not is_text(path) and (created := secrets_of_commands(text, self._names)):
            self._created[shown(path)] = created

    def note(self) -> None:
        """Note in the input what was found."""
        for path, created in self._created.items():
            facts = self._found.files.get(SourceId(path), FileFacts())
            self._found.files[SourceId(path)] = facts._replace(created_secrets=created)


def secrets_of_commands(text: str, names: Collection[str]) -> frozenset[str]:
    """Those of the names that a command in a text gives to a pull secret."""
    found = set[str]()
    for type_, arguments in _COMMAND.findall(text.replace("\\\n", " ")) if "secret" in text else ():
        if type_ == "docker-registry" or "dockerconfigjson" in arguments:
            found.update(_BETWEEN_WORDS.split(arguments))
    return frozenset(found.intersection(names))
