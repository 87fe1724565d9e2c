"""The images in the values that one object or file gives to charts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.kinds import is_values_file
from imagelint.facts.model import PodSpec, Resource
from imagelint.facts.objects import namespace_name
from imagelint.facts.value_fields import ValueFields
from imagelint.facts.value_images import images_in, other_scalars, value_container
from imagelint.kubelet.platforms import NodePlatform
from imagelint.text.literal_blocks import LiteralBlocks
from imagelint.text.nodes import Mapping, Node, Scalar, as_text, locate, select, text, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.kinds import ValueSource
    from imagelint.facts.model import Container
    from imagelint.text.nodes import Path
    from imagelint.text.places import Span
    from imagelint.text.split import Document

# A part of the name of a parameter: `image.tag`, `hosts[0].name`, `annotations.acme\.example/a`.
_STEP = r"((?:\\.|[^.\[\\])+)(?:\[[0-9]+\])*(?:\.|\Z)"
# Of a nested mapping that parameters make, as deep as people write.
_MOST_STEPS = 30

Tree = dict[str, "Tree | Scalar"]


class ValuesReader:
    """Reads the values that a document gives to charts."""

    def __init__(self, document: Document) -> None:
        self._number = document.number
        self._blocks = LiteralBlocks(document)
        # What no output may show: all values but those that make images.
        self.hidden: list[Span] = []
        # The values files that the document names.
        self.files: list[str] = []

    def read(
        self, root: Mapping, source: ValueSource | None, resource: Resource | None, path: str
    ) -> Iterator[PodSpec]:
        """One PodSpec for each part of an object, or of a file of a tool, that has images in its values.

        Without a source, all of the file at `path` is values.
        """
        if source is None:
            name = path.rpartition("/")[2]
            resource = Resource("", "Values", None, name, self._number, root.span)
            yield from _spec(self._shown(root), resource, root, ())
            return
        for within in source.within:
            for way, part in locate(root, within):
                if isinstance(part, Mapping):
                    owner = resource or self._named(part, source.kind)
                    yield from _spec(self._images(part, source), owner, part, way)
                    self.files.extend(_files(part, source))

    def _named(self, part: Mapping, kind: str) -> Resource:
        """What people call a part of a file: the release of a helmfile."""
        name, namespace = text(part, "name"), text(part, "namespace")
        span = name.span if name else part.span
        return Resource("", kind, namespace_name(namespace), name.value if name else None, self._number, span)

    def _shown(self, values: Mapping, below: Mapping | None = None) -> list[Container]:
        images = [*images_in(values, below=below)]
        self.hidden.extend(other_scalars(values, images) if images else ())
        return images

    def _images(self, part: Mapping, source: ValueSource) -> Iterator[Container]:
        below: Mapping | None = None
        for selector in source.values:
            for path, node in locate(part, selector):
                is_meant = not selector.endswith("*") or is_values_file(str(path[-1]))
                values = self._values(node) if is_meant else None
                if values is not None:
                    below = below or values
                    yield from self._shown(values)
        parameters = [parameter for selector in source.parameters for parameter in _parameters(part, selector)]
        if parameters:
            yield from self._shown(_nested(parameters, part), below)
        for selector in source.overrides:
            yield from (found for path, node in locate(part, selector) if (found := _override(node, path)) is not None)

    def _values(self, node: Node) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        return self._blocks.mapping(node) if isinstance(node, Scalar) else None


def _files(part: Mapping, source: ValueSource) -> Iterator[str]:
    for selector in source.files if source.relative_to == "file" else ():
        yield from (named.value for node in select(part, selector) if (named := as_text(node)) is not None)


def _spec(images: Iterable[Container], resource: Resource, node: Mapping, path: Path) -> Iterator[PodSpec]:
    containers = tuple(images)
    if containers:
        yield PodSpec(
            resource=resource,
            containers=containers,
            pull_secrets=(),
            service_account=None,
            nodes=NodePlatform(),
            span=node.span,
            path=written(path),
            core=False,
            complete=False,
        )


def _parameters(part: Mapping, selector: str) -> Iterator[tuple[str, Scalar]]:
    """The names of values that are set one by one, with what they are set to."""
    for entry in select(part, selector):
        if isinstance(entry, Mapping) and not selector.endswith("[]"):
            yield from ((key.value, value) for key, value in entry.pairs() if isinstance(value, Scalar))
        elif isinstance(entry, Mapping):
            name, value = text(entry, "name"), entry.get("value")
            if name is not None and isinstance(value, Scalar):
                yield name.value, value


def _nested(parameters: Iterable[tuple[str, Scalar]], around: Mapping) -> Mapping:
    """The mapping that parameters make."""
    root: Tree = {}
    for name, value in parameters:
        steps = [re.sub(r"\\(.)", r"\1", step) for step in re.findall(_STEP, name)][:_MOST_STEPS]
        node = root
        for step in steps[:-1]:
            inner = node.setdefault(step, {})
            node = inner if isinstance(inner, dict) else {}
        if steps:
            node[steps[-1]] = value
    return _mapping(root, around)


def _mapping(tree: Tree, around: Mapping) -> Mapping:
    nodes: list[Node] = []
    for key, value in tree.items():
        nodes.append(Scalar(key, False, around.start, around.end, around.places))
        nodes.append(_mapping(value, around) if isinstance(value, dict) else value)
    return Mapping(nodes, around.start, around.end, around.places)


def _override(node: Node, path: Path) -> Container | None:
    """The image that an entry of `images` names; None if it only changes the tag of another one.

    Argo CD writes `NAME=IMAGE:TAG` or `IMAGE:TAG` (Argo CD v3 `KustomizeImage`), Flux as kustomize does.
    """
    named = as_text(node)
    if named is not None:
        name = named._replace(value=named.value.rpartition("=")[2])
        return value_container(ValueFields(written(path), name=name), name.span) if "/" in name.value else None
    new_name = text(node, "newName")
    if new_name is None:
        return None
    fields = ValueFields(written(path), None, new_name, text(node, "newTag"), text(node, "digest"))
    return value_container(fields, new_name.span)
