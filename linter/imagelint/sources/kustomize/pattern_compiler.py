"""Compiles regular expressions of Go into states, which `Pattern` goes through."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_STATES = 500
_CLASSES = {"d": r"[0-9]", "w": r"[0-9A-Za-z_]", "s": r"[\t\n\f\r ]"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_REPEAT = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}")
# How a group begins: a name, or flags, which are for all that follows if the group ends behind them.
_HEAD = re.compile(r"\?(?:P?<\w+>|([imsU]*(?:-[imsU]+)?)([:)]))")
_ASSERTIONS = {r"\A": "^", r"\z": "$", r"\b": "b", r"\B": "B"}
_NAMED = re.compile(r"\[:(\^?)(\w+):\]")
_NAMED_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
    "punct": r"!-/:-@\[-`{-~",
}


class PatternError(Exception):
    """A pattern that Go refuses, or that is beyond a bound, with the reason."""


class State(NamedTuple):
    """A step of a pattern: either a test of one character, or an assertion, or free steps to other states."""

    accepts: Callable[[str], bool] | None
    asserts: str
    next: list[int]


class _Part(NamedTuple):
    """States that are entered at one and left at another."""

    start: int
    end: int


class Compiler:
    """Reads a pattern from left to right. Raises PatternError."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._states: list[State] = []
        self._depth = 0
        # The flags that are set here: of `imsU`, only these two change what matches a name.
        self._ignores_case = False
        self._dot_is_all = False

    def compiled(self) -> tuple[list[State], int]:
        """The states, the last of which is the end, and the number of the first."""
        whole = self._alternatives()
        if self._at < len(self._text):
            raise PatternError("has a `)` without a `(`")
        end = self._state()
        self._states[whole.end].next.append(end)
        return self._states, whole.start

    def _state(self, accepts: Callable[[str], bool] | None = None, asserts: str = "") -> int:
        if len(self._states) >= _MAX_STATES:
            raise PatternError("repeats too much")
        self._states.append(State(accepts, asserts, []))
        return len(self._states) - 1

    def _link(self, *numbers: int) -> None:
        for before, after in pairwise(numbers):
            self._states[before].next.append(after)

    def _alternatives(self) -> _Part:
        start, end = self._state(), self._state()
        while True:
            part = self._sequence()
            self._link(start, part.start)
            self._link(part.end, end)
            if not self._text.startswith("|", self._at):
                return _Part(start, end)
            self._at += 1

    def _sequence(self) -> _Part:
        start = end = self._state()
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            part = self._repeated()
            self._link(end, part.start)
            end = part.end
        return _Part(start, end)

    def _repeated(self) -> _Part:
        begin = self._at
        part = self._one()
        after = self._at
        least, most = self._times()
        if (least, most) == (1, 1):
            return part
        end_of_times = self._at
        parts = [part]
        for _ in range(max(least, most or 0, 1) - 1):
            self._at = begin
            parts.append(self._one())
        self._at = after if (least, most) == (1, 1) else end_of_times
        return self._chained(parts, least, most)

    def _chained(self, parts: list[_Part], least: int, most: int | None) -> _Part:
        start, end = self._state(), self._state()
        last = start
        for number, part in enumerate(parts):
            if number >= least:
                self._link(last, end)
            if most == 0:
                break
            self._link(last, part.start)
            last = part.end
        self._link(last, end)
        if most is None:
            self._link(last, parts[-1].start)
        return _Part(start, end)

    def _times(self) -> tuple[int, int | None]:
        """How often what came before may be: at least, and at most."""
        char = self._text[self._at : self._at + 1]
        found = _REPEAT.match(self._text, self._at) if char == "{" else None
        if found:
            self._at = found.end()
            least = int(found[1])
            most = int(found[3]) if found[3] else (None if found[2] else least)
            if least > 1000 or (most is not None and (most > 1000 or most < least)):
                raise PatternError("repeats too much")
            times: tuple[int, int | None] = least, most
        elif char and char in "*+?":
            self._at += 1
            times = (1, None) if char == "+" else (0, 1 if char == "?" else None)
        else:
            return 1, 1
        # Lazy or not, the same texts match.
        self._at += self._text.startswith("?", self._at)
        return times

    def _one(self) -> _Part:
        char = self._text[self._at]
        self._at += 1
        if char == "(":
            return self._group()
        if char in "*+?":
            raise PatternError(f"has a `{char}` behind nothing")
        assertion = _ASSERTIONS.get(self._text[self._at - 1 : self._at + 1]) if char == "\\" else None
        if assertion:
            self._at += 1
        if assertion or char in "^$":
            return self._single(self._state(asserts=assertion or char))
        return self._single(self._state(self._accepting(char)))

    def _single(self, number: int) -> _Part:
        end = self._state()
        self._link(number, end)
        return _Part(number, end)

    def _group(self) -> _Part:
        self._depth += 1
        if self._depth > 50:
            raise PatternError("is nested too deeply")
        head = _HEAD.match(self._text, self._at)
        if head is None and self._text.startswith("?", self._at):
            raise PatternError("has a group that is not known")
        before = self._ignores_case, self._dot_is_all
        if head:
            self._at = head.end()
            self._set_flags(head[1] or "")
        if head and head[2] == ")":
            self._depth -= 1
            return self._single(self._state())
        part = self._alternatives()
        if not self._text.startswith(")", self._at):
            raise PatternError("has a `(` without a `)`")
        self._at += 1
        self._ignores_case, self._dot_is_all = before
        self._depth -= 1
        return part

    def _set_flags(self, flags: str) -> None:
        """Set flags, or unset those behind a minus, up to the end of the group around them."""
        is_set, _, is_unset = flags.partition("-")
        self._ignores_case = ("i" in is_set or self._ignores_case) and "i" not in is_unset
        self._dot_is_all = ("s" in is_set or self._dot_is_all) and "s" not in is_unset

    def _accepting(self, char: str) -> Callable[[str], bool]:
        if char == ".":
            return (lambda _: True) if self._dot_is_all else (lambda other: other != "\n")
        if char == "[":
            is_negated = self._text.startswith("^", self._at)
            return self._in_any_case(self._class(), is_negated=is_negated)
        accepts = self._escaped() if char == "\\" else char.__eq__
        return self._in_any_case(accepts, is_negated=False)

    def _in_any_case(self, accepts: Callable[[str], bool], *, is_negated: bool) -> Callable[[str], bool]:
        if not self._ignores_case:
            return accepts
        combine = all if is_negated else any
        return lambda other: combine((accepts(other), accepts(other.swapcase())))

    def _escaped(self) -> Callable[[str], bool]:
        if self._at >= len(self._text):
            raise PatternError("ends in a backslash")
        char = self._text[self._at]
        self._at += 1
        if char.lower() in _CLASSES:
            expression = re.compile(_CLASSES[char.lower()])
            is_negated = char.isupper()
            return lambda other: (expression.match(other) is None) == is_negated
        if char.isalnum() and char not in _ESCAPES:
            raise PatternError(f"has `\\{char}`, which is not supported here")
        return _ESCAPES.get(char, char).__eq__

    def _class(self) -> Callable[[str], bool]:
        """A class after its `[`, which Python reads as Go does, once it is known where it ends."""
        end = self._at + (self._text.startswith("^", self._at))
        end += self._text.startswith("]", end)
        while end < len(self._text) and self._text[end] != "]":
            named = _NAMED.match(self._text, end)
            end = named.end() if named else end + (2 if self._text[end] == "\\" else 1)
        if end >= len(self._text):
            raise PatternError("has a `[` without a `]`")
        written = self._text[self._at : end].replace("[", r"\[") if "[:" not in self._text[self._at : end] else None
        if written is None:
            written = _NAMED.sub(lambda found: _NAMED_CLASSES.get(found[2], ""), self._text[self._at : end])
        self._at = end + 1
        try:
            expression = re.compile(f"[{written}]", re.ASCII)
        except (re.error, FutureWarning) as error:
            raise PatternError("has a class that cannot be read") from error
        return lambda other: expression.match(other) is not None
