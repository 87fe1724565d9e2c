"""What was remarked while a kustomization was built, as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.text.places import Place
from imagelint.text.trace import Origin, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.unit import Remark
    from imagelint.linting.finding import Finding
    from imagelint.linting.rule import Rule
    from imagelint.text.places import SourceId


def findings_of(rule: Rule, unit: SourceId, remarks: Iterable[Remark], message: str) -> Iterator[Finding]:
    """A finding for each remark about a unit, at the place that it is about."""
    for place, text, has_option in remarks:
        severity = Severity.WARNING if has_option else rule.severity
        found = rule.finding(Place(unit, place.span), message.format(text), severity=severity)
        yield found._replace(written=(Origin(place, Role.VALUE),))
