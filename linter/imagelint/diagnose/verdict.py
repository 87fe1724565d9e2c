"""What the manifests say about a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.diagnose.observations import Line

# The manifests show the cause; they say something else than the cluster; they only show where the image is named.
PROVEN, CONTRADICTED, POSSIBLE = "proven", "contradicted", "possible"


class Verdict(NamedTuple):
    """How sure the manifests are, the line to look at, and what they add to the answer."""

    confidence: str
    place: Line
    summary: str = ""
    fix: str | None = None
    contradiction: str | None = None
    check: str | None = None
