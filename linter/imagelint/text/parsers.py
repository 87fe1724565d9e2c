"""The events of ruamel.yaml's two parsers, in classes of our own: a scalar is its own node.

ruamel.yaml makes an event by three calls within each other, and a node would be made of it by a fourth; for a large
tree that is half of the time. The C part finds the classes of its events by their names in its module: while it parses
a text, these are ours. Where it does not heed that, and for the pure parser, events are made anew.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from imagelint.text.nodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.text.places import Mark

    NextEvent = Callable[[], "Event"]


def _c_part() -> Any:  # noqa: ANN401 - it publishes no types
    try:
        return import_module("_ruamel_yaml")
    except ImportError:  # none on this interpreter (PyPy, a new CPython without wheels)
        return None


C_PART: Any = _c_part()
T = TypeVar("T")
Event = Any


class ParsedScalar(Scalar):
    """A scalar as the C part makes it; `places` is set by who reads it."""

    __slots__ = ("anchor",)

    def __init__(
        self,
        anchor: str | None,
        _tag: object,
        _implicit: object,
        value: str,
        start: Mark,
        end: Mark,
        style: str | None,
    ) -> None:
        self.anchor = anchor
        self.value = value
        self.plain = not style
        self.start = start
        self.end = end


class Opening:
    """The begin of a collection."""

    __slots__ = ("anchor", "end", "flow", "start")

    def __init__(
        self, anchor: str | None, _tag: object, _implicit: object, start: Mark, end: Mark, flow: bool | None
    ) -> None:
        self.anchor = anchor
        self.start = start
        self.end = end
        self.flow = flow


class MappingOpening(Opening):
    """The begin of a mapping."""

    __slots__ = ()


class SequenceOpening(Opening):
    """The begin of a sequence."""

    __slots__ = ()


class Ending:
    """The end of a collection."""

    __slots__ = ("end",)

    def __init__(self, _start: Mark, end: Mark) -> None:
        self.end = end


class Alias:
    """An alias, which stands for the node of its anchor."""

    __slots__ = ("anchor", "end", "start")

    def __init__(self, anchor: str, start: Mark, end: Mark) -> None:
        self.anchor = anchor
        self.start = start
        self.end = end


_OURS: dict[str, Any] = {
    "ScalarEvent": ParsedScalar,
    "MappingStartEvent": MappingOpening,
    "SequenceStartEvent": SequenceOpening,
    "MappingEndEvent": Ending,
    "SequenceEndEvent": Ending,
    "AliasEvent": Alias,
}


def parse_c(data: bytes, build: Callable[[NextEvent], T]) -> T:
    """What `build` makes of the events of the C part, which it is given one by one, None at the end."""
    theirs = {name: getattr(C_PART, name) for name in _OURS}
    _name(_OURS)
    try:
        next_event = C_PART.CParser(data).get_event
        return build(next_event if _heeds_names() else _converted(next_event))
    finally:
        _name(theirs)


def parse_pure(data: bytes, build: Callable[[NextEvent], T]) -> T:
    """What `build` makes of the events of the pure parser."""
    from ruamel.yaml import YAML

    yaml: Any = YAML(typ="safe", pure=True)
    loader, parser = yaml.get_constructor_parser(data.decode("utf-8", "surrogateescape"))
    del loader
    return build(_converted(lambda: parser.get_event() if parser.check_event() else None))


def _name(classes: dict[str, Any]) -> None:
    for name, value in classes.items():
        setattr(C_PART, name, value)


@cache
def _heeds_names() -> bool:
    """Whether the C part makes events of the classes that its module names now."""
    next_event = C_PART.CParser(b"a").get_event
    return any(isinstance(event, ParsedScalar) for event in iter(next_event, None))


def _converted(next_event: NextEvent) -> NextEvent:
    def next_converted() -> Event:
        event = next_event()
        name = type(event).__name__
        if name == "ScalarEvent":
            start, end = event.start_mark, event.end_mark
            return ParsedScalar(event.anchor, None, None, event.value, start, end, event.style)
        if name in {"MappingStartEvent", "SequenceStartEvent"}:
            return _OURS[name](event.anchor, None, None, event.start_mark, event.end_mark, event.flow_style)
        if name == "AliasEvent":
            return Alias(event.anchor, event.start_mark, event.end_mark)
        return _OURS[name](event.start_mark, event.end_mark) if name in _OURS else event

    return next_converted
