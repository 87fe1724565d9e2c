"""Columns in the units that programs count in."""

from __future__ import annotations

import pytest

from imagelint.nodes import ColumnUnit, Span


@pytest.mark.parametrize(
    ("unit", "columns"),
    [
        (ColumnUnit.CODE_POINT, [1, 2, 3, 4]),
        (ColumnUnit.UTF_8, [1, 3, 7, 8]),
        (ColumnUnit.UTF_16, [1, 2, 4, 5]),
    ],
)
def test_columns_of_a_line(unit: ColumnUnit, columns: list[int]) -> None:
    assert [unit.column("é😀x", column) for column in (1, 2, 3, 4)] == columns


def test_each_end_of_a_span_has_its_own_line() -> None:
    assert Span(1, 2, 2, 3).counted_in(ColumnUnit.UTF_8, "éx", "😀😀") == Span(1, 3, 2, 9)
