"""YAML nodes that keep their text as written and its place."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any

from ruamel.yaml.events import ScalarEvent

from imagelint.text.places import Places, Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

# What YAML 1.1 (and with it every Kubernetes tool) reads as null in a plain scalar.
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS = frozenset(
    {
        *("y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"),
        *("n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"),
    }
)
# Numbers as go-yaml and Go's `strconv` read them, without the underscores that go-yaml takes out before.
_DECIMAL = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_INTEGER = r"[-+]?(?:0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|0|[1-9][0-9]*)"
_MOST_BITS = 4000  # leading zeros do not count, but nobody writes that many
_FIRST_OF_NUMBERS = frozenset("0123456789+-.")


INFINITE = frozenset(
    {*(sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")), ".nan", ".NaN", ".NAN"}
)


def is_number(value: str) -> bool:
    """Whether YAML 1.1 reads a plain scalar as a number (go-yaml v2 `resolve.go`)."""
    if value[:1] not in _FIRST_OF_NUMBERS:
        return False
    # After a leading dot only Go's own parser takes them out, with a digit on both sides.
    plain = re.sub(r"(?<=[0-9])_(?=[0-9])", "", value) if value.startswith(".") else value.replace("_", "")
    if re.fullmatch(_DECIMAL, plain):
        return isfinite(float(plain))
    return is_integer(value) or value in INFINITE


def is_integer(value: str) -> bool:
    """Whether YAML 1.1 reads a plain scalar as a number without a fraction, of at most 64 bits."""
    plain = value.replace("_", "")
    # go-yaml gives what follows `0b` to Go, which reads another sign there.
    if plain.startswith(("0b+", "0b-")):
        return re.fullmatch("[01]{1,63}", plain[3:]) is not None
    if value[:1] not in _FIRST_OF_NUMBERS or not re.fullmatch(_INTEGER, plain) or len(plain) > _MOST_BITS:
        return False
    digits = plain.lstrip("+-")
    is_octal = digits.isdecimal() and len(digits) > 1 and digits.startswith("0")
    lowest, beyond = (-(2**63), 2**63) if plain[0] in "+-" else (0, 2**64)
    return lowest <= int(plain, 8 if is_octal else 0) < beyond


# ruamel.yaml publishes no types of its slots.
_EVENT: Any = ScalarEvent


class _Placed:
    """A node with its place, kept as the parser's own marks: most places are never used."""

    __slots__ = ()
    start: object
    end: object
    places: Places

    @property
    def span(self) -> Span:
        """From the first character to after the last one."""
        place = self.places.place
        return Span(*place(self.start), *place(self.end))


class Scalar(ScalarEvent, _Placed):
    """A scalar: nothing is converted, `1.10` stays `1.10` and `yes` stays `yes`.

    It is an event of a parser under another class: a new object for each scalar would take a tenth of the parse.
    """

    __slots__ = ()
    value: str
    start: object = _EVENT.start_mark
    end: object = _EVENT.end_mark
    places: Places = _EVENT.comment

    def __init__(self, value: str, plain: bool, start: object, end: object, places: Places) -> None:
        self.value = value
        self.style = "" if plain else '"'
        self.start_mark = start
        self.end_mark = end
        self.comment = places

    @property
    def plain(self) -> bool:
        """Whether it has no quotes, and is not a block."""
        return not self.style

    @property
    def is_text(self) -> bool:
        """Whether YAML reads this scalar as a string, not as a number, a boolean or null."""
        value = self.value
        return bool(self.style) or not (value in NULLS or value in BOOLEANS or is_number(value))

    @property
    def is_null(self) -> bool:
        """Whether YAML reads this scalar as null."""
        return self.plain and self.value in NULLS

    @property
    def is_infinite(self) -> bool:
        """Whether YAML reads this scalar as infinity, or as no number: JSON has neither."""
        return self.plain and self.value in INFINITE


class Sequence(_Placed):
    """A list of nodes."""

    __slots__ = ("end", "items", "places", "start")

    def __init__(self, items: list[Node], start: object, end: object, places: Places) -> None:
        self.items = items
        self.start = start
        self.end = end
        self.places = places


