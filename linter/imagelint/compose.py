"""From the text of one document to nodes: iterative, bounded, every scalar with its place.

The events come from ruamel.yaml's C parser. Where that part is not installed, or refuses a text, ruamel.yaml's
pure parser decides, so that what is found never depends on what is installed.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

from imagelint.nodes import Mapping, Node, Scalar, Sequence, Span

if TYPE_CHECKING:
    from collections.abc import Callable

try:
    CParser: Any = import_module("_ruamel_yaml").CParser
except ImportError:  # no C part on this interpreter (PyPy, a new CPython without wheels)
    CParser = None

# Real manifests nest below 60; kubectl itself refuses 10,000. More is an attack or an accident.
MAX_DEPTH = 256
# How many nodes aliases may stand for, in the manner of go-yaml's limit on "excessive aliasing": for each byte, as many
# small documents cost as much as a large one, and for any document.
MAX_ALIASED = 200_000
_ALIASED_PER_BYTE, _ALWAYS_ALIASED = 10, 1000
# The pure parser reads about 0.3 MB a second; a text that C refuses and that is longer keeps C's word.
_MAX_PURE = 1_000_000

# `image: {{ .Values.image }}:{{ .Values.tag }}` is no YAML, and `image: {{ x }}` a mapping. So what stands between
# braces is lifted out of ASCII, character by character, and set down again in the scalars: places stay as they are.
# One that has no end is matched to the end of its line, so that the search does not begin anew at each of its braces.
_EXPRESSION = re.compile(r"\{\{[^\n]*?(?:\}\}|$)", re.MULTILINE)
_LIFTED = {char: 0xE000 + char for char in range(0x80)}
_SET_DOWN = {lifted: char for char, lifted in _LIFTED.items()}

Event = Any  # neither part of ruamel.yaml publishes types for its events and marks


class ComposeError(Exception):
    """The text is not YAML, or beyond a bound; `line` and `column` are 1-based and count from its start."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def compose(data: bytes, *, first_line: int = 1) -> Node | None:
    """The root node of one document of UTF-8 text whose first line is line `first_line` of its file.

    Expressions of a template language (`{{ … }}`) count as text.
    Returns None for a document without content. Raises ComposeError, with a line of that file.
    """
    is_templated = b"{{" in data
    if is_templated:
        data = _lift_expressions(data)
    max_aliased = min(MAX_ALIASED, _ALWAYS_ALIASED + _ALIASED_PER_BYTE * len(data))
    if CParser is not None:
        try:
            events = _c_events(data)
            return _Composer(events, first_line, is_templated=is_templated, max_aliased=max_aliased).document()
        except ComposeError:
            raise
        except Exception as refusal:  # noqa: BLE001 - the C part raises several unrelated types
            if len(data) > _MAX_PURE:
                raise _from_parser(refusal, first_line) from None
    try:
        events = _pure_events(data)
        return _Composer(events, first_line, is_templated=is_templated, max_aliased=max_aliased).document()
    except ComposeError:
        raise
    except Exception as refusal:  # noqa: BLE001 - as above
        raise _from_parser(refusal, first_line) from None


def _lift_expressions(data: bytes) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    return _EXPRESSION.sub(_lift, text).encode("utf-8", "surrogateescape")


def _lift(match: re.Match[str]) -> str:
    return match[0].translate(_LIFTED) if match[0].endswith("}}") else match[0]


def _c_events(data: bytes) -> Callable[[], Event]:
    next_event: Callable[[], Event] = CParser(data).get_event
    return next_event


def _pure_events(data: bytes) -> Callable[[], Event]:
    from ruamel.yaml import YAML

    yaml: Any = YAML(typ="safe", pure=True)
    loader, parser = yaml.get_constructor_parser(data.decode("utf-8", "surrogateescape"))
    del loader
    return lambda: parser.get_event() if parser.check_event() else None


def _from_parser(refusal: Exception, first_line: int) -> ComposeError:
    mark = getattr(refusal, "problem_mark", None) or getattr(refusal, "context_mark", None)
    problem = getattr(refusal, "problem", None) or getattr(refusal, "reason", None) or str(refusal)
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    message = str(problem).strip().partition("\n")[0] or type(refusal).__name__
    return ComposeError(message, line + first_line, column + 1)


