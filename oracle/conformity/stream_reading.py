"""What imagelint reads in a stream, as roots of documents in their order, and the images that it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.json_nodes import JsonObject, compose_json, json_stream
from imagelint.facts.screen import Heading
from imagelint.text.compose import ComposeError
from imagelint.text.kubectl import compose_manifest
from imagelint.text.nodes import Scalar
from imagelint.text.places import FIRST
from imagelint.text.split import looks_json, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.json_nodes import Listing
    from imagelint.facts.model import FileFacts
    from imagelint.text.nodes import Node


def read_documents(data: bytes) -> Iterator[Node | ComposeError]:
    """The root of each document of UTF-8 text that has content, or why kubectl refuses it."""
    text = data.decode()
    rest = data
    if looks_json(data):
        stream = json_stream(text)
        for listing in stream.listings:
            value = _json_value(text, listing)
            if not _is_null(value):
                yield value
        rest = text[stream.rest :].encode()
        if stream.refusal:
            yield ComposeError(stream.refusal, 1, 1)
    for document in split(rest) if rest else ():
        if document.refusal is not None:
            yield ComposeError(document.refusal.message, document.refusal.line, 1)
        try:
            node = compose_manifest(document.data, start=document.start)
        except ComposeError as error:
            yield error
            continue
        if node is not None and not _is_null(node):
            yield node


def _json_value(text: str, listing: Listing) -> Node | ComposeError:
    try:
        return compose_json(text, JsonObject(listing.start, listing.end, Heading(None, None)), FIRST)
    except ComposeError as error:
        return error


def _is_null(node: Node | ComposeError) -> bool:
    return isinstance(node, Scalar) and node.is_null


def images_read(facts: FileFacts) -> list[tuple[str, str, str]]:
    """As `images_in`; to kubectl, what an OpenShift template holds is not an object.

    An image that is not a text is read as an empty one, at its place.
    """
    return sorted(
        (pod.resource.kind, container.type.value, container.image.value)
        for pod in facts.pods
        for container in pod.containers
        if pod.core and container.image is not None and container.image.value and not pod.resource.parametrised
    )
