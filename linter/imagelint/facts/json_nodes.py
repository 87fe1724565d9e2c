"""JSON, as `kubectl get -o json` prints it: the objects of a list one by one, and nodes without the YAML parser.

The decoder of the standard library proves that a text is JSON and finds where each object ends; what it decoded is
dropped at once, so that memory does not grow with a list. Tokens of such a text need no grammar any more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from math import isinf
from typing import TYPE_CHECKING, Any, cast

from imagelint.facts.json_decoder import CLOSE, DECODER, KEY, OPEN, STRING, TOKEN, BoundedDecoder
from imagelint.facts.kinds import is_list_version
from imagelint.facts.screen import NO_HEADING, Heading
from imagelint.text.compose import MAX_DEPTH, MAX_NODES, TOO_DEEP, TOO_MANY, ComposeError
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.places import DocumentStart
from imagelint.text.records import NamedTuple
from imagelint.text.split import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Sequenced

_SPACE = re.compile(r"[ \t\r\n]*")
_BREAK = re.compile("\r\n|[\r\n]")
# What kubectl skips between JSON and YAML: white space as Go's `unicode.IsSpace` knows it, up to the end of the line.
_TO_YAML = re.compile("[\t\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*\n?")
_AHEAD = 4
# Of a list or a stream: `kubectl get -A` prints some tens of thousands.
MAX_OBJECTS = 1_000_000
TOO_MANY_OBJECTS = f"more than {MAX_OBJECTS:,} objects in one file"
# Before a number that is infinite comes a large exponent, or many digits.
_LARGE = re.compile(r"-?[0-9.]+[eE]\+?[0-9]{3,}|-?[0-9]{300,}")


class JsonObject(NamedTuple):
    """An object of a JSON text: where it begins and ends, and what it says of its type."""

    start: int
    end: int
    heading: Heading


class Listing(NamedTuple):
    """What a JSON text holds: one object, or the items of a list (`List`, `PodList`)."""

    objects: list[JsonObject]
    # The type of items that do not state it; without a kind where it is one object.
    of_items: Heading
    start: int
    end: int


class JsonStream(NamedTuple):
    """The JSON values at the beginning of a text, and what follows them."""

    # One for each value; a value that is not an object holds none.
    listings: list[Listing]
    # Where kubectl goes on with YAML.
    rest: int
    # Why it does not, None if it does.
    refusal: str | None


def json_stream(text: str) -> JsonStream:
    """The values that begin a text, one after the other, up to what is not JSON (`YAMLOrJSONDecoder`, v1.36).

    Raises ComposeError for too many objects.
    """
    listings: list[Listing] = []
    decoder = BoundedDecoder(text)
    end = 0
    while (start := skip_space(text, end)) < len(text):
        if len(listings) == MAX_OBJECTS:
            raise ComposeError(TOO_MANY_OBJECTS, *next(document_starts(text, [start])))
        try:
            reader = _Reader(text, start, decoder)
            listings.append(reader.listing() if text[start] == "{" else reader.value())
        except (ValueError, IndexError, RecursionError):
            break
        end = reader.end
    if start == len(text):
        return JsonStream(listings, start, None)
    rest = _matched(_TO_YAML, text, end)
    return JsonStream(listings, rest, _refusal(text, rest, len(listings)))


def _refusal(text: str, rest: int, values: int) -> str | None:
    """Why kubectl does not read the rest of a text as YAML, after so many values of JSON."""
    if values > 1:
        return "after several JSON objects this is not another"
    # `consumeWhitespace` has to see four bytes where it stops.
    stop = rest - 1 if text.endswith("\n", 0, rest) else rest
    is_short = len(text[stop : stop + _AHEAD].encode()) < _AHEAD
    return "this is not JSON, and too short to be read as YAML" if is_short else None


def skip_space(text: str, at: int) -> int:
    """Where the next token begins."""
    return _matched(_SPACE, text, at)


def _matched(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


class _Reader:
    def __init__(self, text: str, start: int, decoder: BoundedDecoder) -> None:
        self._text = text
        self._at = start
        self._decoder = decoder

    @property
    def end(self) -> int:
        """How far the text was read."""
        return self._at

    def value(self) -> Listing:
        """A value that is not an object. Raises ValueError for what is not JSON."""
        start = self._at
        self._value()
        return Listing([], NO_HEADING, start, self._at)

    def listing(self) -> Listing:
        """Raises ValueError or IndexError for what is not a JSON object."""
        start = self._at
        found: dict[str, Any] = {}
        items: list[JsonObject] = []
        is_refused = False  # kubectl decodes every value of a key that is repeated
        for key in self._members():
            is_list = key == "items" and self._text[self._at] == "["
            if is_list:
                items = [*self._items()]
            value = None if is_list else self._value()
            found[key] = items if is_list else value
            is_refused = is_refused or (key == "items" and value is not None)
        end = self._at
        heading = _heading(found)
        is_list = heading.is_list or (bool(heading.kind) and any(item.heading.is_object for item in items))
        if is_list and not is_refused and found.get("items") is items and _is_list_version(found.get("apiVersion")):
            return Listing(items, heading.of_items, start, end)
        return Listing([JsonObject(start, end, heading)], NO_HEADING, start, end)

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
        for number, _ in enumerate(self._entries("[", "]")):
            if number == MAX_OBJECTS:
                raise ComposeError(TOO_MANY_OBJECTS, *next(document_starts(self._text, [self._at])))
            start, heading = self._at, _heading(self._value())
            yield JsonObject(start, self._at, heading)

    def _entries(self, opening: str, closing: str) -> Iterator[None]:
        """Stops before each entry of a collection, and finally after it."""
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
        value, self._at = self._decoder.decode(self._at)
        return value

    def _take(self, char: str) -> None:
        if self._text[self._at] != char:
            raise ValueError(f"expected `{char}`")
        self._at += 1
        self._skip()

    def _skip(self) -> None:
        self._at = skip_space(self._text, self._at)


def _heading(value: Any) -> Heading:  # noqa: ANN401 - any JSON value
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    api_version, kind = fields.get("apiVersion"), fields.get("kind")
    return Heading(api_version if isinstance(api_version, str) else None, kind if isinstance(kind, str) else None)


def _is_list_version(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return value is None or (isinstance(value, str) and is_list_version(value))


class _Places:
    """The places of offsets in a part of a text that begins at `document`."""

    def __init__(self, text: str, start: int, end: int, document: DocumentStart) -> None:
        self._text, self._start, self._end, self._document = text, start, end, document
        self._lines: list[int] = []

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column."""
        if not self._lines:
            breaks = _BREAK.finditer(self._text, self._start, self._end)
            self._lines = [self._start, *(found.end() for found in breaks)]
        line = bisect_right(self._lines, offset) - 1
        column = offset - self._lines[line]
        return self._document.line + line, column + (1 if line else self._document.column)


