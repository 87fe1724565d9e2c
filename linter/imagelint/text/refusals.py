"""Why and where a parser refuses a text, from the errors of both parsers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.text.places import Mark

# The pure parser prints the tuple around what it found.
_TUPLE = re.compile(r"\(('[^']*'),\)")
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\n\r\u2028\u2029\x85]")


class _Mark(NamedTuple):
    line: int
    column: int


def message_of(refusal: Exception | None) -> str:
    """What is wrong, in one line."""
    problem = getattr(refusal, "problem", None) or getattr(refusal, "reason", None) or str(refusal)
    first_line = str(problem).strip().partition("\n")[0]
    return _TUPLE.sub(r"\1", first_line) or type(refusal).__name__


def mark_of(refusal: Exception | None, data: bytes) -> Mark:
    """Where it is; of a control character, which no YAML may hold, the parsers give only the offset."""
    mark: Mark | None = getattr(refusal, "problem_mark", None) or getattr(refusal, "context_mark", None)
    if mark is not None:
        return mark
    text = data.decode("utf-8", "replace")
    found = _CONTROL.search(text)
    before = _BREAK.split(text[: found.start()]) if found else [""]
    return _Mark(len(before) - 1, len(before[-1]))
