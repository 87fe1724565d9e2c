"""Streams are split where Kubernetes splits them, with the line numbers of the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagelint.text.compose import compose
from imagelint.text.nodes import Mapping
from imagelint.text.split import split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# only a comment\n", []),
        ("a: 1", [(0, 1, "a: 1")]),
        ("a: |\n  b", [(0, 1, "a: |\n  b\n")]),
        ("# c\n---\na: 1\n---\n---\nb: 2\n", [(0, 3, "a: 1\n"), (1, 5, "---\nb: 2\n")]),
        ("a: 1\n...\n# end\n---\nb: 2\n", [(0, 1, "a: 1\n...\n# end\n"), (1, 5, "b: 2\n")]),
        ("%YAML 1.1\n---\na: 1\n", [(0, 3, "a: 1\n")]),
        ("\ufeff\ufeffa: 1\n", [(0, 1, "a: 1\n")]),
        ("a: 1\n---\n\ufeffb: 2\n", [(0, 1, "a: 1\n"), (1, 3, "b: 2\n")]),
        ("---# Source: x\na: 1\n", [(0, 1, "--- # Source: x\na: 1\n")]),
        ("a: |\n  ---\n  b\n", [(0, 1, "a: |\n  ---\n  b\n")]),
        ("a: 1\r\n---\r\nb: 2\r\n", [(0, 1, "a: 1\r\n"), (1, 3, "b: 2\r\n")]),
        ("a: 1\r---\rb: 2", [(0, 1, "a: 1\r---\rb: 2")]),
        ("----\n", [(0, 1, "----\n")]),
        ("--- {a: 1}\n--- text\n", [(0, 1, "--- {a: 1}\n"), (1, 2, "--- text\n")]),
    ],
)
def test_split(text: str, expected: list[tuple[int, int, str]]) -> None:
    found = [(document.number, document.start.line, document.data.decode()) for document in split(text.encode())]
    assert found == expected


@given(st.lists(st.sampled_from(["---\n", "a: 1\n", "# c\n", "...\n", "\n", "  - x\r\n", "--- b\n", "%TAG ! x\n"])))
def test_nothing_is_lost_and_lines_are_those_of_the_file(lines: list[str]) -> None:
    text = "".join(lines)
    numbered = text.split("\n")
    for document in split(text.encode()):
        first = document.data.decode().split("\n")[0]
        assert numbered[document.start.line - 1] == first


def test_helm_names_its_template() -> None:
    (document,) = split(b"---\n# Source: shop/templates/web.yaml\nkind: Pod\n")
    assert document.rendered_from == "shop/templates/web.yaml"


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: 1\n--- {b: 2}\n", "text after a document separator: `{b: 2}`", 2),
        ("--- |\n  text\n", "text after a document separator: `|`", 1),
        ("---x: 1\n", "`---x: 1` at the start of a line separates no documents", 1),
        ("---# c\na: 1\n", "`---#` separates no documents here", 1),
        ("b: 1\n---\n\ufeff---# c\na: 1\n", "`---#` separates no documents here", 3),
        ("# c\n \t# c\n---\na: 1\n", "a line that begins with a tab", 2),
        ("# c\n%YAML 1.1\n---\na: 1\n", "a directive before the document separator", 1),
        ("\ufeff\ufeffa: 1\nb: 1\n", "more than one byte order mark", 1),
    ],
)
def test_what_kubectl_refuses_is_read_and_reported(text: str, reason: str, line: int) -> None:
    refusals = [document.refusal for document in split(text.encode()) if document.refusal]
    assert [(reason in refusal.message, refusal.line) for refusal in refusals] == [(True, line)]


@pytest.mark.parametrize("text", ["a: 1\n---# c\nb: 2\n", "a: 1\n---\u00a0\nb: 2\n", "---\n---# c\na: 1\n"])
def test_separators_of_kubectl(text: str) -> None:
    assert [document.refusal for document in split(text.encode())] == [None, None]


@pytest.mark.parametrize("unusual", ["\u2028", "\u2029", "\x85"])
def test_unusual_breaks_do_not_shift_lines(unusual: str) -> None:
    root = compose(f"a: 'x{unusual}y'\nb: 1\n".encode())
    assert isinstance(root, Mapping)
    assert [key.span.line for key, _ in root.pairs()] == [1, 2]
