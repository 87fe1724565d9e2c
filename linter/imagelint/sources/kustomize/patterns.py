"""Regular expressions of targets, as Go's `regexp` reads them, matched in time linear in the text.

Python's own matcher backtracks: a pattern in a file could stall a run. What a pattern needs is a set of states, and
each character leads from one set to the next.
"""

from __future__ import annotations

import re
from functools import lru_cache

from imagelint.sources.kustomize.pattern_compiler import Compiler, PatternError

MAX_PATTERN = 1000
_WORD = re.compile(r"[0-9A-Za-z_]")
_PLAIN = re.compile(r"[\w/:@ ~=,%&!\"'#;<>`-]*")
# How a pattern begins, and whether the last character of that may be missing.
_LITERAL = re.compile(rf"\^?({_PLAIN.pattern})([*?{{]?)")


class Pattern:
    """A compiled pattern."""

    def __init__(self, pattern: str) -> None:
        """Compile. Raises PatternError."""
        self._pattern = pattern
        self._plain = pattern if _PLAIN.fullmatch(pattern) else None
        if self._plain is None:
            self._states, self._start = Compiler(pattern).compiled()
            self._end = len(self._states) - 1

    @property
    def prefix(self) -> str:
        """What all texts begin with that match as a whole, as far as that is easy to see."""
        found = _LITERAL.match(self._pattern) if "|" not in self._pattern else None
        return (found[1] if not found[2] else found[1][:-1]) if found else ""

    @property
    def cost(self) -> int:
        """How many steps of about ten microseconds a name takes."""
        return 0 if self._plain is not None else len(self._states) // 4

    def found_in(self, text: str) -> bool:
        """Whether any part of a text matches (`MatchString`)."""
        if self._plain is not None:
            return self._plain in text
        return self._runs(text, is_anchored=False)

    def matches(self, text: str) -> bool:
        """Whether the whole of a text matches, as targets need it."""
        if self._plain is not None:
            return self._plain == text
        return self._runs(text, is_anchored=True)

    def _runs(self, text: str, *, is_anchored: bool) -> bool:
        states: set[int] = set()
        for position in range(len(text) + 1):
            if position == 0 or not is_anchored:
                states.add(self._start)
            states = self._closure(states, position, text)
            is_done = self._end in states
            if is_done and (not is_anchored or position == len(text)):
                return True
            if position == len(text) or (is_anchored and not states):
                return False
            states = self._step(states, text[position])
        return False

    def _step(self, states: set[int], char: str) -> set[int]:
        reached: set[int] = set()
        for number in states:
            accepts, _, following = self._states[number]
            if accepts is not None and accepts(char):
                reached.update(following)
        return reached

    def _closure(self, states: set[int], position: int, text: str) -> set[int]:
        pending, reached = [*states], set(states)
        while pending:
            accepts, asserts, following = self._states[pending.pop()]
            if accepts is not None or (asserts and not _holds(asserts, position, text)):
                continue
            for number in following:
                if number not in reached:
                    reached.add(number)
                    pending.append(number)
        return reached


def _holds(assertion: str, position: int, text: str) -> bool:
    """Whether a text begins or ends at a position, or a word begins or ends there (`b`)."""
    if assertion == "^":
        return position == 0
    if assertion == "$":
        return position == len(text)
    before, after = text[max(position - 1, 0) : position], text[position : position + 1]
    is_boundary = (_WORD.match(before) is None) != (_WORD.match(after) is None)
    return is_boundary == (assertion == "b")


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Pattern:
    """A pattern, compiled. Raises PatternError."""
    if len(pattern) > MAX_PATTERN:
        raise PatternError(f"is longer than {MAX_PATTERN} characters")
    return Pattern(pattern)
