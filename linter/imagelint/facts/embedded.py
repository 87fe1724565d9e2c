"""Pods and images in the texts of a ConfigMap, of which a program makes pods: pod templates, injectors, runners.

Which program reads a text, and what it adds, is not known: images with placeholders in them are left alone, and so are
pull secrets and accounts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.handed_on import images_of, nobodys
from imagelint.facts.kinds import custom_kind, group_kind, holds_no_pods, is_values_file
from imagelint.facts.model import Container, ContainerType
from imagelint.facts.podspecs import shaped_pod_specs, shaped_pods
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.text.literal_blocks import LiteralBlocks
from imagelint.text.nodes import Mapping, Scalar, Sequence, mapping, text
from imagelint.text.places import DocumentStart, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import PodSpec, Resource
    from imagelint.text.nodes import Node
    from imagelint.text.split import Document

# What every text with pods has, or with an object of which an operator makes some.
_KEYS = (re.compile(r"(?:ontainers|apiVersion)[\"']?[ \t]*:"), re.compile(r"image[\"']?[ \t]*:"))
# Of a `config.toml` of GitLab Runner, whose Kubernetes executor makes pods.
_RUNNER = re.compile(r"^[ \t]*\[+runners", re.MULTILINE)
_RUNNER_IMAGE = re.compile(r"^[ \t]*(?:helper_)?image[ \t]*=[ \t]*\"([^\"\n]{1,500})\"", re.MULTILINE)
# A line that only steers a template: `{{- if .Values.x }}`. Without it the others are YAML, mostly.
_CONTROL = re.compile(r"^[ \t]*\{\{[^\n]*\}\}[ \t]*$", re.MULTILINE)
# An injector's configuration holds its templates as texts again.
_MOST_LEVELS = 3
_MOST_CHARACTERS = 1_000_000


def in_config_map(node: Mapping, resource: Resource, document: Document | None) -> Iterator[PodSpec]:
    """The images that the entries of a ConfigMap name, as PodSpecs of nobody's making.

    Without a document it was built by kustomize: then only what it made, as the rest is read where it is written.
    """
    data = mapping(node, "data")
    texts = _Texts(document)
    found = [
        container
        for key, value in (data.pairs() if data is not None else ())
        if isinstance(value, Scalar) and (document is not None or not isinstance(value.places, DocumentStart))
        for container in texts.containers(key.value, value, resource)
    ]
    if found:
        yield nobodys(resource, found, node.span)


def may_hold_pods(content: str) -> bool:
    """Whether a text has what every text has that images are found in."""
    return _RUNNER.search(content) is not None or all(key.search(content) for key in _KEYS)


def embedded(containers: Iterable[Container]) -> Iterator[Container]:
    """The containers of a text of which others make pods, as far as their images are in it."""
    for container in containers:
        is_other = container.image_filled_in or container.type is ContainerType.ARTIFACT
        image = None if is_other else container.image
        if image is not None and image.value and not find_placeholder(image.value):
            yield container._replace(type=ContainerType.EMBEDDED, span=image.span)


def embedded_pod_specs(root: Node, resource: Resource) -> Iterator[PodSpec]:
    """Those of a text: by their shape, or in an object of a known kind; none in a policy, which has only patterns."""
    for item in root.items if isinstance(root, Sequence) else ():
        if isinstance(item, Mapping):
            yield from embedded_pod_specs(item, resource)
    if not isinstance(root, Mapping):
        return
    api_version, kind = text(root, "apiVersion"), text(root, "kind")
    if api_version is not None and kind is not None:
        if holds_no_pods(group_kind(api_version.value, kind.value)):
            return
        if custom_kind(api_version.value, kind.value) is not None:
            from imagelint.facts.custom_resources import custom_pod_specs

            own = resource._replace(api_version=api_version.value, kind=kind.value)
            yield from custom_pod_specs(root, own, shaped_pods(root))
            return
    yield from (spec for _, spec in shaped_pod_specs(shaped_pods(root), resource))


class _Texts:
    """The YAML in the scalars of a document."""

    def __init__(self, document: Document | None) -> None:
        self._blocks = LiteralBlocks(document)

    def containers(self, key: str, scalar: Scalar, resource: Resource) -> Iterator[Container]:
        """The images of an entry."""
        if is_values_file(key):
            return
        images = [*images_of(key, scalar.value)] if "image" in key.lower() else []
        for image in images:
            yield Container(ContainerType.HANDED_ON, None, Text(image, scalar.span), None, scalar.span)
        if images:
            return
        for root in self._roots(scalar):
            for spec in embedded_pod_specs(root, resource):
                yield from embedded(spec.containers)
        for written in self._runner_images(scalar):
            yield Container(ContainerType.EMBEDDED, None, written, None, written.span)

    def _roots(self, scalar: Scalar, level: int = 0) -> Iterator[Node]:
        """The documents in a scalar and in scalars of theirs, which are at the scalar around them at worst."""
        content = scalar.value
        if level >= _MOST_LEVELS or len(content) > _MOST_CHARACTERS or not all(key.search(content) for key in _KEYS):
            return
        for root in self._blocks.documents(scalar, _CONTROL.sub("", content)):
            yield root
            for inner in _scalars(root):
                yield from self._roots(inner, level + 1)

    def _runner_images(self, scalar: Scalar) -> Iterator[Text]:
        """The images of a configuration of GitLab Runner."""
        content = scalar.value if len(scalar.value) <= _MOST_CHARACTERS and _RUNNER.search(scalar.value) else ""
        start = self._blocks.start(scalar) if content else None
        for match in _RUNNER_IMAGE.finditer(content):
            line = content.count("\n", 0, match.start())
            column = match.start(1) - content.rfind("\n", 0, match.start(1)) - 1
            if not find_placeholder(match[1]):
                span = scalar.span if start is None else start.in_line(line, column, len(match[1]))
                yield Text(match[1], span)


def _scalars(root: Node) -> Iterator[Scalar]:
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Mapping):
            pending.extend(value for _, value in node.pairs())
        else:
            pending.extend(node.items)
