"""Registries that scripts set the nodes of a development cluster up to reach.

Source: the script of kind's documentation for a local registry (kind.sigs.k8s.io/docs/user/local-registry), today with
the `certs.d` of containerd, and before with its `registry.mirrors`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import FileFacts
from imagelint.sources.instructions import is_text
from imagelint.text.paths import shown
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from imagelint.facts.input import Input

_SET_UP = re.compile(
    r"(?:\bmirrors\.\\?\"|/certs\.d/)((?:\$\{\w{1,60}(?::?-[^{}\n]{0,80})?\}|\$\w{1,60}|[\w.:-]){1,255})", re.ASCII
)


_COMMENT = r"(?m)^[ \t]*#.*"


class NodeRegistries:
    """The hosts of registries in instructions."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._hosts: dict[str, tuple[str, ...]] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions; what texts have are examples."""
        found = (
            _SET_UP.findall(re.sub(_COMMENT, "", text))
            if ("mirrors" in text or "certs.d" in text) and not is_text(path)
            else []
        )
        if found:
            from imagelint.facts.builders.commands import replaced, variables_of

            variables = variables_of(text)
            hosts = dict.fromkeys(replaced(host, variables) for host in found)
            self._hosts[shown(path)] = tuple(host for host in hosts if "*" not in host)

    def note(self) -> None:
        """Note in the input what was found."""
        for path, hosts in self._hosts.items():
            facts = self._found.files.get(SourceId(path), FileFacts())
            self._found.files[SourceId(path)] = facts._replace(node_registries=(*facts.node_registries, *hosts))
