"""Lifts text that the C parser takes for syntax to other characters, and sets it down again in scalars.

Each is replaced by one character of a block of the private use area, so that places stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ruamel.yaml.events import ScalarEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.text.parsers import Event, NextEvent

# The blocks, by their first characters; in UTF-8, some of their characters have this byte.
_BLOCKS, _FIRST_BYTE = range(0xE000, 0xF000, 0x100), b"\xee"
# The C part skips a byte order mark at the start of any line; to go-yaml it is a character of the text.
_MARK, _LIFTED_MARK = 0xFEFF, 0x80

# `image: {{ .Values.image }}:{{ .Values.tag }}` is not YAML, and `image: {{ x }}` a mapping. An expression without an
# end is matched to the end of its line, so that the search does not begin again at each of its braces.
_EXPRESSION = re.compile(r"\{\{[^\n]*?(?:\}\}|$)", re.MULTILINE)

# What YAML takes for white space: Python has more, such as U+00A0.
_WHITE_SPACE = r" \t\r\n\x85\u2028\u2029"


def _pattern(text: str) -> re.Pattern[str]:
    r"""The verbose pattern, in which `\s` and `\S` are about the white space of YAML."""
    return re.compile(text.replace(r"\S", rf"[^{_WHITE_SPACE}]").replace(r"\s", _WHITE_SPACE), re.VERBOSE)


# In `{image: nginx:1.27, url: http://a/b?c=d}` libyaml refuses a colon or a question mark within a plain scalar, as
# YAML 1.1 does; YAML 1.2 reads both, and go-yaml the colon (`yaml_parser_scan_plain_scalar`). Quoted
# scalars and block style lose nothing when theirs are lifted; tags, anchors, aliases and directives are left alone.
# Each alternative begins with the one character that it is about, so that the search runs as fast as memory.
_INDICATOR = _pattern(
    r"""
      :(?<=[^\s,\[\]{}"']:)(?=\S)  | :(?<=[\[,]:)(?=\S)   | :(?<=[\[,][ ]:)(?=\S)
    | \?(?<=[^\s,\[\]{}"']\?)      | \?(?<=[^\s,\[\]{}"'?:-][ ]\?)
    | !(?<![^\s\[{,]!)(?:<[^\s>]*>)?[^\s,\[\]{}]* | &(?<![^\s\[{,]&)[^\s,\[\]{}]* | \*(?<![^\s\[{,]\*)[^\s,\[\]{}]*
    | %(?<![^\n\r]%)[^\n\r]*
    """
)
# The same of the colons that go-yaml reads; it refuses the question marks.
_COLON = _pattern(
    r"""
      :(?<=[^\s,\[\]{}"']:)(?=\S)
    | !(?<![^\s\[{,]!)(?:<[^\s>]*>)?[^\s,\[\]{}]* | &(?<![^\s\[{,]&)[^\s,\[\]{}]* | \*(?<![^\s\[{,]\*)[^\s,\[\]{}]*
    | %(?<![^\n\r]%)[^\n\r]*
    """
)
_SYNTAX = frozenset("!&*%")
# It makes the pure parser read YAML 1.1.
_VERSION = b"%YAML"


def free_block(data: bytes) -> int:
    """The block that UTF-8 text has no character of, for what is lifted in it; the first one if it has some of each."""
    if _FIRST_BYTE not in data:
        return _BLOCKS[0]
    text = data.decode("utf-8", "surrogateescape")
    used = {ord(char) & ~0xFF for char in set(text)}
    return next((block for block in _BLOCKS if block not in used), _BLOCKS[0])


def lift_expressions(data: bytes, block: int) -> bytes:
    """UTF-8 text with the expressions of a template language (`{{ … }}`) lifted."""

    def lifted(match: re.Match[str]) -> str:
        return match[0].translate(_lifting(block)) if match[0].endswith("}}") else match[0]

    return _lift(data, _EXPRESSION, lifted)


def lift_marks(data: bytes, block: int) -> bytes:
    """UTF-8 text with the byte order marks lifted that it holds."""
    table = {_MARK: block + _LIFTED_MARK}
    return data.decode("utf-8", "surrogateescape").translate(table).encode("utf-8", "surrogateescape")


def lift_indicators(data: bytes, block: int, *, is_manifest: bool) -> bytes:
    """UTF-8 text with the colons and question marks lifted that may occur in plain scalars in flow style.

    In a manifest only the colons may.
    """

    def lifted(match: re.Match[str]) -> str:
        return match[0] if match[0][0] in _SYNTAX else match[0].translate(_lifting(block))

    if is_manifest:
        return _lift(data, _COLON, lifted)
    return data if _VERSION in data else _lift(data, _INDICATOR, lifted)


def set_down(next_event: NextEvent, block: int) -> NextEvent:
    """The same events, with lifted characters as they were written."""
    table = {lifted: char for char, lifted in _lifting(block).items()} | {block + _LIFTED_MARK: _MARK}

    def next_set_down() -> Event:
        event = next_event()
        if event.__class__ is ScalarEvent:
            event.value = event.value.translate(table)
        return event

    return next_set_down


def _lift(data: bytes, pattern: re.Pattern[str], lifted: Callable[[re.Match[str]], str]) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    return pattern.sub(lifted, text).encode("utf-8", "surrogateescape")


@lru_cache(maxsize=2)
def _lifting(block: int) -> dict[int, int]:
    return {char: block + char for char in range(_LIFTED_MARK)}
