"""JSON, as `kubectl get -o json` prints it: the objects of a list one by one, and nodes without the YAML parser.

The decoder of the standard library proves that a text is JSON and finds where each object ends; what it decoded is
dropped at once, so that memory does not grow with a list. Tokens of such a text need no grammar any more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecoder
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from imagelint.facts.screen import Heading
from imagelint.text.compose import MAX_DEPTH, MAX_NODES, TOO_DEEP, TOO_MANY, ComposeError
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.places import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
# Behind spaces and commas: a string (a key, where a colon follows), a bracket, or any other value.
_TOKEN = re.compile(r'[ \t\r\n,]*(?:("(?:[^"\\]|\\.)*")([ \t\r\n]*:)?|([\[{])|([\]}])|([^ \t\r\n,\]}]+))')
_LINE_FEED = re.compile("\n")
_STRING, _KEY, _OPEN, _CLOSE = 1, 2, 3, 4
_decoder = JSONDecoder()


class JsonObject(NamedTuple):
    """An object of a JSON text: where it begins and ends, and what it says of its type."""

    start: int
    end: int
    heading: Heading


class Listing(NamedTuple):
    """What a JSON text holds: one object, or the items of a list (`List`, `PodList`)."""

    objects: list[JsonObject]
    # The type of objects that do not state it.
    of_items: Heading


def listing_of(text: str) -> Listing | None:
    """The objects of a text; None if it is not a JSON object."""
    if text.count("\r") != text.count("\r\n"):
        return None  # a return alone ends a line of YAML, and none here
    try:
        return _Reader(text).listing()
    except (ValueError, IndexError, RecursionError):
        return None


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def listing(self) -> Listing:
        """Raises ValueError or IndexError for text that is not JSON."""
        self._skip()
        start = self._at
        found: dict[str, Any] = {}
        items: list[JsonObject] = []
        for key in self._members():
            is_list = key == "items" and self._text[self._at] == "["
            if is_list:
                items = [*self._items()]
            value = None if is_list else self._value()
            found[key] = items if is_list else value
        end = self._at
        self._skip()
        if self._at < len(self._text):
            raise ValueError("there is more behind the object")
        heading = _heading(found)
        if heading.is_object and heading.is_list and found.get("items") is items:
            return Listing(items, heading.of_items)
        return Listing([JsonObject(start, end, heading)], Heading(None, None))

    def _members(self) -> Iterator[str]:
        """The keys of an object, each with its value next."""
        for _ in self._entries("{", "}"):
            key = self._value()
            if not isinstance(key, str):
                raise ValueError("a key is not a string")
            self._skip()
            self._take(":")
            yield key

    def _items(self) -> Iterator[JsonObject]:
        for _ in self._entries("[", "]"):
            start, heading = self._at, _heading(self._value())
            yield JsonObject(start, self._at, heading)

    def _entries(self, opening: str, closing: str) -> Iterator[None]:
        """Stands before each entry of a collection, and at last behind it."""
        self._take(opening)
        if self._text[self._at] != closing:
            yield
            self._skip()
            while self._text[self._at] == ",":
                self._take(",")
                yield
                self._skip()
        if self._text[self._at] != closing:
            raise ValueError(f"expected `{closing}`")
        self._at += 1

    def _value(self) -> Any:  # noqa: ANN401 - any JSON value
        value, self._at = _decoder.raw_decode(self._text, self._at)
        return value

    def _take(self, char: str) -> None:
        if self._text[self._at] != char:
            raise ValueError(f"expected `{char}`")
        self._at += 1
        self._skip()

    def _skip(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at


def _heading(value: Any) -> Heading:  # noqa: ANN401 - any JSON value
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    api_version, kind = fields.get("apiVersion"), fields.get("kind")
    return Heading(api_version if isinstance(api_version, str) else None, kind if isinstance(kind, str) else None)


class _Places:
    """The places of offsets in a part of a text that begins at `origin`."""

    def __init__(self, text: str, start: int, end: int, origin: Origin) -> None:
        self._text, self._start, self._end, self._origin = text, start, end, origin
        self._lines: list[int] = []

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column."""
        if not self._lines:
            breaks = _LINE_FEED.finditer(self._text, self._start, self._end)
            self._lines = [self._start, *(found.end() for found in breaks)]
        line = bisect_right(self._lines, offset) - 1
        column = offset - self._lines[line]
        return self._origin.line + line, column + (1 if line else self._origin.column)


def compose_json(text: str, part: JsonObject, origin: Origin) -> Node:
    """The nodes of a part of a text that `listing_of` found; `origin` is where it begins. Raises ComposeError."""
    places = _Places(text, part.start, part.end, origin)
    stack: list[tuple[int, list[Node]]] = []
    children: list[Node] = []
    for number, token in enumerate(_TOKEN.finditer(text, part.start, part.end)):
        if number >= MAX_NODES:
            raise ComposeError(TOO_MANY, *places.place(token.start()))
        kind = token.lastindex
        if kind == _OPEN:
            if len(stack) >= MAX_DEPTH:
                raise ComposeError(TOO_DEEP, *places.place(token.start(_OPEN)))
            stack.append((token.start(_OPEN), children))
            children = []
        elif kind == _CLOSE:
            start, siblings = stack.pop()
            make = Mapping if token[_CLOSE] == "}" else Sequence
            siblings.append(make(children, start, token.end(), places))
            children = siblings
        else:
            group = _STRING if kind == _KEY else kind or _STRING
            start, end = token.span(group)
            value = token[group]
            if group == _STRING:
                value = _decoder.raw_decode(value)[0] if "\\" in value else value[1:-1]
            children.append(Scalar(value, group != _STRING, start, end, places))
    return children[0]


def origins(text: str, parts: list[JsonObject]) -> Iterator[Origin]:
    """Where each of the parts of a text begins."""
    line, line_start, last = 1, 0, 0
    for start in (part.start for part in parts):
        line += text.count("\n", last, start)
        line_start = text.rfind("\n", last, start) + 1 or line_start
        yield Origin(line, start - line_start + 1)
        last = start
