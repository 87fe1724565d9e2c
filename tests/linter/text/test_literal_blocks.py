"""YAML in a scalar of a manifest keeps its places in a literal block, and has that of the scalar elsewhere."""

from __future__ import annotations

import pytest

from imagelint.text.compose import compose
from imagelint.text.literal_blocks import LiteralBlocks
from imagelint.text.nodes import Mapping, Scalar, select
from imagelint.text.places import FIRST, DocumentStart, Span
from imagelint.text.split import Document


def spans(text: str, selector: str = "a.b", start: DocumentStart = FIRST) -> list[Span]:
    data = text.encode()
    root = compose(data, start=start)
    assert root is not None
    (scalar,) = select(root, "values")
    assert isinstance(scalar, Scalar)
    embedded = LiteralBlocks(Document(0, start, data)).mapping(scalar)
    return [node.span for node in select(embedded, selector)] if embedded is not None else []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("values: |\n  a:\n    b: c\n", (3, 8)),
        ("values: |-\n      a: {b: c}\n", (2, 14)),
        ("values: |+\n  a:\n    b: c\n\n\n", (3, 8)),
        ("values: | # of the chart\n\n\n  # a comment\n  a:\n    b: c\n", (6, 8)),
        ("values: |2\n    a:\n      b: c\n", (3, 10)),
        ("values: &x |\n  a:\n    b: c\n", (3, 8)),
        ("other: 1\nvalues: |\n  a:\n    b: c\nlast: 1\n", (4, 8)),
        ("values: |\r\n  a:\r\n    b: c\r\n", (3, 8)),
    ],
)
def test_literal_blocks_keep_their_places(text: str, place: tuple[int, int]) -> None:
    line, column = place
    assert spans(text) == [Span(line, column, line, column + 1)]
    assert spans(text, start=DocumentStart(10, 1)) == [Span(line + 9, column, line + 9, column + 1)]


@pytest.mark.parametrize(
    "text",
    ['values: "a:\\n  b: c\\n"\n', "values: 'a: {b: c}'\n", "values: >\n  a: {b:\n  c}\n"],
)
def test_other_scalars_have_one_place(text: str) -> None:
    root = compose(text.encode())
    assert isinstance(root, Mapping)
    whole = root.get("values")
    assert whole is not None
    assert spans(text) == [whole.span]


@pytest.mark.parametrize("text", ["values: |\n  - a\n", "values: |\n  a: [\n", "values: ''\n", "values: a\n"])
def test_other_texts_are_left_out(text: str) -> None:
    assert spans(text) == []
