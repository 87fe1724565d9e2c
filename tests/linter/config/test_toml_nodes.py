"""Keys and values of TOML are in the places that their nodes state."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from imagelint.config.toml_nodes import compose_toml
from imagelint.text.compose import ComposeError
from imagelint.text.nodes import Mapping, Scalar, Sequence
from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.nodes import Node
    from imagelint.text.places import Span

TRICKY = r"""# [comment] = "x"
title = "a # no comment" # [no.table]
"quoted key" . 'single' = 'its # "'
"dotted"."a.b".c = 1
list = [ # comment ]
  "a, ]", 'b # "',
  [1, 2], {x = "}", y = [3]},
]
block = '''
[not.a.table]
key = "value" # ''''
[a.b]
date = 2027-01-31 10:00:00
float = 1500.5
yes = true
[[a.list]]
n = 1
[a.list.sub]
m = 2
[[a.list]]
"é" = "é😀"
"""


def leaves(node: Node) -> Iterator[tuple[Span, str, str]]:
    """Every key and scalar: its place, its text, and its kind."""
    if isinstance(node, Scalar):
        yield node.span, node.value, "value"
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from leaves(item)
    else:
        for key, value in node.pairs():
            yield key.span, key.value, "key"
            yield from leaves(value)


def text_at(text: str, span: Span) -> str:
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[: line - 1])) + column - 1 for line, column in (span[:2], span[2:])]
    return text[starts[0] : starts[1]]


@pytest.mark.parametrize(
    "text",
    [
        TRICKY,
        'block = """\n[not.a.table]\nkey = \\"x\\" # """"\nx = 1',
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        "x = 1",
        "[a]\r\nx = [\r\n1,\r\n2]\r\n",
    ],
)
def test_keys_and_values_are_in_the_places_of_their_nodes(text: str) -> None:
    root = compose_toml(text.encode(), ())
    assert isinstance(root, Mapping)
    text = text.replace("\r\n", "\n")
    found = [*leaves(root)]
    assert len(found) > 0
    for span, value, kind in found:
        written = text_at(text, span)
        read = tomllib.loads(f"{written} = 0" if kind == "key" else f"x = {written}")
        content = next(iter(read)) if kind == "key" else read["x"]
        assert (str(content).lower() if isinstance(content, bool) else str(content)) == value


def test_a_table_that_is_not_there_is_none() -> None:
    assert compose_toml(b"[tool]\nx = 1", ("tool", "imagelint")) is None
    assert compose_toml(b"tool = 1", ("tool", "imagelint")) is None


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ComposeError, match="nested deeper than 64 levels"):
        compose_toml(b"x = " + b"[" * 100_000, ())
