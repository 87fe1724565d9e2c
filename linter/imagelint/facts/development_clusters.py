"""Registries that nodes of a development cluster are set up to reach, as objects beside the manifests say.

Sources: KEP-1755 (the ConfigMap `local-registry-hosting`); kind v0.30 `containerdConfigPatches` and the `certs.d` of
containerd; k3d v5 `registries` of its configuration.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.screen import CONFIG_MAP, KIND_CLUSTER
from imagelint.text.nodes import as_text, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.nodes import Mapping

_HOSTING = r"(?m)^[ \t]*host(?:FromContainerRuntime)?[ \t]*:[ \t]*[\"']?([^\s\"'#]+)"
_MIRROR = r"\bmirrors\.\"([^\"\s]+)\""
_CERTIFICATES = r"/certs\.d/([^/\s\"']+)"
# A key of `mirrors` in a text with the `registries.yaml` of k3s.
_KEY = r"(?m)^[ \t]+[\"']?([\w.-]+:[0-9]+|[\w-]+\.[\w.-]+)[\"']?:[ \t\r]*$"


def node_registries(kind: str, node: Mapping) -> Iterator[str]:
    """The hosts that an object of a kind (`group/Kind`) names as registries of its cluster's nodes."""
    if kind == CONFIG_MAP:
        hosting = text(mapping(node, "data"), "localRegistryHosting.v1")
        yield from re.findall(_HOSTING, hosting.value) if hosting is not None else ()
    elif kind == KIND_CLUSTER:
        yield from _matches(node, "containerdConfigPatches[]", _MIRROR)
        yield from _matches(node, "nodes[].extraMounts[].containerPath", _CERTIFICATES)
    else:
        yield from _of_k3d(node)


def _of_k3d(node: Mapping) -> Iterator[str]:
    registries = mapping(node, "registries")
    created = mapping(registries, "create")
    name, port = text(created, "name"), text(created, "hostPort")
    if name is not None and port is not None:
        yield f"{name.value}:{port.value}"
    yield from (used.value for item in select(node, "registries.use[]") if (used := as_text(item)) is not None)
    yield from _matches(node, "registries.config", _KEY)


def _matches(node: Mapping, path: str, pattern: str) -> Iterator[str]:
    for found in select(node, path):
        written = as_text(found)
        yield from re.findall(pattern, written.value) if written is not None else ()
