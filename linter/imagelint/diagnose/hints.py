"""Texts about rollouts and objects in which no pull failed, but which lead to one (`data/hints.json`)."""

from __future__ import annotations

import re
from functools import cache

from imagelint.data import load_data
from imagelint.diagnose.observations import Hint
from imagelint.text.records import NamedTuple

STALLED = "rollout-stalled"


class Pattern(NamedTuple):
    """A text that a hint is given for, unless it holds another one."""

    hint: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    text: str
    rules: tuple[str, ...]


def hint_of(line: str, namespace: str | None) -> Hint | None:
    """The hint for a line, None for most."""
    for row in patterns():
        if row.pattern.search(line) and not (row.unless and row.unless.search(line)):
            return Hint(row.hint, row.text.replace("{namespace}", namespace or "NAMESPACE"))
    return None


def rules_of(hint: Hint) -> tuple[str, ...]:
    """The rules that find in manifests what a hint is about."""
    return next((row.rules for row in patterns() if row.hint == hint.hint and row.text == hint.text), ())


@cache
def patterns() -> tuple[Pattern, ...]:
    """All patterns, the more special first."""
    return tuple(
        Pattern(
            row["hint"],
            re.compile(row["pattern"]),
            re.compile(row["unless"]) if "unless" in row else None,
            row["text"],
            tuple(row["rules"]),
        )
        for row in load_data("hints.json")
    )
