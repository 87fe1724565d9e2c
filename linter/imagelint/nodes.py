"""YAML nodes that keep the text as it was written and the place where it stands."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# What YAML 1.1 (and with it every Kubernetes tool) reads as null in a plain scalar.
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NO_TEXT = re.compile(
    r"|~|null|Null|NULL|y|Y|n|N|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"
    r"|[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9_]+"
    r"(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)",
    re.ASCII,
)


class ColumnUnit(Enum):
    """What programs count a column in: the encoding, and the bytes of it that make one."""

    CODE_POINT = ("utf-32-le", 4)
    UTF_8 = ("utf-8", 1)
    UTF_16 = ("utf-16-le", 2)

    def column(self, line: str, column: int) -> int:
        """The 1-based column of this unit for one in code points."""
        encoding, width = self.value
        return len(line[: column - 1].encode(encoding)) // width + 1


class Span(NamedTuple):
    """A place in a file: 1-based lines and columns in code points, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def counted_in(self, unit: ColumnUnit, first: str, last: str) -> Span:
        """The same place with columns of another unit; `first` and `last` are the lines where it begins and ends."""
        start, end = unit.column(first, self.column), unit.column(last, self.end_column)
        return Span(self.line, start, self.end_line, end)


class Text(NamedTuple):
    """A scalar as written, with its place."""

    value: str
    span: Span


class Scalar:
    """A scalar: nothing is converted, `1.10` stays `1.10` and `yes` stays `yes`."""

    __slots__ = ("plain", "span", "value")

    def __init__(self, value: str, span: Span, *, plain: bool) -> None:
        self.value = value
        self.span = span
        self.plain = plain

    @property
    def is_text(self) -> bool:
        """Whether YAML reads this scalar as a string, not as a number, a boolean or null."""
        return not self.plain or not _NO_TEXT.fullmatch(self.value)

    @property
    def is_null(self) -> bool:
        """Whether YAML reads this scalar as null."""
        return self.plain and self.value in _NULLS


class Sequence:
    """A list of nodes."""

    __slots__ = ("items", "span")

    def __init__(self, items: list[Node], span: Span) -> None:
        self.items = items
        self.span = span


class Mapping:
    """Pairs of nodes in the order of the file; merge keys are resolved when a key is asked for."""

    __slots__ = ("flow", "items", "span")

    def __init__(self, items: list[tuple[Node, Node]], span: Span, *, flow: bool) -> None:
        self.items = items
        self.span = span
        self.flow = flow

    def entry(self, key: str) -> tuple[Scalar, Node] | None:
        """The key and value nodes of `key`; the last of several wins, own keys win over merged ones."""
        for name, value in reversed(self.items):
            if type(name) is Scalar and name.value == key:
                return name, value
        for merged in self.merged():
            found = merged.entry(key)
            if found is not None:
                return found
        return None

    def get(self, key: str) -> Node | None:
        """The value of `key`, or None."""
        found = self.entry(key)
        return found[1] if found else None

    def pairs(self) -> Iterator[tuple[Scalar, Node]]:
        """Every scalar key with its value, merged ones after the own ones, overridden ones left out."""
        seen: set[str] = set()
        pending: list[Mapping] = [self]
        while pending:
            mapping = pending.pop()
            for name, value in mapping.items:
                if type(name) is Scalar and name.value not in seen and not _is_merge(name):
                    seen.add(name.value)
                    yield name, value
            pending.extend(reversed(list(mapping.merged())))

    def merged(self) -> Iterator[Mapping]:
        """The mappings that `<<` brings in, the strongest first."""
        for name, value in self.items:
            if type(name) is Scalar and _is_merge(name):
                sources = value.items if isinstance(value, Sequence) else [value]
                yield from (source for source in sources if isinstance(source, Mapping))


Node = Scalar | Sequence | Mapping
# The keys and 0-based indices that lead from an object to a part of it.
Path = tuple[str | int, ...]


def _is_merge(name: Scalar) -> bool:
    return name.plain and name.value == "<<"


def mapping(node: Node | None, key: str) -> Mapping | None:
    """The mapping under `key` of `node`, or None where either is something else."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value if isinstance(value, Mapping) else None


def items(node: Node | None, key: str) -> list[Node]:
    """The items of the list under `key` of `node`; empty where there is no such list."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return value.items if isinstance(value, Sequence) else []


def text(node: Node | None, key: str) -> Text | None:
    """The scalar under `key` of `node`, or None where it is absent, null or not a scalar."""
    value = node.get(key) if isinstance(node, Mapping) else None
    return as_text(value)


def as_text(node: Node | None) -> Text | None:
    """The node as text, or None where it is not a scalar or null."""
    if isinstance(node, Scalar) and not node.is_null:
        return Text(node.value, node.span)
    return None


def select(node: Node, path: str) -> list[Node]:
    """The nodes at `path`: keys joined by dots, `[]` behind a key for each item, `*` for each value."""
    return [found for _, found in locate(node, path)]


def locate(node: Node, path: str) -> list[tuple[Path, Node]]:
    """The nodes at `path`, as `select` reads it, each with the keys and indices that lead to it."""
    found: list[tuple[Path, Node]] = [((), node)]
    for part in path.split(".") if path else []:
        key = part.removesuffix("[]")
        found = [((*way, name), child) for way, parent in found for name, child in _children(parent, key)]
        if key != part:
            found = [
                ((*way, number), item)
                for way, child in found
                if isinstance(child, Sequence)
                for number, item in enumerate(child.items)
            ]
    return found


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
