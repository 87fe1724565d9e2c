"""Tags of scalars, as go-yaml v2 resolves them (`resolve.go`): `!!str 1.10` is text, and `!!int nginx` is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from imagelint.text.go_base64 import decode_base64
from imagelint.text.nodes import BOOLEANS, NULLS, is_integer, is_number

if TYPE_CHECKING:
    from collections.abc import Callable

_LONG = "tag:yaml.org,2002:"
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2}))"
    r"|(?: [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?))?"
)
_QUOTED, _PLAIN = '"', ""


class TagError(ValueError):
    """A scalar is not what its tag says; `problem_mark` is where it is."""

    def __init__(self, problem: str, mark: object) -> None:
        super().__init__(problem)
        self.problem_mark = mark


def apply_tag(event: Any) -> None:  # noqa: ANN401 - an event of ruamel.yaml, which publishes no types
    """Give a scalar with a tag the value and the style of one without, that means the same. Raises TagError."""
    tag = str(event.tag).removeprefix(_LONG).removeprefix("!!")
    value: str = event.value
    if tag == "binary":
        event.value, event.style = _decoded(event), _QUOTED
    elif tag in _RESOLVABLE:
        if not _RESOLVABLE[tag](value):
            raise TagError(f"`{value}` cannot be read as !!{tag}", event.start_mark)
        event.style = _QUOTED if tag == "timestamp" else _PLAIN
    elif tag == "merge" and value == "<<":
        event.style = _PLAIN
    else:
        event.style = _QUOTED


def _decoded(event: Any) -> str:  # noqa: ANN401 - as above
    try:
        # To Go each byte that is not UTF-8 is a character of its own.
        return re.sub("[\udc80-\udcff]", "\ufffd", decode_base64(event.value).decode("utf-8", "surrogateescape"))
    except ValueError:
        raise TagError("the value with the tag !!binary is not base64", event.start_mark) from None


_RESOLVABLE: dict[str, Callable[[str], bool]] = {
    "null": NULLS.__contains__,
    "bool": BOOLEANS.__contains__,
    "int": is_integer,
    "float": is_number,
    "timestamp": lambda value: _DATE.fullmatch(value) is not None,
}
