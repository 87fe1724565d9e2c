"""OpenShift's image triggers: the image in the manifest is a placeholder that a controller replaces.

Sources: OpenShift API `apps.openshift.io/v1` (DeploymentConfig); the annotation `image.openshift.io/triggers`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.tools import IMAGE_STREAM
from imagelint.facts.image_patches import ImagePatches, patched_containers
from imagelint.facts.model import ImagePatch, Target
from imagelint.text.nodes import Mapping, as_text, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import Container, PodSpec

# `spec.template.spec.containers[0].image`, `…containers[?(@.name=="web")].image`, inside of JSON
_FIELD = r"(containers|initContainers)\[(?:([0-9]+)|\?\(@\.name==[\\\"']+([^\\\"']+)[\\\"']+\))\]\.image"


def without_stand_ins(node: Mapping, specs: Iterable[PodSpec]) -> Iterator[PodSpec]:
    """The PodSpecs of an object, with the images that a trigger replaces marked as such."""
    triggered = tuple(_triggered(node))
    if not triggered:
        yield from specs
        return
    triggers = ImagePatches((ImagePatch(Target(None, None), triggered),))
    for spec in specs:
        filled = patched_containers(spec, [triggers])
        if filled:
            containers = (
                _filled_in(container) if number in filled else container
                for number, container in enumerate(spec.containers)
            )
            yield spec._replace(containers=tuple(containers))
        else:
            yield spec


def _filled_in(container: Container) -> Container:
    return container._replace(builder=IMAGE_STREAM, image_filled_in=container.image is None)


def _triggered(node: Mapping) -> Iterator[str]:
    """The containers that a trigger fills: by name, or by list and number."""
    for name in select(node, "spec.triggers[].imageChangeParams.containerNames[]"):
        written = as_text(name)
        if written is not None:
            yield written.value
    annotation = text(mapping(mapping(node, "metadata"), "annotations"), "image.openshift.io/triggers")
    for field in re.finditer(_FIELD, annotation.value) if annotation else ():
        yield field[3] or f"{field[1]}/{field[2]}"
