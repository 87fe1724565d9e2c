"""A table of a TOML file as nodes like those of YAML: values from tomllib, places from a scan of the text."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

from imagelint.text.compose import ComposeError
from imagelint.text.nodes import Mapping, Node, Path, Scalar, Sequence
from imagelint.text.places import Span
from imagelint.text.records import NamedTuple

_TOKEN = re.compile(
    r"""\"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*'"""
    r"""| \#[^\n]* | \n | [\[\]{},=.] | [^\s\[\]{},=.\#"']+""",
    re.DOTALL | re.VERBOSE,
)
_ERROR = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_Value = dict[str, "_Value"] | list["_Value"] | str | int
# Nobody writes longer ones.
MAX_KEY_PARTS, MAX_LEVELS = 32, 64
_TOO_DEEP = f"nested deeper than {MAX_LEVELS} levels"
# Strings, also those that end on another line or not at all, and comments.
_NO_KEY = re.compile(r""" "(?:\\.|[^"\\\n])*+"? | '[^'\n]*+'? | \#[^\n]*+ """, re.VERBOSE)
_LONG_KEY = re.compile(rf"(?<![\w-])(?:[\w-]++[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}}")
_VALUE_ENDS = frozenset({"\n", ",", "]", "}", ""})


def compose_toml(data: bytes, table: tuple[str, ...]) -> Node | None:
    """The node of a table in UTF-8 text, None if there is no such table. Raises ComposeError."""
    value: _Value = load_toml(data)
    for key in table:
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    if _is_deep(value):
        raise ComposeError(_TOO_DEEP, 1, 1)
    return _node(value, table, _Scan(_text_of(data)))


def load_toml(data: bytes) -> dict[str, _Value]:
    """The content of TOML in UTF-8 text. Raises ComposeError for what is wrong, and for what takes tomllib too much."""
    text = _text_of(data)
    # tomllib keeps each part of a dotted key with all parts before it.
    long_key = _LONG_KEY.search(_NO_KEY.sub(_blank, text))
    if long_key is not None:
        line = text.count("\n", 0, long_key.start()) + 1
        raise ComposeError(f"a key of more than {MAX_KEY_PARTS} parts", line, 1)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _from_parser(str(error), text) from error
    except RecursionError as error:
        raise ComposeError(_TOO_DEEP, 1, 1) from error
    except ValueError as error:  # of int()
        raise ComposeError("a number has too many digits", 1, 1) from error


def _text_of(data: bytes) -> str:
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ComposeError("not UTF-8", data.count(b"\n", 0, error.start) + 1, 1) from error


def _blank(match: re.Match[str]) -> str:
    """As many letters as a string or a comment has, so that what follows stays in its place."""
    return "x" * len(match[0])


def _is_deep(value: _Value) -> bool:
    level: list[_Value] = [value]
    for _ in range(MAX_LEVELS):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def _from_parser(message: str, text: str) -> ComposeError:
    """The error with its place, which tomllib only states in its message."""
    match = _ERROR.fullmatch(message)
    if match is None or match[2] is None:
        column = len(text) - text.rfind("\n")
        return ComposeError(match[1] if match else message, text.count("\n") + 1, column)
    return ComposeError(match[1], int(match[2]), int(match[3]))


def _node(value: _Value, key_path: Path, scan: _Scan) -> Node:
    span = scan.value(key_path)
    if isinstance(value, dict):
        nodes: list[Node] = []
        for key, inner in value.items():
            name = Scalar(key, False, *_marks(scan.key((*key_path, key))))
            nodes += [name, _node(inner, (*key_path, key), scan)]
        return Mapping(nodes, *_marks(span))
    if isinstance(value, list):
        return Sequence([_node(item, (*key_path, number), scan) for number, item in enumerate(value)], *_marks(span))
    # Values that are not strings in TOML are plain scalars in YAML.
    try:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    except ValueError as error:
        raise ComposeError("a number has too many digits", span.line, span.column) from error
    return Scalar(text, not isinstance(value, str), *_marks(span))


class _Known:
    """Marks that are places of the file already."""

    def place(self, mark: tuple[int, int]) -> tuple[int, int]:
        """The mark itself."""
        return mark


def _marks(span: Span) -> tuple[tuple[int, int], tuple[int, int], _Known]:
    return span[:2], span[2:], _Known()


class _Token(NamedTuple):
    text: str
    start: int
    end: int


class _Scan:
    """The places of keys and values in a text that tomllib has read without error."""

    def __init__(self, text: str) -> None:
        found = (_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text))
        self._tokens = [token for token in found if not token.text.startswith("#")]
        self._tokens.append(_Token("", len(text), len(text)))
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._keys: dict[Path, Span] = {}
        self._values: dict[Path, Span] = {}
        # The last index of each array of tables.
        self._last: dict[Path, int] = {}
        self._next = 0
        self._document()

    def key(self, key_path: Path) -> Span:
        """The span of a key, or of what it is in."""
        return self._keys.get(key_path) or self.value(key_path)

    def value(self, key_path: Path) -> Span:
        """The span of a value; of a table the key that opens it."""
        while key_path:
            found = self._values.get(key_path) or self._keys.get(key_path)
            if found is not None:
                return found
            key_path = key_path[:-1]
        return Span(1, 1, 1, 1)

    def _document(self) -> None:
        table: Path = ()
        while self._text:
            if self._text == "\n":
                self._take()
            elif self._text == "[":
                table = self._header()
            else:
                self._pair(table)

    @property
    def _text(self) -> str:
        return self._tokens[self._next].text

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _header(self) -> Path:
        self._take()
        is_array = self._text == "["
        if is_array:
            self._take()
        key_path = self._key(())
        last = self._tokens[self._next - 1]
        while self._text == "]":
            self._take()
        if is_array:
            self._last[key_path] = self._last.get(key_path, -1) + 1
            key_path = (*key_path, self._last[key_path])
            self._values[key_path] = self._span(last, last)
        return key_path

    def _pair(self, table: Path) -> None:
        key_path = self._key(table)
        self._take()
        self._value(key_path)

    def _key(self, key_path: Path) -> Path:
        """A dotted key below `key_path`; below an array of tables, it refers to the last one."""
        while True:
            token = self._take()
            if key_path in self._last:
                key_path = (*key_path, self._last[key_path])
            key_path = (*key_path, _unquoted(token.text))
            self._keys.setdefault(key_path, self._span(token, token))
            if self._text != ".":
                return key_path
            self._take()

    def _value(self, key_path: Path) -> None:
        first = last = self._take()
        if first.text == "[":
            last = self._collection("]", key_path)
        elif first.text == "{":
            last = self._collection("}", key_path)
        else:
            while self._text not in _VALUE_ENDS:  # `1.5` and `2027-01-31 10:00:00` are several tokens
                last = self._take()
        self._values[key_path] = self._span(first, last)

    def _collection(self, end: str, key_path: Path) -> _Token:
        number = 0
        while self._text not in {end, ""}:
            if self._text in {",", "\n"}:
                self._take()
            elif end == "]":
                self._value((*key_path, number))
                number += 1
            else:
                self._pair(key_path)
        return self._take()

    def _span(self, first: _Token, last: _Token) -> Span:
        return Span(*self._place(first.start), *self._place(last.end))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def _unquoted(key: str) -> str:
    if key[0] not in "\"'":
        return key
    (name,) = tomllib.loads(f"{key} = 0")
    return name
