"""Patches that are files of their own: JSON patches (RFC 6902), and those that kubeadm reads from a folder.

Sources: kubeadm v1.36 `cmd/kubeadm/app/util/patches/patches.go` (`TARGET[SUFFIX][+TYPE].EXTENSION`); `kubectl patch
--patch-file`; the JSON patches of kustomize.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.handed_on import nobodys
from imagelint.facts.model import Container, Resource
from imagelint.facts.podspecs import CONTAINER_LISTS, PodSpecReader, shaped_pod_specs, shaped_pods
from imagelint.facts.screen import kubeadm_patch
from imagelint.text.nodes import Mapping, Sequence, as_text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import PodSpec
    from imagelint.text.nodes import Node

# `/spec/template/spec/containers/-`, `…/initContainers/0/image`, `…/containers`
_POINTER = r"(?:/[^/]+)*/(containers|initContainers)(?:/(?:[0-9]+|-)(/image)?)?"
_LISTS = dict(CONTAINER_LISTS)


def bare_patch(root: Mapping, path: str, document: int) -> Iterator[tuple[Mapping, Resource]]:
    """What a patch of kubeadm without a type changes: the static pod that the name of its file states."""
    found = kubeadm_patch(path)
    if found is not None and root.get("spec") is not None and root.get("kind") is None:
        yield root, Resource("v1", "Pod", "kube-system", found[1], document, root.span)


def json_patch(root: Node | None, path: str, document: int) -> Iterator[PodSpec]:
    """The images that the operations of a JSON patch write, as a PodSpec of nobody's making."""
    operations = root.items if isinstance(root, Sequence) else []
    if not operations:
        return
    resource = Resource("", "Patch", None, path.rpartition("/")[2], document, operations[0].span)
    found = [container for operation in operations for container in _written(operation, resource)]
    if found:
        yield nobodys(resource, found, resource.span)


def _written(operation: Node, resource: Resource) -> Iterator[Container]:
    name, pointer = text(operation, "op"), text(operation, "path")
    value = operation.get("value") if isinstance(operation, Mapping) else None
    if name is None or pointer is None or value is None or name.value not in {"add", "replace"}:
        return
    field = re.fullmatch(_POINTER, pointer.value)
    if field is None:
        specs = shaped_pod_specs(shaped_pods(value), resource) if isinstance(value, Mapping) else ()
        yield from (container for _, spec in specs for container in spec.containers)
    elif field[2]:
        image = as_text(value)
        yield from [] if image is None else [Container(_LISTS[field[1]], None, image, None, image.span)]
    else:
        reader = PodSpecReader(resource, None, custom=True)
        for item in value.items if isinstance(value, Sequence) else [value]:
            if isinstance(item, Mapping):
                yield reader.container(item, _LISTS[field[1]])
