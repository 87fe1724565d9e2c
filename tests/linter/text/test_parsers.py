"""Texts are parsed without a change to ruamel.yaml: by any number of threads, and beside others who use it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import events

from imagelint.text import parsers
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Sequence
from imagelint.text.parsers import c_events, pure_events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.text.parsers import NextEvent

TEXT = b"a: &x 'b'\nc: [d, *x]\n"
CLASSES = [
    *(events.StreamStartEvent, events.DocumentStartEvent, events.MappingStartEvent),
    *(events.ScalarEvent, events.ScalarEvent, events.ScalarEvent),
    *(events.SequenceStartEvent, events.ScalarEvent, events.AliasEvent, events.SequenceEndEvent),
    *(events.MappingEndEvent, events.DocumentEndEvent, events.StreamEndEvent),
]


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def classes(next_event: NextEvent) -> list[type]:
    return [type(event) for event in iter(next_event, None)]


@pytest.mark.parametrize("events_of", [c_events, pure_events])
def test_both_parsers_give_the_same_classes(events_of: Callable[[bytes], NextEvent]) -> None:
    assert classes(events_of(TEXT)) == CLASSES


def test_the_module_stays_as_it_was() -> None:
    def names() -> dict[str, int]:
        return {name: id(getattr(parsers.C_PART, name)) for name in dir(parsers.C_PART)}

    before = names()
    for text in (TEXT, b"a: [", b"a: *x", "\ud800".encode("utf-8", "surrogatepass")):
        try:
            compose(text)
        except ComposeError:
            assert text != TEXT
        assert names() == before


@pytest.mark.usefixtures("switching")
def test_every_thread_gets_every_item() -> None:
    def sizes(number: int) -> list[int]:
        found = [compose(f"[{'a, ' * size}b{number}]".encode()) for size in range(60)]
        return [len(node.items) if isinstance(node, Sequence) else -1 for node in found]

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(sizes, range(32))] == [[*range(1, 61)]] * 32


@pytest.mark.usefixtures("switching")
def test_others_get_their_own_events_meanwhile() -> None:
    is_done = Event()

    def other() -> set[Any]:
        found: set[Any] = set()
        while True:
            last = is_done.is_set()
            found.add(tuple(classes(parsers.C_PART.CParser(TEXT).get_event)))
            if last:
                return found

    with ThreadPoolExecutor(4) as pool:
        others = [pool.submit(other) for _ in range(2)]
        ours = [pool.submit(lambda: [compose(TEXT) for _ in range(300)]) for _ in range(2)]
        assert all(node is not None for done in ours for node in done.result())
        is_done.set()
        assert [done.result() for done in others] == [{tuple(CLASSES)}] * 2
