"""From the text of one document to nodes: iterative, bounded, every scalar with its place.

The events come from ruamel.yaml's C parser. If that part is not installed, or refuses a text, ruamel.yaml's
pure parser decides, so that what is found never depends on what is installed.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any

from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from imagelint.text import parsers
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.parsers import c_events, pure_events
from imagelint.text.places import FIRST, UNUSUAL_BREAKS, DocumentStart, UnusualBreaks
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imagelint.text.parsers import Event, NextEvent
    from imagelint.text.places import Mark, Places

    # The collections around what is read: the event that opened each, and the nodes before it.
    Opened = list[tuple[Event, list[Node]]]

# Real manifests nest below 60; kubectl itself refuses 10,000. More is an attack or an accident.
MAX_DEPTH = 256
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
# A node takes up to 350 bytes, so that a document takes at most 1.4 GB. `kubectl get -A -o yaml` of 100 MB has fewer;
# of JSON, each object of a list is a document of its own.
MAX_NODES = 4_000_000
_NODES = frozenset({ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent})
TOO_MANY = f"more than {MAX_NODES:,} keys and values in one document"
# How many nodes aliases may expand to, similar to go-yaml's limit on "excessive aliasing": for each byte, as many
# small documents cost as much as a large one, and for any document.
MAX_ALIASED = 200_000
_ALIASED_PER_BYTE, _ALWAYS_ALIASED = 10, 1000
# The pure parser reads about 0.3 MB a second; a text that C refuses and that is longer keeps C's word.
_MAX_PURE = 1_000_000


class ComposeError(Exception):
    """The text is not YAML, or beyond a bound; `line` and `column` are 1-based and count from its start.

    `meant` is the root node, where it is clear what was meant although kubectl refuses the text.
    """

    def __init__(self, message: str, line: int, column: int, meant: Node | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.meant = meant


def compose(
    data: bytes,
    *,
    start: DocumentStart = FIRST,
    needs_reason: bool = True,
    lifts: bool = True,
    is_manifest: bool = False,
) -> Node | None:
    """The root node of one document of UTF-8 text that begins at `start` in its file.

    Expressions of a template language (`{{ … }}`) count as text, unless it is not to lift them.
    Returns None for a document without content. Raises ComposeError, with a place in that file; unless `needs_reason`,
    its message and place are those of whichever parser is faster. A manifest is YAML 1.1, as go-yaml reads it.
    """
    places = _places(data, start)
    data = data.removeprefix(BOM_UTF8)
    block: int | None = None
    if BOM_UTF8 in data:
        from imagelint.text.lifting import free_block, lift_marks

        block = free_block(data)
        data = lift_marks(data, block)
    readings = _Readings(block, needs_reason, is_manifest)
    if lifts and b"{{" in data:
        from imagelint.text.lifting import free_block, lift_expressions

        block = free_block(data) if block is None else block
        try:
            return _compose(lift_expressions(data, block), places, readings._replace(block=block))
        except ComposeError as refusal:
            try:  # as in `{"a": {"b": "{{"}}`, where the braces end no expression
                return _compose(data, places, readings)
            except ComposeError:
                raise refusal from None
    return _compose(data, places, readings)


def _places(data: bytes, start: DocumentStart) -> Places:
    return UnusualBreaks(data.decode("utf-8", "replace"), start) if _has_unusual_breaks(data) else start


def _has_unusual_breaks(data: bytes) -> bool:
    return not data.isascii() and any(unusual in data for unusual in UNUSUAL_BREAKS)


class _Readings(NamedTuple):
    """How a text is read; the fields are those of `compose`."""

    # Of the characters that some of the text was lifted to.
    block: int | None
    needs_reason: bool
    is_manifest: bool

    def of(self, data: bytes) -> Iterator[Callable[[], NextEvent]]:
        """The parsers for a text, fastest first; each is used if those before it reject the text."""
        if parsers.C_PART is not None:
            yield lambda: c_events(data)
            from imagelint.text.lifting import free_block, lift_indicators, set_down

            block = free_block(data) if self.block is None else self.block
            lifted = lift_indicators(data, block, is_manifest=self.is_manifest)
            if lifted != data:
                yield lambda: set_down(c_events(lifted), block)
            # Only the C part reads YAML 1.1, and unusual breaks, as kubectl does.
            if self.is_manifest or not self.needs_reason or len(data) > _MAX_PURE or _has_unusual_breaks(data):
                return
        yield lambda: pure_events(data)


def _compose(data: bytes, places: Places, readings: _Readings) -> Node | None:
    refusal: Exception | None = None
    for events in readings.of(data):
        try:
            next_event = events()
            if readings.block is not None:
                from imagelint.text.lifting import set_down

                next_event = set_down(next_event, readings.block)
            if len(data) > MAX_NODES:  # a node has a byte at least
                next_event = _counted(next_event, places)
            return _build(next_event, places, len(data))
        # The nodes of a text that is read once more would be kept by the traceback of its first error. A lack of memory
        # says nothing about the text.
        except (ComposeError, MemoryError) as error:
            raise error.with_traceback(None) from None
        except Exception as error:  # noqa: BLE001 - the parsers raise several unrelated types
            error.with_traceback(None)
            # At some directives the pure parser fails by itself, with an error that is not about the text.
            refusal = error if refusal is None or isinstance(error, YAMLError) else refusal
    raise _from_parser(refusal, data, places) from None


def _counted(next_event: NextEvent, places: Places) -> NextEvent:
    """The same events, up to `MAX_NODES` nodes. Raises ComposeError."""
    number = 0

    def next_counted() -> Event:
        nonlocal number
        event = next_event()
        kind = event.__class__
        if kind in _NODES:
            number += 1
            if number > MAX_NODES:
                raise _at(TOO_MANY, event.start_mark, places)
        return event

    return next_counted


def _from_parser(refusal: Exception | None, data: bytes, places: Places) -> ComposeError:
    from imagelint.text.refusals import mark_of, message_of

    return _at(message_of(refusal), mark_of(refusal, data), places)


def _build(next_event: NextEvent, places: Places, size: int) -> Node | None:  # noqa: C901, PLR0912 - a call costs as much as a node
    """The root node of the events of a document of `size` bytes: one loop with few calls, as it takes the most time."""
    aliases = _Aliases(min(MAX_ALIASED, _ALWAYS_ALIASED + _ALIASED_PER_BYTE * size))
    stack: Opened = []
    children: list[Node] = []
    last: Any = None
    while (event := next_event()) is not None:
        kind = event.__class__
        if kind is ScalarEvent:
            if event.value or not _is_absent(event, stack, children):
                last = event.end_mark
            else:
                event.start_mark = event.end_mark = last
            if event.ctag is not None:
                _apply_tag(event)
            event.__class__ = Scalar
            event.places = places
            children.append(event)
            if event.anchor is not None:
                aliases.nodes[event.anchor] = event
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            opening, siblings = stack.pop()
            # A block collection "ends" where the next token begins; the end of its text is that of its last scalar.
            if opening.flow_style or last is None:
                last = event.end_mark
            make = Mapping if kind is MappingEndEvent else Sequence
            siblings.append(collection := make(children, opening.start_mark, last, places))
            children = siblings
            if opening.anchor is not None and aliases.nodes[opening.anchor] is opening:
                aliases.nodes[opening.anchor] = collection
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if len(stack) >= MAX_DEPTH:
                raise _at(TOO_DEEP, event.start_mark, places)
            stack.append((event, children))
            if event.anchor is not None:
                aliases.nodes[event.anchor] = event
            children = []
            if kind is MappingStartEvent or event.flow_style:
                last = event.end_mark
        elif kind is AliasEvent:
            last = event.end_mark
            children.append(aliases.node(event, stack, places))
        elif kind is DocumentEndEvent:
            break  # kubectl does not read what follows `...`
    return children[0] if children else None


def _apply_tag(scalar: Event) -> None:
    from imagelint.text.tags import apply_tag

    apply_tag(scalar)


def _is_absent(scalar: Event, stack: Opened, children: list[Node]) -> bool:
    """Whether a key has no value at all: the parsers place that differently, so it is set behind the key."""
    start, end = scalar.start_mark, scalar.end_mark
    is_value = bool(stack) and isinstance(stack[-1][0], MappingStartEvent) and len(children) % 2 == 1
    return is_value and (start.line, start.column) == (end.line, end.column)


class _Aliases:
    """The anchored nodes of a document, and how many nodes its aliases expand to."""

    def __init__(self, most: int) -> None:
        # What begins a collection, as long as that is open.
        self.nodes: dict[str, Any] = {}
        self._most = most
        self._total = 0
        self._measures: dict[int, tuple[int, int]] = {}

    def node(self, event: Event, stack: Opened, places: Places) -> Node:
        """The node that an alias refers to. Raises ComposeError."""
        name = event.anchor
        node = self.nodes.get(name)
        if not isinstance(node, Node):
            problem = f"anchor `{name}` contains itself" if node else f"undefined alias `{name}`"
            raise _at(problem, event.start_mark, places)
        size, height = self._measure(node)
        self._total += size
        if self._total > self._most:
            raise _at(f"aliases expand to more than {self._most:,} nodes", event.start_mark, places)
        # An alias nests like what it refers to: nothing that reads the nodes can go deeper than the bound.
        if len(stack) + height >= MAX_DEPTH:
            raise _at(TOO_DEEP, event.start_mark, places)
        return node

    def _measure(self, node: Node) -> tuple[int, int]:
        """How many nodes there are in a node, and how many levels below it, with its aliases expanded."""
        if id(node) not in self._measures:
            size = height = 0
            pending = [(node, 0)]
            while pending:
                part, depth = pending.pop()
                own_size, own_height = self._measures.get(id(part), (1, 0))
                size, height = size + own_size, max(height, depth + own_height)
                if id(part) not in self._measures:
                    pending.extend((child, depth + 1) for child in _children(part))
            self._measures[id(node)] = size, height
        return self._measures[id(node)]


def _children(node: Node) -> Iterable[Node]:
    if isinstance(node, Mapping):
        return node.nodes
    return node.items if isinstance(node, Sequence) else ()


def _at(message: str, mark: Mark, places: Places) -> ComposeError:
    return ComposeError(message, *places.place(mark))
