"""The documents that imagelint reads in a stream, compared with the values that kubectl reads there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformity.json_values import is_array, is_object
from imagelint.text.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from imagelint.text.nodes import Node

_INTERESTING = frozenset(
    {"image", "imagePullPolicy", "imagePullSecrets", "kind", "apiVersion", "name", "<<", "metadata", "spec"}
)
_PULLS = re.compile(r"image|ullSecrets|ullPolicy|^kind$|^apiVersion$|^name$|namespace|containers|^type$|ata$")


def tree_difference(node: Node, value: Any, key: str = "") -> str | None:  # noqa: ANN401 - any JSON value
    """How a node differs from a JSON value, as the label of a class; None if they are the same."""
    place = key if _PULLS.search(key) else "…"
    if is_object(value):
        return _mapping_difference(node, value, place)
    if is_array(value):
        return _list_difference(node, value, key, place)
    if isinstance(node, Scalar):
        return _scalar_difference(node, value, place)
    return f"scalar there, {_kind(node)} here at {place}"


def _scalar_difference(node: Scalar, value: object, place: str) -> str | None:
    if value is None:
        return None if node.is_null else f"null there, text here at {place}: {_shape(node.value)}"
    if isinstance(value, str):
        if not node.is_text:
            return f"text there, no text here at {place}: {_shape(node.value)}"
        return None if node.value == value else f"other text at {place}: {_text_class(node.value, value)}"
    return f"{type(value).__name__} there, text here: {_shape(node.value)}" if node.is_text else None


def _mapping_difference(node: Node, value: dict[str, Any], place: str) -> str | None:
    if not isinstance(node, Mapping):
        return f"map there, {_kind(node)} here at {place}"
    ours = {key.value: part for key, part in node.pairs() if key.is_text}
    # Of keys that are not text kubectl makes text of its own, such as `true` of `on`: no field has such a name.
    others = sum(not key.is_text for key, _ in node.pairs())
    missing = [key for key in value if key not in ours]
    if len(missing) > others:
        return f"key only there: {_key_class(missing[0])}"
    for key in ours:
        if key not in value:
            return f"key only here: {_key_class(key)}"
    both = ((key, ours[key], part) for key, part in value.items() if key in ours)
    return next((found for key, own, part in both if (found := tree_difference(own, part, key))), None)


def _list_difference(node: Node, value: list[Any], key: str, place: str) -> str | None:
    if not isinstance(node, Sequence):
        return f"list there, {_kind(node)} here at {place}"
    if len(node.items) != len(value):
        return f"list of other length at {place}"
    pairs = zip(node.items, value, strict=True)
    return next((found for item, part in pairs if (found := tree_difference(item, part, key))), None)


def _key_class(key: str) -> str:
    if key in _INTERESTING:
        return key
    return "a word" if re.fullmatch(r"[A-Za-z][\w./-]*", key) else _shape(key)


def _text_class(ours: str, theirs: str) -> str:
    both = ours + theirs
    for name, characters in (("unusual breaks", "\u2028\u2029\x85"), ("returns", "\r"), ("byte order mark", "\ufeff")):
        if any(character in both for character in characters):
            return name
    if "\ufffd" in theirs:
        return "replacement character"
    if ours.split() == theirs.split():
        return "white space"
    return "braces" if "{{" in both else "else"


def _shape(text: str) -> str:
    return repr(re.sub(r"[A-Za-z]{5,}", "word", re.sub(r"\d+", "9", text)))[:30]


def _kind(node: Node) -> str:
    return "map" if isinstance(node, Mapping) else "list" if isinstance(node, Sequence) else "scalar"
