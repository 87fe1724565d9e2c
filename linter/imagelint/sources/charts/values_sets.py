"""The sets of values that a chart is judged with where nobody declares them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from imagelint.facts.value_kinds import is_values_file
from imagelint.text.bounded import is_within

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SETS = 24
# Values of the chart's own tests: the convention of chart-testing, and that of others.
_OF_TESTS = ("ci", ".fixtures")
_SUFFIXES = (".yaml", ".yml")
OWN = "values.yaml"


class ValuesSet(NamedTuple):
    """Values files on top of those of the chart, as paths relative to it."""

    files: tuple[str, ...]

    @property
    def name(self) -> str:
        """What reports call it."""
        return ", ".join(self.files) or OWN


def values_sets(chart: str, tree: str) -> tuple[list[ValuesSet], int]:
    """The sets of a chart, first that applies, and how many there are beyond the bound."""
    tests = [f"{folder}/{name}" for folder in _OF_TESTS for name in _files(chart, folder)]
    own = [name for name in _files(chart, "") if is_values_file(name) and name != OWN]
    names = [name for name in tests or own if is_within(os.path.join(chart, name), tree)]
    sets = [ValuesSet((name,)) for name in names]
    if not tests:
        sets.insert(0, ValuesSet(()))
    return sets[:MOST_SETS], max(0, len(sets) - MOST_SETS)


def _files(chart: str, folder: str) -> Sequence[str]:
    try:
        names = sorted(os.listdir(os.path.join(chart, folder)))
    except OSError:
        return ()
    return [name for name in names if name.endswith(_SUFFIXES) and os.path.isfile(os.path.join(chart, folder, name))]
