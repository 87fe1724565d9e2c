"""The JSON type of a node: what `kubectl` sends to the API server, which then compares it with the type of a field."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imagelint.text.nodes import BOOLEANS, Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from imagelint.text.nodes import Node


class JsonType(StrEnum):
    """A type of JSON, as messages name it."""

    OBJECT = "a mapping"
    ARRAY = "a list"
    STRING = "a string"
    NUMBER = "a number"
    BOOLEAN = "a boolean"
    NULL = "null"


def json_type(node: Node) -> JsonType:
    """The type of a node after the conversion to JSON: an unquoted `1.10` is a number, and `no` a boolean."""
    if isinstance(node, Mapping):
        return JsonType.OBJECT
    if isinstance(node, Sequence):
        return JsonType.ARRAY
    return _scalar_type(node)


def is_of(node: Node | None, type_: JsonType) -> bool:
    """Whether a field with this value can be decoded as `type_`; one that is absent or null always can."""
    return node is None or json_type(node) in {type_, JsonType.NULL}


def _scalar_type(scalar: Scalar) -> JsonType:
    if scalar.is_null:
        return JsonType.NULL
    if scalar.is_text:
        return JsonType.STRING
    return JsonType.BOOLEAN if scalar.value in BOOLEANS else JsonType.NUMBER
