"""The hash behind the name of a generated object (`api/hasher/hasher.go`)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from imagelint.sources.kustomize.resource import value_of
from imagelint.text.nodes import BOOLEANS, Mapping, Node, Scalar, Sequence, is_integer

# Letters that make no words, and that are not taken for others.
_LETTERS = str.maketrans("013ae", "ghkmt")
_LENGTH = 10
# Of what a patch made another kind, kustomize hashes the lines and the quotes of the YAML that it has in memory.
HASHED = frozenset({"ConfigMap", "Secret"})


def hash_of(node: Mapping) -> str:
    """The hash of a ConfigMap or a Secret."""
    kind = value_of(node, "kind")
    # Kustomize looks for the name where it is not, and finds an empty text.
    content: dict[str, Any] = {"kind": kind, "name": "", "data": _content(node.get("data"))}
    if kind == "Secret":
        content["type"] = value_of(node, "type")
    extra = "stringData" if kind == "Secret" else "binaryData"
    if isinstance(node.get(extra), Mapping):
        content[extra] = _content(node.get(extra))
    digest = sha256(_as_go(content).encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:_LENGTH].translate(_LETTERS)


def _content(node: Node | None) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, Mapping):
        return {key.value: _content(value) for key, value in node.pairs()}
    if isinstance(node, Sequence):
        return [_content(item) for item in node.items]
    if node is None:
        return ""
    return _value(node)


def _value(scalar: Scalar) -> Any:  # noqa: ANN401 - as above
    if scalar.is_text:
        return scalar.value
    if scalar.is_null:
        return None
    if is_integer(scalar.value):
        return int(scalar.value.replace("_", ""), 0)
    if scalar.value in BOOLEANS:
        return scalar.value.lower() in {"true", "yes", "on", "y"}
    return scalar.value


def _as_go(content: Any) -> str:  # noqa: ANN401 - as above
    """JSON as Go writes it: sorted, without spaces, and safe within HTML."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text = text.replace("\\b", "\\u0008").replace("\\f", "\\u000c") if "\\" in text else text
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
