"""The decoder of the standard library for JSON, bounded, and the tokens of what it accepts."""

from __future__ import annotations

import re
from json import JSONDecoder
from typing import Any, NoReturn

from imagelint.text.compose import MAX_NODES

# Behind spaces and commas: a string (a key, if a colon follows), a bracket, or any other value.
TOKEN = re.compile(r'[ \t\r\n,]*(?:("(?:[^"\\]|\\.)*")([ \t\r\n]*:)?|([\[{])|([\]}])|([^ \t\r\n,\]}]+))')
STRING, KEY, OPEN, CLOSE = 1, 2, 3, 4
# What is in front of a key or a value, as often as there are such.
_SEPARATORS = ",:[{"
_BLOCK = 1 << 20


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


# Integers as floats: Python limits the digits of the others.
DECODER = JSONDecoder(parse_constant=_refuse_constant, parse_int=float)


class BoundedDecoder:
    """Decodes values of a text that hold at most `MAX_NODES` keys and values each; larger ones are only passed over.

    The decoder of the standard library has no bound but the end of its text, so that of a long text it gets a part.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._start, self._part = 0, text if len(text) <= MAX_NODES else ""

    def decode(self, at: int) -> tuple[Any, int]:
        """The value at a place, None for one that is too large, and where it ends. Raises ValueError."""
        try:
            if at - self._start < len(self._part):
                return self._decode(at)
        except ValueError:
            if self._start == at or self._is_last():
                raise
        self._start, self._part = at, self._text[at : self._end_of_part(at)]
        try:
            return self._decode(at)
        except ValueError:
            if self._is_last():
                raise
        return None, self._end_of_value(at)

    def _decode(self, at: int) -> tuple[Any, int]:
        value, end = DECODER.raw_decode(self._part, at - self._start)
        if end == len(self._part) and not self._is_last():
            raise ValueError("a number may go on")
        return value, self._start + end

    def _is_last(self) -> bool:
        return self._start + len(self._part) == len(self._text)

    def _end_of_part(self, start: int) -> int:
        """The end of a part that holds as many keys and values as one document may."""
        count, end = 0, start
        while count < MAX_NODES and end < len(self._text):
            count += sum(self._text.count(mark, end, end + _BLOCK) for mark in _SEPARATORS)
            end += _BLOCK
        return end

    def _end_of_value(self, start: int) -> int:
        depth = 0
        for token in TOKEN.finditer(self._text, start):
            depth += (token.lastindex == OPEN) - (token.lastindex == CLOSE)
            if depth == 0:
                return token.end()
        raise ValueError("the value has no end")
