"""The YAML documents of charts, `Chart.yaml` and values, as nodes and as objects of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.text.compose import ComposeError, compose
from imagelint.text.go_numbers import printed
from imagelint.text.nodes import BOOLEANS, Mapping, Scalar, Sequence
from imagelint.text.paths import inside
from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from imagelint.text.nodes import Node


def read_mapping(data: bytes) -> Mapping | None:
    """The mapping that a text is as YAML, or None."""
    try:
        root = compose(data, needs_reason=False)
    except ComposeError:
        return None
    return root if isinstance(root, Mapping) else None


def read_document(chart: str, name: str) -> Mapping | None:
    """The mapping in a file of a chart, such as `Chart.yaml`; None if there is none, or it cannot be read."""
    try:
        return read_mapping(read_small(inside(chart, name)))
    except (OSError, UnreadableError):
        return None


def plain(node: Node) -> object:
    """A node of a list as an object of Python: all of it is text, but for booleans and null."""
    if isinstance(node, Scalar):
        is_boolean = node.plain and node.value in BOOLEANS
        return None if node.is_null else printed(node) == "true" if is_boolean else node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.pairs()}