class _Frame:
    """A collection that is being read."""

    __slots__ = ("anchor", "flow", "height", "key", "nodes", "pairs", "size", "start")

    def __init__(self, event: Event, *, is_mapping: bool) -> None:
        self.anchor = event.anchor
        self.start = event.start_mark
        self.flow = bool(event.flow_style)
        self.pairs: list[tuple[Node, Node]] | None = [] if is_mapping else None
        self.nodes: list[Node] = []
        self.key: Node | None = None
        self.size = 1
        # How many levels there are below.
        self.height = 0

    def add(self, node: Node, size: int, height: int) -> None:
        self.size += size
        self.height = max(self.height, height + 1)
        if self.pairs is None:
            self.nodes.append(node)
        elif self.key is None:
            self.key = node
        else:
            self.pairs.append((self.key, node))
            self.key = None

    def node(self, span: Span) -> Node:
        if self.pairs is None:
            return Sequence(self.nodes, span)
        return Mapping(self.pairs, span, flow=self.flow)


class _Composer:
    def __init__(
        self, next_event: Callable[[], Event], first_line: int, *, is_templated: bool, max_aliased: int
    ) -> None:
        self._next = next_event
        self._max_aliased = max_aliased
        self._is_templated = is_templated
        self._first = first_line
        # Each with its size and height.
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._stack: list[_Frame] = []
        self._root: Node | None = None
        self._aliased = 0
        self._end: Any = None

    def document(self) -> Node | None:
        while (event := self._next()) is not None:
            handler = _HANDLERS.get(type(event).__name__)
            if handler is not None:
                handler(self, event)
        return self._root

    def on_scalar(self, event: Event) -> None:
        start, end = event.start_mark, event.end_mark
        if not event.value and self._is_absent(start, end):
            start = end = self._end
        self._end = end
        first = self._first
        span = Span(start.line + first, start.column + 1, end.line + first, end.column + 1)
        value = event.value.translate(_SET_DOWN) if self._is_templated else event.value
        node = Scalar(value, span, plain=not event.style)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1, 0)
        self._add(node, 1, 0)

    def _is_absent(self, start: Event, end: Event) -> bool:
        """Whether a key has no value at all: the parsers place that differently, so it is set behind the key."""
        is_value = bool(self._stack) and self._stack[-1].key is not None
        return is_value and (start.line, start.column) == (end.line, end.column)

    def on_mapping(self, event: Event) -> None:
        self._open(event, is_mapping=True)

    def on_sequence(self, event: Event) -> None:
        self._open(event, is_mapping=False)

    def on_end(self, event: Event) -> None:
        frame = self._stack.pop()
        if frame.flow or self._end is None:
            self._end = event.end_mark
        # A block collection "ends" where the next token begins; its last scalar tells where its text does.
        span = Span(*self._at(frame.start), *self._at(self._end))
        node = frame.node(span)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (node, frame.size, frame.height)
        self._add(node, frame.size, frame.height)

    def on_alias(self, event: Event) -> None:
        name: str = event.anchor
        if name not in self._anchors:
            around = any(frame.anchor == name for frame in self._stack)
            problem = f"anchor `{name}` contains itself" if around else f"undefined alias `{name}`"
            raise self._error(problem, event)
        self._end = event.end_mark
        node, size, height = self._anchors[name]
        self._aliased += size
        if self._aliased > self._max_aliased:
            raise self._error(f"aliases stand for more than {self._max_aliased:,} nodes", event)
        # An alias nests like what it stands for: nothing that reads the nodes can go deeper than the bound.
        self._check_depth(len(self._stack) + height, event)
        self._add(node, size, height)

    def _open(self, event: Event, *, is_mapping: bool) -> None:
        self._check_depth(len(self._stack), event)
        self._stack.append(_Frame(event, is_mapping=is_mapping))
        if is_mapping or event.flow_style:
            self._end = event.end_mark

    def _check_depth(self, depth: int, event: Event) -> None:
        if depth >= MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH} levels", event)

    def _add(self, node: Node, size: int, height: int) -> None:
        if self._stack:
            self._stack[-1].add(node, size, height)
        elif self._root is None:
            self._root = node

    def _at(self, mark: Event) -> tuple[int, int]:
        return mark.line + self._first, mark.column + 1

    def _error(self, message: str, event: Event) -> ComposeError:
        return ComposeError(message, *self._at(event.start_mark))


_HANDLERS: dict[str, Callable[[_Composer, Event], None]] = {
    "ScalarEvent": _Composer.on_scalar,
    "MappingStartEvent": _Composer.on_mapping,
    "SequenceStartEvent": _Composer.on_sequence,
    "MappingEndEvent": _Composer.on_end,
    "SequenceEndEvent": _Composer.on_end,
    "AliasEvent": _Composer.on_alias,
}
