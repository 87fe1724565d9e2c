"""Columns in bytes, as some programs count them."""

from __future__ import annotations

import pytest

from imagelint.text.places import Span


@pytest.mark.parametrize(("column", "in_bytes"), [(1, 1), (2, 3), (3, 7), (4, 8)])
def test_columns_of_a_line(column: int, in_bytes: int) -> None:
    assert Span(1, column, 1, 4).in_bytes("é😀x", "é😀x") == Span(1, in_bytes, 1, 8)


def test_each_end_of_a_span_has_its_own_line() -> None:
    assert Span(1, 2, 2, 3).in_bytes("éx", "😀😀") == Span(1, 3, 2, 9)
