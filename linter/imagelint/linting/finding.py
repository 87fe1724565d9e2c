"""Findings: what is wrong, where, how bad, how sure, and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from imagelint.text.places import Span

if TYPE_CHECKING:
    from imagelint.facts.model import Resource
    from imagelint.linting.fix import Fix
    from imagelint.text.places import Place, Related, Span


class Severity(StrEnum):
    """How bad a finding is, from the worst down."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _ORDER.index(self)

    def reaches(self, level: Severity) -> bool:
        """Whether this is at least as bad as `level`."""
        return self.rank <= level.rank


_ORDER = tuple(Severity)


class Confidence(StrEnum):
    """How sure a finding is: proved by the model, likely, or depending on a cluster that cannot be seen."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Finding(NamedTuple):
    """One thing that a rule found. `predicts` is the waiting reason of the pod, where there is one."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    place: Place
    help: str | None = None
    document: int | None = None
    resource: Resource | None = None
    container: str | None = None
    image: str | None = None
    predicts: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def sort_key(self) -> tuple[str, Span, str, str]:
        """The order of every output."""
        return self.place.path, self.place.span, self.rule, self.message

    @property
    def subject(self) -> str:
        """What the finding is about, as people name it: the object and the container; empty where none is known."""
        if self.resource is None:
            return ""
        parts = [self.resource.label]
        if self.container:
            parts.append(f"container `{self.container}`")
        if self.resource.rendered_from:
            parts.append(f"rendered from {self.resource.rendered_from}")
        return ", ".join(parts)


class Suppressed(NamedTuple):
    """A finding that a user knows of. `in_source`: by a comment or an annotation in the manifest itself."""

    finding: Finding
    reason: str
    in_source: bool
