"""Streams are split where Kubernetes splits them, with the line numbers of the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.text.split import split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# only a comment\n", []),
        ("a: 1", [(0, 1, "a: 1")]),
        ("# c\n---\na: 1\n---\n---\nb: 2\n", [(0, 2, "---\na: 1\n"), (1, 4, "---\n"), (2, 5, "---\nb: 2\n")]),
        ("a: 1\n...\n# end\n---\nb: 2\n", [(0, 1, "a: 1\n"), (1, 4, "---\nb: 2\n")]),
        ("%YAML 1.1\n---\na: 1\n", [(0, 1, "%YAML 1.1\n---\na: 1\n")]),
        ("---# Source: x\na: 1\n", [(0, 1, "--- # Source: x\na: 1\n")]),
        ("a: |\n  ---\n  b\n", [(0, 1, "a: |\n  ---\n  b\n")]),
        ("a: 1\r\n---\r\nb: 2\r\n", [(0, 1, "a: 1\r\n"), (1, 2, "---\r\nb: 2\r\n")]),
        ("a: 1\r---\rb: 2", [(0, 1, "a: 1\r---\rb: 2")]),
        ("----\n", [(0, 1, "----\n")]),
        ("--- {a: 1}\n--- text\n", [(0, 1, "--- {a: 1}\n"), (1, 2, "--- text\n")]),
    ],
)
def test_split(text: str, expected: list[tuple[int, int, str]]) -> None:
    found = [(document.number, document.origin.line, document.data.decode()) for document in split(text.encode())]
    assert found == expected


@given(st.lists(st.sampled_from(["---\n", "a: 1\n", "# c\n", "...\n", "\n", "  - x\r\n", "--- b\n", "%TAG ! x\n"])))
def test_nothing_is_lost_and_lines_are_those_of_the_file(lines: list[str]) -> None:
    text = "".join(lines)
    numbered = text.split("\n")
    for document in split(text.encode()):
        first = document.data.decode().split("\n")[0]
        assert numbered[document.origin.line - 1] == first


def test_helm_names_its_template() -> None:
    (document,) = split(b"---\n# Source: shop/templates/web.yaml\nkind: Pod\n")
    assert document.rendered_from == "shop/templates/web.yaml"


def test_unusual_breaks_do_not_shift_lines() -> None:
    (document,) = split("a: 'x\u2028y'\nb: 1\n".encode())
    assert document.data.count(b"\n") == 2
    assert "\u2028" not in document.data.decode()