def compose_json(text: str, part: JsonObject, document: DocumentStart) -> Node:
    """The nodes of a part of a text that `listing_of` found; `document` is where it begins. Raises ComposeError."""
    places = _Places(text, part.start, part.end, document)
    stack: list[tuple[int, list[Node]]] = []
    children: list[Node] = []
    for number, token in enumerate(TOKEN.finditer(text, part.start, part.end)):
        if number >= MAX_NODES:
            raise ComposeError(TOO_MANY, *places.place(token.start()))
        kind = token.lastindex
        if kind == OPEN:
            if len(stack) >= MAX_DEPTH:
                raise ComposeError(TOO_DEEP, *places.place(token.start(OPEN)))
            stack.append((token.start(OPEN), children))
            children = []
        elif kind == CLOSE:
            start, siblings = stack.pop()
            make = Mapping if token[CLOSE] == "}" else Sequence
            siblings.append(make(children, start, token.end(), places))
            children = siblings
        else:
            group = STRING if kind == KEY else kind or STRING
            start, end = token.span(group)
            value = token[group]
            if group == STRING:
                value = DECODER.raw_decode(value)[0] if "\\" in value else value[1:-1]
            elif _LARGE.match(value) and isinf(float(value)):
                raise ComposeError(f"kubectl refuses this: `{shortened(value)}` is too large", *places.place(start))
            children.append(Scalar(value, group != STRING, start, end, places))
    return children[0]


def document_starts(text: str, offsets: Sequenced[int]) -> Iterator[DocumentStart]:
    """The places of offsets in a text, which are sorted."""
    starts = [0, *(found.end() for found in _BREAK.finditer(text, 0, max(offsets, default=0)))]
    for offset in offsets:
        line = bisect_right(starts, offset)
        yield DocumentStart(line, offset - starts[line - 1] + 1)
