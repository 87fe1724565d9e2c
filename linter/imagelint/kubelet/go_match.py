"""Globs in the host of a key, as Go's `path/filepath.Match` matches them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.kubelet.keyring import GLOB
from imagelint.kubelet.reference import MAX_TEXT
from imagelint.text.globs import joined_by_stars

if TYPE_CHECKING:
    from collections.abc import Sequence


def labels_match(globs: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether each label of a host matches, given that those without a glob are equal."""
    return all(
        (pattern := _glob_pattern(glob)) is not None and pattern.fullmatch(label) is not None
        for glob, label in zip(globs, labels, strict=True)
        if not GLOB.isdisjoint(glob)
    )


@lru_cache(maxsize=4096)
def _glob_pattern(glob: str) -> re.Pattern[str] | None:
    """Go's filepath.Match as a regular expression; None for a pattern that it calls bad, or that no host needs.

    The text between two stars is matched at its first occurrence, as in Go: many stars cost no more than one.
    """
    if len(glob) > MAX_TEXT:
        return None
    parts = [""]  # the text between the stars
    rest = glob
    while rest:
        char, rest = rest[0], rest[1:]
        if char == "*":
            parts.append("")
        elif char == "?":
            parts[-1] += "[^/]"
        elif char == "[":
            found = _character_class(rest)
            if found is None:
                return None
            parts[-1] += found[0]
            rest = found[1]
        else:
            if char == "\\":
                if not rest:
                    return None
                char, rest = rest[0], rest[1:]
            parts[-1] += re.escape(char)
    return re.compile(joined_by_stars(parts, "[^/]"), re.DOTALL)


def _character_class(rest: str) -> tuple[str, str] | None:
    """A class after its `[`, and what follows it; None if it has no end or a range no start."""
    negated = rest.startswith("^")
    rest = rest[negated:]
    ranges: list[str] = []
    while not (rest.startswith("]") and ranges):
        low, rest = _class_char(rest)
        high = low
        if low is not None and rest.startswith("-"):
            high, rest = _class_char(rest[1:])
        if low is None or high is None or not rest:
            return None
        ranges.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
    body = "".join(ranges)
    if not body:  # only empty ranges, such as [z-a]
        return ("." if negated else "(?!)"), rest[1:]
    return f"[{'^' if negated else ''}{body}]", rest[1:]


def _class_char(rest: str) -> tuple[str | None, str]:
    if not rest or rest[0] in "-]":
        return None, rest
    if rest[0] == "\\":
        rest = rest[1:]
    return (rest[0], rest[1:]) if rest else (None, rest)
