"""Texts in custom resources that are not known, which can be nothing but images: they are listed, and not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.handed_on import is_full_name, nobodys
from imagelint.facts.model import Container, ContainerType
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.text.nodes import Mapping, Scalar, Sequence, as_text, text

if TYPE_CHECKING:
    from collections.abc import Container as Within
    from collections.abc import Iterator

    from imagelint.facts.model import PodSpec, Resource
    from imagelint.text.nodes import Node
    from imagelint.text.places import Span, Text

_SKIPPED = frozenset({"status", "metadata"})


def possible_images(node: Mapping, resource: Resource, read: Within[Span]) -> Iterator[PodSpec]:
    """The images that fields of an unknown kind seem to name, except those at the places that were `read`."""
    images = [image for image in _images(node) if image.span not in read]
    if images:
        yield nobodys(
            resource,
            [Container(ContainerType.POSSIBLE, None, image, None, image.span) for image in images],
            node.span,
        )


def _images(root: Mapping) -> Iterator[Text]:
    pending: list[tuple[Node, bool]] = [(root, False)]
    while pending:
        node, is_named = pending.pop()
        if isinstance(node, Sequence):
            pending.extend(
                (item, is_named) for item in reversed(node.items) if is_named or not isinstance(item, Scalar)
            )
        elif isinstance(node, Scalar):
            image = as_text(node) if is_named else None
            if image is not None and _is_image(image.value):
                yield image
        else:
            yield from _joined(node) if is_named else ()
            fields = [
                (value, is_image)
                for key, (_, value) in node.by_key().items()
                if ((is_image := "image" in key.lower()) or not isinstance(value, Scalar)) and key not in _SKIPPED
            ]
            pending.extend(reversed(fields))


def _joined(node: Mapping) -> Iterator[Text]:
    """`image: {registry: quay.io, repository: acme/web, tag: "1"}`, as charts write it: also a `digest`, or no host."""
    registry, repository, tag, digest = (text(node, key) for key in ("registry", "repository", "tag", "digest"))
    if repository is None or not (tag or digest):
        return
    image = f"{registry.value.rstrip('/')}/{repository.value}" if registry is not None else repository.value
    image += f":{tag.value}" if tag is not None and tag.value else ""
    image += f"@{digest.value}" if digest is not None and digest.value else ""
    if _is_image(image):
        yield repository._replace(value=image)


def _is_image(written: str) -> bool:
    return is_full_name(written) and not find_placeholder(written)
