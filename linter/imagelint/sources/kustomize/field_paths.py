"""Field paths of replacements and vars: `spec.template.spec.containers.[name=web].image` (`kyaml/yaml/match.go`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.fields import RefusedError, is_null, key_like, split_path, with_entry, with_items
from imagelint.sources.kustomize.pattern_compiler import PatternError
from imagelint.sources.kustomize.patterns import compiled
from imagelint.text.compose import MAX_DEPTH, ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

_INDEX = re.compile(r"[0-9]{1,9}")
_BRACKETED_INDEX = re.compile(r"(.+?)\[([0-9]{1,9})\]\Z")


def split_field_path(path: str) -> list[str]:
    """The parts of a path; what is in brackets is one part (`SmarterPathSplitter`)."""
    pieces = split_path(path, ".")
    if len(pieces) > MAX_DEPTH:
        raise RefusedError(f"the path `{path[:40]}…` is too long")
    parts: list[str] = []
    inside: list[str] = []
    for piece in pieces:
        if inside or (piece.startswith("[") and not piece.endswith("]")):
            inside.append(piece)
            if piece.endswith("]"):
                parts.append(_bracketed(inside))
                inside = []
        else:
            parts.append(piece)
    return [*parts, _bracketed(inside)] if inside else parts


def _bracketed(pieces: list[str]) -> str:
    text = ".".join(pieces)
    return text if "=" in text else text.strip("[]")


def with_indices(parts: list[str]) -> list[str]:
    """The parts of a var's path, where `ports[0]` is two of them."""
    found: list[str] = []
    for part in parts:
        match = _BRACKETED_INDEX.match(part)
        found += (match[1], match[2]) if match else (part,)
    return found


def look_up(node: Node, parts: list[str]) -> Node | None:
    """The value at a path; None if there is none. Raises RefusedError (`PathGetter`)."""
    found: Node | None = node
    for part in filter(None, (part.strip() for part in parts)):
        if found is None or is_null(found):
            return None
        found = _step(found, part)
    return found


def _step(node: Node, part: str) -> Node | None:
    if _INDEX.fullmatch(part) or part == "-":
        items = _items(node, part)
        number = len(items) - 1 if part == "-" else int(part)
        return items[number] if 0 <= number < len(items) else None
    if part == "*":
        raise RefusedError("a wildcard is not supported here")
    if _is_element(part):
        key, value = _element(part)
        return next((item for item in _items(node, part) if _has_value(item, key, value)), None)
    if not isinstance(node, Mapping):
        raise RefusedError(f"there is no mapping where `{part}` is looked for")
    return node.get(part)


def _has_value(item: Node, key: str, value: str) -> bool:
    if not key:
        return isinstance(item, Scalar) and item.value == value
    found = item.get(key) if isinstance(item, Mapping) else None
    return isinstance(found, Scalar) and found.value == value


def _items(node: Node, part: str) -> list[Node]:
    if not isinstance(node, Sequence):
        raise RefusedError(f"there is no list where `{part}` is looked for")
    return node.items


def _is_element(part: str) -> bool:
    return part.startswith("[") and part.endswith("]")


def _element(part: str) -> tuple[str, str]:
    key, equals, value = part[1:-1].partition("=")
    if not equals:
        raise RefusedError(f"`{part}` needs a key and a value")
    return key, value


class Setter:
    """Sets the values at a path; `count` is how many there were (`PathMatcher`)."""

    def __init__(self, change: Callable[[Node], Node], make: Node | None) -> None:
        self._change = change
        # The value that is made where there is none, unless that is not wanted.
        self._make = make
        self.count = 0

    def set(self, node: Node, parts: list[str]) -> Node:
        """The node with the values set. Raises RefusedError."""
        if not parts:
            self.count += 1
            return self._change(node)
        part = parts[0]
        if _INDEX.fullmatch(part):
            return self._at_index(node, int(part), parts)
        if _is_element(part):
            return self._in_elements(node, *_element(part), parts)
        if part == "*":
            return self._in_items(node, lambda _: True, parts)
        return self._in_field(node, parts)

    def _in_field(self, node: Node, parts: list[str]) -> Node:
        if is_null(node) and self._make is None:
            return node
        if not isinstance(node, Mapping):
            raise RefusedError(f"there is no mapping where `{parts[0]}` is looked for")
        value = node.get(parts[0])
        if value is None:
            if self._make is None:
                return node
            value = self._made(parts[1:], node)
        if isinstance(value, Scalar) and not value.is_null and len(parts) > 1:
            return self._in_text(node, value, parts[1:])
        return with_entry(node, parts[0], self.set(value, parts[1:]))

    def _in_text(self, node: Node, text: Scalar, rest: list[str]) -> Node:
        """A field in YAML or JSON that a text holds: it is looked for, but such a text is not changed here."""
        try:
            inner = compose(text.value.encode("utf-8", "surrogatepass"), needs_reason=False, lifts=False)
        except ComposeError:
            inner = None
        if not isinstance(inner, (Mapping, Sequence)):
            raise RefusedError(f"there is a text where `{rest[0]}` is looked for")
        self.set(inner, rest)
        return node

    def _made(self, rest: list[str], near: Node) -> Node:
        if not rest and self._make is not None:
            return key_like("", near) if isinstance(self._make, Scalar) else self._make
        is_list = rest and (_is_element(rest[0]) or _INDEX.fullmatch(rest[0]))
        kind = Sequence if is_list else Mapping
        return kind([], near.start, near.start, near.places)

    def _at_index(self, node: Node, number: int, parts: list[str]) -> Node:
        items = [*_items(node, parts[0])]
        if number == len(items) and self._make is not None:
            items.append(self._made(parts[1:], node))
        if number >= len(items):
            raise RefusedError(f"index {number} is beyond the end of a list")
        items[number] = self.set(items[number], parts[1:])
        return Sequence(items, node.start, node.end, node.places)

    def _in_items(self, node: Node, chosen: Callable[[Node], bool], parts: list[str]) -> Node:
        items = _items(node, parts[0]) if not is_null(node) else []
        changed = [self.set(item, parts[1:]) if chosen(item) else item for item in items]
        return with_items(node, changed) if isinstance(node, Sequence) else node

    def _in_elements(self, node: Node, key: str, value: str, parts: list[str]) -> Node:
        try:
            pattern = compiled(value)
        except PatternError as error:
            raise RefusedError(f"the pattern `{value}` {error}") from error

        def is_chosen(item: Node) -> bool:
            found = item.get(key) if key and isinstance(item, Mapping) else item
            return isinstance(found, Scalar) and pattern.found_in(found.value.strip())

        before = self.count
        changed = self._in_items(node, is_chosen, parts)
        if self.count > before or self._make is None or not isinstance(changed, Sequence):
            return changed
        name = key_like(value, node)
        item: Node = Mapping([key_like(key, node), name], node.start, node.start, node.places) if key else name
        return with_items(changed, [*changed.items, self.set(item, parts[1:])])
