"""What is deployed together: an overlay, built from several sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from imagelint.text.nodes import Mapping
    from imagelint.text.places import Place, SourceId
    from imagelint.text.trace import Trace


class Remark(NamedTuple):
    """Something to say about a place in a source of a unit."""

    place: Place
    message: str


class Unit(NamedTuple):
    """The objects that a kustomization deploys.

    The spans of `objects` are lines of the unit, which nobody wrote; `trace` leads from them to the sources.
    """

    id: SourceId
    objects: tuple[Mapping, ...]
    trace: Trace
    # What was read to build it, the kustomization itself among them.
    sources: frozenset[SourceId]
    # Where the real tool refuses to build it; what could be built without is in `objects`.
    refusals: tuple[Remark, ...] = ()
    # Entries of `images:` and patches that match nothing.
    unmatched: tuple[Remark, ...] = ()
    # What is not built, such as remote bases, with the reason; what it would add or change is not known.
    left_out: tuple[Remark, ...] = ()
