"""Globs as regular expressions that match in time linear in the text, whoever wrote the glob.

A backtracking matcher tries every distribution of a text over the stars of a glob. It is enough to take what is
between two stars where it first fits: a later star can cover all that an earlier one could have covered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Longer than any path that Linux opens (PATH_MAX).
MAX_GLOB = 4096

_FOLDERS, _ANYTHING = "(?:.*/)?", ".*"
_IN_NAME = "[^/]"

# The classes of git's wildmatch.c, which knows ASCII only.
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r" \t\n\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class GlobError(Exception):
    """A glob that matches nothing, with the reason."""


def glob_matches(glob: str, text: str) -> bool:
    """Whether a glob matches the whole of a text.

    It may hold `*`, `?`, `[a-z]`, `[!a-z]` and `[[:alpha:]]`, which match slashes as well; a backslash makes any of
    them plain. A glob that is not valid matches nothing.
    """
    pattern = _name_pattern(glob)
    return pattern is not None and pattern.fullmatch(text) is not None


def path_pattern(glob: str, *, is_strict: bool = False) -> re.Pattern[str]:
    """A regular expression for a glob of a path, to be used with `fullmatch`. Raises GlobError.

    As in git's wildmatch.c with WM_PATHNAME, nothing but `**` between slashes matches a slash. With `is_strict` also
    a range from high to low is an error, which git reads as its first character.
    """
    return _compiled(glob, is_path=True, is_strict=is_strict)


def joined_by_stars(pieces: Sequence[str], char: str, *, to_end: bool = True) -> str:
    """Regular expressions with a star between them, each of which is a group that matches any number of `char`.

    What follows a star is taken where it first fits, but the last piece at the end of the text, unless more follows.
    """
    first, *others = pieces
    between, last = (others[:-1], others[-1:]) if to_end else (others, [])
    return "".join([first, *(f"(?>({char}*?){piece})" for piece in between), *(f"({char}*){piece}" for piece in last)])


@lru_cache(maxsize=4096)
def _name_pattern(glob: str) -> re.Pattern[str] | None:
    try:
        return _compiled(glob, is_path=False)
    except GlobError:
        return None


def _compiled(glob: str, *, is_path: bool, is_strict: bool = False) -> re.Pattern[str]:
    if len(glob) > MAX_GLOB:
        raise GlobError(f"is longer than {MAX_GLOB} characters")
    return re.compile(_Reader(glob, is_path=is_path, is_strict=is_strict).expression(), re.DOTALL)


class _Block(NamedTuple):
    """The part between two stars that match slashes: regular expressions with stars within a name between them."""

    gap: str
    pieces: list[str]


class _Reader:
    """Reads a glob from left to right. Raises GlobError."""

    def __init__(self, glob: str, *, is_path: bool, is_strict: bool) -> None:
        self._glob = glob
        self._is_path = is_path
        self._is_strict = is_strict
        self._position = 0
        self._blocks = [_Block("", [""])]

    def expression(self) -> str:
        while self._position < len(self._glob):
            char = self._next()
            if char == "*":
                self._stars()
            else:
                self._blocks[-1].pieces[-1] += self._one(char)
        first, *others = self._blocks
        found = joined_by_stars(first.pieces, _IN_NAME, to_end=not others)
        for block in others[:-1]:
            found += f"(?>{block.gap}?{joined_by_stars(block.pieces, _IN_NAME, to_end=False)})"
        for block in others[-1:]:
            found += block.gap + joined_by_stars(block.pieces, _IN_NAME)
        return found

    def _next(self) -> str:
        if self._position == len(self._glob):
            raise GlobError("ends in the middle of a class or an escape")
        self._position += 1
        return self._glob[self._position - 1]

    def _one(self, char: str) -> str:
        """What matches one character."""
        if char == "?":
            return "[^/]" if self._is_path else "."
        if char == "[":
            return self._class()
        return re.escape(self._next() if char == "\\" else char)

    def _stars(self) -> None:
        start = self._position - 1
        while self._glob.startswith("*", self._position):
            self._position += 1
        if not self._is_path:
            self._blocks.append(_Block(_ANYTHING, [""]))
        elif self._position - start == 1 or not self._is_between_slashes(start):
            self._blocks[-1].pieces.append("")
        elif self._glob.startswith("/", self._position):
            self._position += 1
            self._blocks.append(_Block(_FOLDERS, [""]))
        else:
            self._blocks.append(_Block(_ANYTHING, [""]))

    def _is_between_slashes(self, start: int) -> bool:
        after = self._glob[self._position : self._position + 2]
        opens = start == 0 or self._glob[start - 1] == "/"
        return opens and (after[:1] in {"", "/"} or after == "\\/")

    def _class(self) -> str:
        """A class after its `[`."""
        is_negated = self._glob.startswith(("!", "^"), self._position)
        self._position += is_negated
        members = ""
        before = ""  # the character that a `-` would start a range at
        char = self._next()
        while True:
            if char == "-" and before and not self._glob.startswith("]", self._position):
                high = self._next()
                high = self._next() if high == "\\" else high
                members += self._range(before, high)
                before = ""
            elif char == "[" and self._glob.startswith(":", self._position) and (named := self._named_class()):
                members += named
                before = ""
            else:
                before = self._next() if char == "\\" else char
                members += re.escape(before)
            char = self._next()
            if char == "]":
                return self._any_of(members, is_negated=is_negated)

    def _range(self, low: str, high: str) -> str:
        if low > high and self._is_strict:
            raise GlobError(f"holds a range from `{low}` down to `{high}`")
        return f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""

    def _named_class(self) -> str | None:
        """`[:alpha:]` after its `[`; None, and nothing is read, if no class has such a name."""
        end = self._glob.find("]", self._position + 1)
        if end < 0:
            raise GlobError("holds a class without an end")
        if end < self._position + 2 or self._glob[end - 1] != ":":
            return None
        name = self._glob[self._position + 1 : end - 1]
        if name not in _CLASSES:
            raise GlobError(f"names a class `{name}`, which does not exist")
        self._position = end + 1
        return _CLASSES[name]

    def _any_of(self, members: str, *, is_negated: bool) -> str:
        one = f"[{'^' if is_negated else ''}{members}]"
        return f"(?!/){one}" if self._is_path else one