class Mapping(_Placed):
    """Keys and values in the order of the file; merge keys are resolved on access."""

    __slots__ = ("_entries", "end", "nodes", "places", "start")

    def __init__(self, nodes: list[Node], start: object, end: object, places: Places) -> None:
        # Each key before its value. Most mappings are never looked into: nothing is made of them before.
        self.nodes = nodes
        self._entries: dict[str, tuple[Scalar, Node]] | None = None
        self.start = start
        self.end = end
        self.places = places

    @property
    def items(self) -> list[tuple[Node, Node]]:
        """Every key, even if it is not a scalar, with its value."""
        return [*zip(self.nodes[::2], self.nodes[1::2], strict=True)]

    def entry(self, key: str) -> tuple[Scalar, Node] | None:
        """The key and value nodes of `key`; the last of several wins, be it an own one or merged."""
        return (self._entries or self.by_key()).get(key)

    def get(self, key: str) -> Node | None:
        """The value of `key`, or None."""
        found = (self._entries or self.by_key()).get(key)
        return found[1] if found else None

    def pairs(self) -> Iterable[tuple[Scalar, Node]]:
        """Every scalar key with its value, merged ones among them, overridden ones left out."""
        return self.by_key().values()

    def by_key(self) -> dict[str, tuple[Scalar, Node]]:
        """Every scalar key by its text, with its node and its value; merged ones are among them."""
        if self._entries is None:
            own = self.own_entries()
            self._entries = self._merged_entries() if "<<" in own else own
        return self._entries

    def own_entries(self) -> dict[str, tuple[Scalar, Node]]:
        """The pairs with a scalar key, by its text, `<<` among them."""
        nodes = iter(self.nodes)
        return {key.value: (key, value) for key, value in zip(nodes, nodes, strict=True) if isinstance(key, Scalar)}

    def _merged_entries(self) -> dict[str, tuple[Scalar, Node]]:
        """The pairs as go-yaml v2 fills its map: what comes later wins, whether it is merged or not."""
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, value in self.items:
            if isinstance(key, Scalar) and not is_merge(key):
                entries[key.value] = key, value
            elif isinstance(key, Scalar):
                sources = reversed(value.items) if isinstance(value, Sequence) else (value,)
                for source in sources:
                    entries.update(source.by_key() if isinstance(source, Mapping) else {})
        return entries


Node = Scalar | Sequence | Mapping
# The keys and 0-based indices that lead from an object to a part of it.
Path = tuple[str | int, ...]
MERGE_KEY = "<<"


def is_merge(name: Scalar) -> bool:
    """Whether a key brings the pairs of other mappings in."""
    return name.value == MERGE_KEY and name.plain


def mapping(node: Node | None, key: str) -> Mapping | None:
    """The mapping under `key` of `node`, or None if either is something else."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value if isinstance(value, Mapping) else None


def items(node: Node | None, key: str) -> list[Node]:
    """The items of the list under `key` of `node`; empty if there is no such list."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value.items if isinstance(value, Sequence) else []


def text(node: Node | None, key: str) -> Text | None:
    """The scalar under `key` of `node`, or None if it is absent, null or not a scalar."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return as_text(value)


def has_text(node: Node | None, key: str) -> bool:
    """Whether there is a text under `key` of `node`."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return isinstance(value, Scalar) and not value.is_null


def as_text(node: Node | None) -> Text | None:
    """The node as text, or None if it is not a scalar or null."""
    if isinstance(node, Scalar) and not node.is_null:
        return Text(node.value, node.span)
    return None


def select(node: Node, path: str) -> list[Node]:
    """The nodes at `path`: keys joined by dots, `[]` after a key for each item, `*` for each value."""
    return [found for _, found in locate(node, path)]


def locate(node: Node, path: str) -> list[tuple[Path, Node]]:
    """The nodes at `path`, as `select` reads it, each with the keys and indices that lead to it."""
    if "[" not in path and "*" not in path:
        keys = path.split(".") if path else []
        last = _descend(node, keys)
        return [] if last is None else [((*keys,), last)]
    found: list[tuple[Path, Node]] = [((), node)]
    for part in path.split("."):
        key = part.rstrip("[]")
        found = [((*way, name), child) for way, parent in found for name, child in _children(parent, key)]
        for _ in range(part.count("[]")):
            found = [
                ((*key_path, number), item)
                for key_path, child in found
                if isinstance(child, Sequence)
                for number, item in enumerate(child.items)
            ]
        if not found:
            break
    return found


def _descend(node: Node | None, keys: list[str]) -> Node | None:
    for key in keys:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def written(path: Path) -> str:
    """A path as people write it: `spec.templates[0].container`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _children(node: Node, key: str) -> list[tuple[str, Node]]:
    if not isinstance(node, Mapping):
        return []
    if key == "*":
        return [(name.value, value) for name, value in node.pairs()]
    value = node.get(key)
    return [] if value is None else [(key, value)]
