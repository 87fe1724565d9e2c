"""Where rendered text was written."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.text.places import Place, Span


# The key of the version in `Chart.yaml`, which templates use where values have no tag.
APP_VERSION = "appVersion"


class Role(StrEnum):
    """What kind of text an origin is in."""

    VALUE = "value"
    TEMPLATE = "template"
    PATCH = "patch"
    BASE = "base"
    # A chart that another one includes.
    SUBCHART = "subchart"


class Part(StrEnum):
    """The part of an image's text that a finding is about: overlays and charts put it together from several places."""

    WHOLE = "whole"
    NAME = "name"
    # The registry in the name.
    HOST = "host"
    TAG = "tag"
    DIGEST = "digest"


class Origin(NamedTuple):
    """A place where rendered text was written. `key` is its key path in a values file: `image.tag`."""

    place: Place
    role: Role
    key: str | None = None


class Trace(Protocol):
    """From a span of rendered text to where it was written."""

    def origins(self, span: Span, part: Part = Part.WHOLE) -> tuple[Origin, ...]:
        """The origins of a span: first the one that decides `part` of its text, then the others.

        None if the text was written as it is.
        """
        ...


class _AsWritten(NamedTuple):
    def origins(self, span: Span, part: Part = Part.WHOLE) -> tuple[Origin, ...]:
        del span, part
        return ()


# Of text that nobody rendered.
AS_WRITTEN: Trace = _AsWritten()
