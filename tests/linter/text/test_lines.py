"""Ranges are found by a line as if all of them were looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from imagelint.text.line_ranges import LineRanges

RANGES = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 9)).map(lambda pair: (pair[0], sum(pair), pair)))


@given(RANGES, st.integers(0, 30), st.integers(0, 5))
def test_what_overlaps_a_range_is_what_a_search_finds(
    ranges: list[tuple[int, int, tuple[int, int]]], first: int, length: int
) -> None:
    last = first + length
    expected = [entry for entry in ranges if entry[0] <= last and first <= entry[1]]
    assert sorted(LineRanges(ranges).meeting(first, last)) == sorted(expected)


def test_the_innermost_comes_first() -> None:
    nested = LineRanges([(1, 9, "file"), (2, 8, "pod"), (3, 4, "one"), (5, 6, "two")])
    assert [thing for _, _, thing in nested.around(5)] == ["two", "pod", "file"]
    assert [*nested.around(10)] == []
