"""Registries that scripts set the nodes of a development cluster up to reach.

Source: the script of kind's documentation for a local registry (kind.sigs.k8s.io/docs/user/local-registry), today with
the `certs.d` of containerd, and before with its `registry.mirrors`; `minikube addons enable registry`; the file
`registries.yaml` of k3s.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.sources.instruction_names import is_text
from imagelint.text.paths import shown
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.input import Input

_SET_UP = re.compile(
    r"(?:\bmirrors\.\\?\"|/certs\.d/)((?:\$\{\w{1,60}(?::?-[^{}\n]{0,80})?\}|\$\w{1,60}|[\w.:-]){1,255})", re.ASCII
)


_COMMENT = r"(?m)^[ \t]*#.*"
_WORDS = ("mirrors", "certs.d", "minikube")
# The add-on of minikube is at this host on its nodes.
_ADD_ON, _OF_ADD_ON = r"\bminikube\b.{0,200}\baddons[ \t]+enable\b.{0,200}\bregistry(?![\w-])", "localhost:5000"
# The file of k3s in a text, with the keys of its mirrors.
_OF_K3S, _MIRRORS = "registries.yaml", r"(?m)^([ \t]*)mirrors:[ \t]*\n((?:\1[ \t]+[^\n]*\n){1,60})"
_KEY = r"(?m)^[ \t]+[\"']?([\w.-]+:[0-9]+|[\w-]+\.[\w.-]+)[\"']?:[ \t]*$"


def _set_up(text: str) -> Iterator[str]:
    """The hosts in a script, as written."""
    yield from _SET_UP.findall(text)
    if "minikube" in text and re.search(_ADD_ON, text):
        yield _OF_ADD_ON
    if _OF_K3S in text:
        for _, mirrors in re.findall(_MIRRORS, text):
            yield from re.findall(_KEY, mirrors)


class NodeRegistries:
    """The hosts of registries in instructions."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._hosts: dict[str, tuple[str, ...]] = {}

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions; what texts have are examples."""
        if is_text(path) or not any(word in text for word in _WORDS):
            return
        found = [*_set_up(re.sub(_COMMENT, "", text))]
        if found:
            from imagelint.facts.builders.script_variables import Variables

            variables = Variables(text)
            hosts = dict.fromkeys(value for host in found for value in variables.values(host))
            self._hosts[shown(path)] = tuple(host for host in hosts if "*" not in host)

    def note(self) -> None:
        """Note in the input what was found."""
        for path, hosts in self._hosts.items():
            facts = self._found.facts_at(path)
            self._found.files[SourceId(path)] = facts._replace(node_registries=(*facts.node_registries, *hosts))
