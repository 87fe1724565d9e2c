"""What a template of a chart prints for a value that YAML does not read as text, as Helm 3.17.2 and 4.3.1 do."""

from __future__ import annotations

import pytest

from imagelint.text.compose import compose
from imagelint.text.go_numbers import printed
from imagelint.text.nodes import Scalar, is_number


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.10", "1.1"),
        ("2.0", "2"),
        ("1e7", "1e+07"),
        ("010", "8"),
        ("0o17", "15"),
        ("0x1F", "31"),
        ("0b11", "3"),
        ("09", "9"),
        ("1_000", "1000"),
        ("+1", "1"),
        ("-0", "0"),
        ("123456", "123456"),
        ("999999", "999999"),
        ("1000000", "1e+06"),
        ("1234567", "1.234567e+06"),
        ("20240514", "2.0240514e+07"),
        ("123456.5", "123456.5"),
        ("12345678.5", "1.23456785e+07"),
        ("123456789012345678901234", "1.2345678901234569e+23"),
        ("1.0e-5", "1e-05"),
        ("0.0001", "0.0001"),
        (".5", "0.5"),
        ("5.", "5"),
        ("12e03", "12000"),
        ("1e21", "1e+21"),
        ("1.25", "1.25"),
        ("yes", "true"),
        ("on", "true"),
        ("y", "true"),
        ("No", "false"),
        ("2024-05-14", "2024-05-14"),
        ("1:30", "1:30"),
        ("v1.10", "v1.10"),
        ("1.10.0", "1.10.0"),
        ("'1.10'", "1.10"),
        ('"010"', "010"),
        ("1e400", "1e400"),
        (".inf", ".inf"),
    ],
)
def test_printed(written: str, expected: str) -> None:
    scalar = compose(written.encode())
    assert isinstance(scalar, Scalar)
    assert printed(scalar) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(".1_2", True), (".0_9e1_0", True), (".1__2", False), ("._1", False), (".1_", False), ("1__0", True)],
)
def test_underscores_after_a_leading_dot(value: str, *, expected: bool) -> None:
    assert is_number(value) == expected
