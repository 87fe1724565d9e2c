"""The values that a chart is rendered with: put together as helm does it, each with the place where it is written."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING

from imagelint.sources.charts.prepare import LARGEST, ChartError
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.places import Place, SourceId, Span
from imagelint.text.records import NamedTuple
from imagelint.text.source import UnreadableError, decode, read_regular, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imagelint.text.nodes import Path

# In a plain scalar, nothing that would end it between braces.
_SAFE = re.compile(r"[\w.+:-]*\w|\.")
# Where a value is set in a list: `hosts[0].name`.
_STEP = re.compile(r"((?:\\.|[^.\[\\])*)((?:\[[0-9]{1,4}\])*)(?:\.|\Z)")
_MOST_STEPS = 30
# Helm reads a value behind `--set` as one of these, or as text (Helm v3.17 `pkg/strvals/parser.go` typedVal).
_TYPED = re.compile(r"true|false|null|0|-?[1-9][0-9]{0,17}")


class Values(NamedTuple):
    """Values that are set together, and where each of their nodes is written."""

    root: Mapping | Sequence
    place: Callable[[Span], Place]


class Parameter(NamedTuple):
    """A value that is set by itself: `image.tag`."""

    name: str
    value: Scalar
    # It is text, even if it looks like a number.
    is_text: bool = False


def read_values(path: str) -> Values | None:
    """The values of a file; None if it has none. Raises ChartError."""
    try:
        root = compose(decode(read_regular(path, LARGEST)))
    except ComposeError as error:
        raise ChartError(f"{path}:{error.line} is not YAML") from error
    except UnreadableError as error:
        raise ChartError(f"{path} {error.message}") from error
    except OSError as error:
        raise ChartError(f"{path} cannot be read: {refusal(error)}") from error
    if root is None or (isinstance(root, Scalar) and root.is_null):
        return None
    if not isinstance(root, Mapping):
        raise ChartError(f"{path} is not a mapping of values")
    source = SourceId(path)
    return Values(root, partial(Place, source))


def merged(layers: Iterable[Mapping]) -> Mapping | None:
    """Values on top of others, as helm merges them: mapping by mapping, everything else as a whole."""
    result: Mapping | None = None
    for layer in layers:
        result = layer if result is None else _over(layer, result)
    return result


def _over(upper: Mapping, lower: Mapping) -> Mapping:
    entries = {key.value: (key, value) for key, value in lower.pairs()}
    for key, value in upper.pairs():
        below = entries[key.value][1] if key.value in entries else None
        both = _over(value, below) if isinstance(value, Mapping) and isinstance(below, Mapping) else value
        entries[key.value] = (key, both)
    nodes = [node for pair in entries.values() for node in pair]
    return Mapping(nodes, upper.start, upper.end, upper.places)


def with_parameters(values: Mapping | None, parameters: Iterable[Parameter], near: Node) -> Mapping | None:
    """Values with others that are set one by one, as `--set` does it."""
    for parameter in parameters:
        steps = steps_of(parameter.name)
        if steps:
            changed = _set(values, steps, parameter.value, near)
            values = changed if isinstance(changed, Mapping) else values
    return values


def steps_of(name: str) -> Path:
    """The path that a name means: `hosts[0].name`."""
    steps: list[str | int] = []
    for key, indices in _STEP.findall(name):
        steps += [re.sub(r"\\(.)", r"\1", key)] if key else []
        steps += [int(index) for index in re.findall("[0-9]+", indices)]
    return tuple(steps[:_MOST_STEPS])


def _set(node: Node | None, steps: Path, value: Node, near: Node) -> Node:
    """A node with another one at a path."""
    if not steps:
        return value
    first, *others = steps
    if isinstance(first, int):
        items = [*node.items] if isinstance(node, Sequence) else []
        null = Scalar("null", True, near.start, near.start, near.places)
        items += [null] * (first + 1 - len(items))
        items[first] = _set(items[first], tuple(others), value, near)
        return Sequence(items, near.start, near.end, near.places)
    entries = {key.value: (key, inner) for key, inner in node.pairs()} if isinstance(node, Mapping) else {}
    key, inner = entries.get(first, (Scalar(first, False, near.start, near.start, near.places), None))
    entries[first] = (key, _set(inner, tuple(others), value, near))
    nodes = [one for pair in entries.values() for one in pair]
    return Mapping(nodes, near.start, near.end, near.places)


def typed(parameter: Parameter) -> Scalar:
    """The value of a parameter as helm reads it."""
    scalar = parameter.value
    is_plain = not parameter.is_text and _TYPED.fullmatch(scalar.value) is not None
    return Scalar(scalar.value, is_plain, scalar.start, scalar.end, scalar.places)


def dumped(node: Node | None) -> str:
    """Values as YAML in one line; numbers stay as they are written, as helm reads `1.10` as a number."""
    if node is None:
        return "{}"
    if isinstance(node, Scalar):
        if node.is_null:
            return "null"
        return node.value if not node.is_text and _SAFE.fullmatch(node.value) else json.dumps(node.value)
    if isinstance(node, Sequence):
        return f"[{', '.join(map(dumped, node.items))}]"
    return f"{{{', '.join(f'{json.dumps(key.value)}: {dumped(value)}' for key, value in node.pairs())}}}"


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """The scalars of values, with their key paths."""
    if isinstance(node, Scalar):
        yield path, node
        return
    if isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from leaves(item, (*path, number))
        return
    for key, value in node.pairs():
        yield from leaves(value, (*path, key.value))


def replaced(node: Node, texts: dict[Path, str], path: Path = ()) -> Node:
    """Values with other texts at some paths."""
    if isinstance(node, Scalar):
        if path not in texts:
            return node
        return Scalar(texts[path], False, node.start, node.end, node.places)
    if isinstance(node, Sequence):
        items = [replaced(item, texts, (*path, number)) for number, item in enumerate(node.items)]
        return Sequence(items, node.start, node.end, node.places)
    nodes: list[Node] = []
    for key, value in node.pairs():
        nodes += [key, replaced(value, texts, (*path, key.value))]
    return Mapping(nodes, node.start, node.end, node.places)
