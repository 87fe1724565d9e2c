"""Where rendered text was written."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from imagelint.text.places import Place, Span


class Role(StrEnum):
    """What kind of text an origin is in."""

    VALUE = "value"
    TEMPLATE = "template"
    PATCH = "patch"
    BASE = "base"


class Origin(NamedTuple):
    """A place where rendered text was written. `key` is its key path in a values file: `image.tag`."""

    place: Place
    role: Role
    key: str | None = None


class Trace(Protocol):
    """From a span of rendered text to where it was written."""

    def origins(self, span: Span) -> tuple[Origin, ...]:
        """The origins of a span, the most editable first; none where the text was written as it is."""
        ...


class _AsWritten:
    def origins(self, span: Span) -> tuple[Origin, ...]:
        del span
        return ()


# Of text that nobody rendered.
AS_WRITTEN: Trace = _AsWritten()
