"""Which containers get another image by a patch of a kustomization; what is patched away is never pulled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.kinds import core_kinds
from imagelint.facts.model import ContainerType, ImagePatch, Target
from imagelint.facts.podspecs import CONTAINER_LISTS
from imagelint.text.compose import ComposeError, compose
from imagelint.text.glob_table import GlobTable
from imagelint.text.globs import glob_matches
from imagelint.text.nodes import Mapping, Sequence, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import PodSpec
    from imagelint.text.nodes import Node

# As in JSON patches (RFC 6902): `/spec/template/spec/containers/0/image`.
_POINTER = r"/(?:[^/]+/)*(containers|initContainers)/([0-9]+)/image"
_LISTS = {type_: name for name, type_ in CONTAINER_LISTS}


def inline_patch(written: str, target: Target | None) -> ImagePatch | None:
    """The effect of an inline patch of a kustomization, merge patch or JSON patch; None without an image."""
    try:
        root = compose(written.encode("utf-8", "replace"))
    except ComposeError:
        return None
    containers = tuple(_by_pointer(root) if isinstance(root, Sequence) else _by_name(root))
    if not containers:
        return None
    kind, name = text(root, "kind"), text(mapping(root, "metadata"), "name")
    return ImagePatch(target or Target(kind.value if kind else None, name.value if name else None), containers)


def file_patch(spec: PodSpec, target: Target | None) -> ImagePatch:
    """What a PodSpec in a patch file does."""
    named = (container.name for container in spec.containers if container.image is not None)
    return ImagePatch(target or Target(spec.resource.kind, spec.resource.name), tuple(filter(None, named)))


class ImagePatches:
    """The patches of one kustomization, by what they are for."""

    def __init__(self, patches: tuple[ImagePatch, ...]) -> None:
        self.patches = patches
        containers: dict[Target, set[str]] = {}
        for patch in patches:
            containers.setdefault(patch.target, set()).update(patch.containers)
        self._by_name = GlobTable((target.name or "*", (target, names)) for target, names in containers.items())

    def containers(self, spec: PodSpec) -> list[set[str]]:
        """The containers of a PodSpec that get another image, by name or by list and number."""
        near = self._by_name.near(spec.resource.name or "")
        return [names for target, names in near if _is_for(target, spec)]


def patched_containers(spec: PodSpec, patches: Iterable[ImagePatches]) -> set[int]:
    """The positions in `spec.containers` whose image is set by one of the patches."""
    named = [names for layer in patches for names in layer.containers(spec)]
    if not named:
        return set()
    places = _places(spec)
    return {
        number
        for number, container in enumerate(spec.containers)
        if any(container.name in names or places[number] in names for names in named)
    }


def _is_for(target: Target, spec: PodSpec) -> bool:
    kind_fits = target.kind is None or glob_matches(target.kind, spec.resource.kind)
    return kind_fits and (target.name is None or glob_matches(target.name, spec.resource.name or ""))


def _places(spec: PodSpec) -> list[str]:
    """Each container as a JSON patch names it: `containers/0`."""
    count = dict.fromkeys(ContainerType, -1)
    found: list[str] = []
    for container in spec.containers:
        count[container.type] += 1
        found.append(f"{_LISTS.get(container.type, '')}/{count[container.type]}")
    return found


def _by_pointer(root: Sequence) -> Iterator[str]:
    for operation in root.items:
        pointer = text(operation, "path")
        match = re.fullmatch(_POINTER, pointer.value) if pointer else None
        if match:
            yield f"{match[1]}/{match[2]}"


def _by_name(root: Node | None) -> Iterator[str]:
    for path in dict.fromkeys(core_kinds().pod_specs.values()):
        for key, _ in CONTAINER_LISTS:
            for container in select(root, f"{path}.{key}[]") if isinstance(root, Mapping) else ():
                name = text(container, "name")
                if name is not None and text(container, "image") is not None:
                    yield name.value
