"""Findings: what is wrong, where, how bad, how sure, and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imagelint.text.places import SourceId, Span
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from imagelint.facts.model import Resource
    from imagelint.linting.fix import Fix
    from imagelint.linting.prediction import Prediction
    from imagelint.text.places import Place, Related
    from imagelint.text.trace import Origin


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


class Subject(NamedTuple):
    """What a finding is about, as data: what reports, baselines and fingerprints know of it without its message."""

    resource: Resource | None = None
    container: str | None = None
    # As written in the manifest.
    image: str | None = None
    # Names that the finding is about besides: a secret, an account, a field.
    names: tuple[str, ...] = ()
    # The 0-based index of the document in its file, if no object is known.
    document: int | None = None
    # The key path in the values of a chart: `controller.image`.
    key: str | None = None

    @property
    def document_number(self) -> int | None:
        """The 0-based index of the document in its file."""
        return self.resource.document if self.resource else self.document

    @property
    def label(self) -> str:
        """The object and the container, as people name them; empty if neither is known."""
        if self.resource is None:
            return ""
        parts = [self.resource.label]
        if self.container:
            parts.append(f"container `{self.container}`")
        if self.key:
            parts.append(f"value `{self.key}`")
        if self.resource.rendered_from:
            parts.append(f"rendered from {self.resource.rendered_from}")
        return ", ".join(parts)


class Finding(NamedTuple):
    """One thing that a rule found.

    `at` is the place that was judged, which summaries go by. `written` has the places where its text was written, the
    one that decides first; it is empty if that is `at` itself. Suppressions count at all of them.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    at: Place
    subject: Subject
    message: str
    help: str | None = None
    prediction: Prediction | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    written: tuple[Origin, ...] = ()
    # What of the text at `at` it is about.
    part: Part = Part.WHOLE
    # The folders of the kustomizations that deploy what it is about.
    units: tuple[str, ...] = ()
    # Whoever installs a chart can do what is missing.
    left_to_installer: bool = False
    # Reported before the others of its place: if the host is wrong, what they say of credentials does not hold.
    is_about_host: bool = False
    # What findings with the same cause have in common, such as a registry, if that is not their image or their names.
    cause: str | None = None

    @property
    def place(self) -> Place:
        """The place that reports show."""
        return self.written[0].place if self.written else self.at

    @property
    def sort_key(self) -> SortKey:
        """The order of every output."""
        return self.place.source, self.place.span, not self.is_about_host, self.rule, self.message


# By place, whether the rule is about something else than the host, rule and message.
SortKey = tuple[SourceId, Span, bool, str, str]


class Suppressed(NamedTuple):
    """A suppressed finding, with the reason. `in_source`: by a comment or an annotation in the manifest itself."""

    finding: Finding
    reason: str
    in_source: bool
