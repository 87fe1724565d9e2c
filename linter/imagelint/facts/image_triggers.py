"""OpenShift's image triggers, with which a controller replaces the image in the manifest, and catalogs that are polled.

Sources: OpenShift API `apps.openshift.io/v1` (DeploymentConfig); the annotation `image.openshift.io/triggers`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.facts.podspecs import CONTAINER_LISTS
from imagelint.text.nodes import Mapping, as_text, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import Container, PodSpec

_LISTS = {type_: name for name, type_ in CONTAINER_LISTS}
# `spec.template.spec.containers[0].image`, `…containers[?(@.name=="web")].image`, inside of JSON
_FIELD = r"(containers|initContainers)\[(?:([0-9]+)|\?\(@\.name==[\\\"']+([^\\\"']+)[\\\"']+\))\]\.image"


def without_stand_ins(node: Mapping, specs: Iterable[PodSpec]) -> Iterator[PodSpec]:
    """The PodSpecs of an object, with the images that a trigger replaces marked as such."""
    triggered = {*_triggered(node)}
    if mapping(mapping(mapping(node, "spec"), "updateStrategy"), "registryPoll") is not None:
        specs = (spec._replace(containers=tuple(map(_polled, spec.containers))) for spec in specs)
    if not triggered:  # as in most
        yield from specs
        return
    for spec in specs:
        marked = (
            _filled_in(container) if triggered & {container.name, place} else container
            for container, place in zip(spec.containers, _places(spec), strict=True)
        )
        yield spec._replace(containers=tuple(marked))


def _polled(container: Container) -> Container:
    return container._replace(is_polled=True)


def _places(spec: PodSpec) -> Iterator[str]:
    """Each container as a trigger may name it, by its list and number: `containers/0`."""
    count = dict.fromkeys(ContainerType, -1)
    for container in spec.containers:
        count[container.type] += 1
        yield f"{_LISTS.get(container.type, '')}/{count[container.type]}"


def _filled_in(container: Container) -> Container:
    from imagelint.facts.builders.tools import IMAGE_STREAM

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
