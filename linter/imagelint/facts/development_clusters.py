"""Registries that nodes of a development cluster are set up to reach, as objects beside the manifests say.

Sources: KEP-1755 (the ConfigMap `local-registry-hosting`); kind v0.30 `containerdConfigPatches` and the `certs.d` of
containerd; k3d v5 `registries` of its configuration; k3s v1.34 and RKE2 `registries.yaml`; Talos v1.11
`machine.registries`. A port of a Service of type NodePort, and one of the host, is at `localhost` on each node.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.screen import CONFIG_MAP, DAEMON_SET, KIND_CLUSTER, SERVICE
from imagelint.text.nodes import Mapping, as_text, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    elif kind == SERVICE:
        yield from _at_ports(_values(node, "spec.ports[].nodePort"))
    elif kind == DAEMON_SET:
        pod = "spec.template.spec"
        is_of_host = _values(node, f"{pod}.hostNetwork") == ["true"]
        yield from _at_ports(
            _values(node, f"{pod}.containers[].ports[].{'containerPort' if is_of_host else 'hostPort'}")
        )
    elif kind == KIND_CLUSTER:
        yield from _matches(node, "containerdConfigPatches[]", _MIRROR)
        yield from _matches(node, "nodes[].extraMounts[].containerPath", _CERTIFICATES)
    else:
        yield from _of_k3d(node)


def mirrors_of_k3s(node: Mapping) -> Iterator[str]:
    """The hosts that the `registries.yaml` of k3s and RKE2 sets up, or the configuration of a node of Talos."""
    for mirrors in (*select(node, "mirrors"), *select(node, "machine.registries.mirrors")):
        yield from (key.value for key, _ in mirrors.pairs()) if isinstance(mirrors, Mapping) else ()


def _at_ports(ports: Iterable[str]) -> Iterator[str]:
    """A node reaches its own ports at these hosts."""
    for port in ports:
        yield from (f"localhost:{port}", f"127.0.0.1:{port}")


def _values(node: Mapping, path: str) -> list[str]:
    return [written.value for found in select(node, path) if (written := as_text(found)) is not None]


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
