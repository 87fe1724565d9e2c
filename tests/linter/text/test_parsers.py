"""The C part makes events of our classes, for as long as a text is parsed; where it would not, nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import events

from imagelint.text import parsers
from imagelint.text.compose import ComposeError, compose
from imagelint.text.parsers import Alias, Ending, MappingOpening, ParsedScalar, SequenceOpening, parse_c, parse_pure
from support import lint

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.text.parsers import NextEvent

TEXT = b"a: &x 'b'\nc: [d, *x]\n"
CLASSES = [
    *(MappingOpening, ParsedScalar, ParsedScalar, ParsedScalar),
    *(SequenceOpening, ParsedScalar, Alias, Ending, Ending),
]


def classes(next_event: NextEvent) -> list[type]:
    return [type(event) for event in iter(next_event, None)]


@pytest.mark.parametrize("parse", [parse_c, parse_pure])
def test_events_are_ours(parse: Callable[..., list[type]]) -> None:
    found = parse(TEXT, classes)
    assert [made for made in found if made.__module__ == parsers.__name__] == CLASSES


def test_others_get_their_own_events() -> None:
    for text in (TEXT, b"a: [", b"a: *x", "\ud800".encode("utf-8", "surrogatepass")):
        try:
            compose(text)
        except ComposeError:
            assert text != TEXT
        assert parsers.C_PART.ScalarEvent is events.ScalarEvent
        assert type(list(iter(parsers.C_PART.CParser(TEXT).get_event, None))[2]) is events.MappingStartEvent


def test_a_part_that_heeds_no_names_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: 'a:latest'}]\n"
    expected = lint(text)
    assert expected
    monkeypatch.setattr(parsers, "_heeds_names", lambda: False)
    monkeypatch.setattr(parsers, "_name", id)
    assert lint(text) == expected
