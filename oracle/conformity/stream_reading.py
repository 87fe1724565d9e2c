"""What imagelint reads in a stream, as roots of documents in their order, and the images that it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.json_nodes import JsonObject, compose_json, listing_of
from imagelint.facts.screen import Heading
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Scalar
from imagelint.text.places import FIRST
from imagelint.text.split import looks_json, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import FileFacts
    from imagelint.text.nodes import Node


def read_documents(data: bytes) -> Iterator[Node | ComposeError]:
    """The root of each document of UTF-8 text that has content, or why it has none."""
    text = data.decode()
    if looks_json(data) and listing_of(text) is not None:
        whole = JsonObject(text.index("{"), len(text.rstrip()), Heading(None, None))
        yield compose_json(text, whole, FIRST)
        return
    for document in split(data):
        try:
            node = compose(document.data, origin=document.origin)
        except ComposeError as error:
            yield error
            continue
        if node is not None and not (isinstance(node, Scalar) and node.is_null):
            yield node


def images_read(facts: FileFacts) -> list[tuple[str, str, str]]:
    """Kind of the object, type of the container and image, sorted, of the pods of core kinds."""
    return sorted(
        (pod.resource.kind, container.type.value, container.image.value)
        for pod in facts.pods
        for container in pod.containers
        if pod.core and container.image is not None
    )
