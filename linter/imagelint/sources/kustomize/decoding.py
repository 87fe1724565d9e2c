"""The fields of kustomizations, with the types that kustomize demands (`api/types/kustomization.go`)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from imagelint.data import load_data
from imagelint.sources.kustomize.fields import is_null
from imagelint.text.nodes import BOOLEANS, Mapping, Node, Scalar, Sequence, is_integer

if TYPE_CHECKING:
    from collections.abc import Callable

    # Called with what has the wrong type, and the reason.
    Report = Callable[[Node, str], None]


_FILES = (".yaml", ".yml", ".json")


@lru_cache(maxsize=1)
def _types() -> dict[str, dict[str, Any]]:
    types: dict[str, dict[str, Any]] = load_data("kustomize.json")["types"]
    return types


@lru_cache(maxsize=64)
def _names(type_: str) -> dict[str, str]:
    """The names of the fields of a type, by how Go compares them: without regard to case."""
    return {name.lower(): name for name in _types()[type_]}


def decode(node: Mapping, type_: str, report: Report, *, is_strict: bool = True) -> Mapping:
    """A mapping with the fields of a type, under their proper names; what does not fit is reported and left out.

    Unless `is_strict`, unknown fields are let go, and numbers are texts where a text is needed.
    """
    fields: dict[str, tuple[Scalar, Node]] = {}
    names = _names(type_)
    # Go gets the fields in this order: of several that differ in case alone, the last one wins.
    for key, value in sorted(node.pairs(), key=lambda pair: pair[0].value):
        name = names.get(key.value.lower())
        if name is None:
            if is_strict:
                report(key, f"unknown field `{key.value}`")
            continue
        decoded = _decoded(value, _types()[type_][name], report, is_strict=is_strict)
        if decoded is not None:
            proper = key if key.value == name else Scalar(name, True, key.start, key.end, key.places)
            fields[name] = proper, decoded
    return Mapping([part for pair in fields.values() for part in pair], node.start, node.end, node.places)


def _decoded(node: Node, type_: Any, report: Report, *, is_strict: bool) -> Node | None:  # noqa: ANN401 - from JSON
    if type_ == "any":
        return node
    if is_null(node):
        return None
    if isinstance(type_, list):
        (inner,) = cast("list[str]", type_)
        return _list(node, inner, report, is_strict=is_strict)
    if type_ == "strings" or type_ in _types():
        return _mapping(node, type_, report, is_strict=is_strict)
    problem = _problem(node, type_, is_strict=is_strict)
    if problem:
        report(node, problem)
    return None if problem else node


def _mapping(node: Node, type_: str, report: Report, *, is_strict: bool) -> Node | None:
    if not isinstance(node, Mapping):
        report(node, "this should be a mapping")
        return None
    if type_ != "strings":
        return decode(node, type_, report, is_strict=is_strict)
    nodes: list[Node] = []
    for key, value in node.pairs():
        decoded = _decoded(value, "string", report, is_strict=is_strict)
        nodes += (key, decoded) if decoded is not None else ()
    return Mapping(nodes, node.start, node.end, node.places)


def _list(node: Node, type_: str, report: Report, *, is_strict: bool) -> Node | None:
    if not isinstance(node, Sequence):
        report(node, "this should be a list")
        return None
    paths = [item for item in node.items if _is_path_alone(item, type_)]
    if paths:
        more = f" ({len(paths) - 1} more like it in this list)" if len(paths) > 1 else ""
        report(paths[0], f"this should be a mapping: write `- path: {paths[0].value}`{more}")
    left = (item for item in node.items if not _is_path_alone(item, type_))
    items = (_decoded(item, type_, report, is_strict=is_strict) for item in left)
    return Sequence([item for item in items if item is not None], node.start, node.end, node.places)


def _is_path_alone(node: Node, type_: str) -> TypeGuard[Scalar]:
    """Whether the name of a file is where an entry with it as its `path` is needed, as kustomize 2 had `patches`."""
    return isinstance(node, Scalar) and "path" in _types().get(type_, ()) and node.value.endswith(_FILES)


def _problem(node: Node, type_: str, *, is_strict: bool) -> str | None:
    if not isinstance(node, Scalar):
        return f"this should be of type {type_}"
    if type_ == "string":
        is_right = node.is_text or not is_strict
        return None if is_right else f"`{node.value}` is not a string: it needs quotes"
    is_right = node.plain and (node.value in BOOLEANS if type_ == "boolean" else is_integer(node.value))
    return None if is_right else f"`{node.value}` is not of type {type_}"


def is_true(node: Mapping | None, key: str) -> bool:
    """Whether a field is a boolean that is true."""
    value = node.get(key) if node is not None else None
    return isinstance(value, Scalar) and value.plain and value.value.lower() in {"true", "yes", "on", "y"}


def has_content(node: Mapping) -> bool:
    """Whether a kustomization has more than its type: an empty list counts, an empty text does not."""
    others = (value for key, value in node.pairs() if key.value not in {"apiVersion", "kind"})
    return any(not isinstance(value, Scalar) or value.value for value in others)
