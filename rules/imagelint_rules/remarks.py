"""What was remarked while a kustomization was built, as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.text.places import Place, Related
from imagelint.text.trace import Origin, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.unit import Remark
    from imagelint.linting.finding import Finding
    from imagelint.linting.rule import Rule
    from imagelint.text.places import SourceId

# How kustomize begins what it says of a patch that is for no object.
_ABSENT = "no matches for Id "
# Of what is missing alike.
_MOST_PLACES = 10


def findings_of(rule: Rule, unit: SourceId, remarks: Iterable[Remark], message: str) -> Iterator[Finding]:
    """A finding for each remark about a unit, at the place that it is about.

    What is said of several paths that one file names is one finding, and so are patches in it that are for no object.
    """
    alike: dict[object, list[Remark]] = {}
    for remark in remarks:
        alike.setdefault(_cause(remark), []).append(remark)
    for first, *others in alike.values():
        text = f"{first.text} ({len(others)} more like it in this file)" if others else first.text
        found = rule.finding(
            Place(unit, first.place.span),
            message.format(text),
            severity=Severity.INFO if first.has_option or first.is_made or first.is_dormant else rule.severity,
            related=[Related(other.place, other.text) for other in others[:_MOST_PLACES]],
        )
        yield found._replace(written=(Origin(first.place, Role.VALUE),))


def _cause(remark: Remark) -> object:
    """What remarks have in common that are one finding."""
    if remark.path:
        return remark.place.source, remark.message, remark.is_made
    return (remark.place.source, _ABSENT) if remark.message.startswith(_ABSENT) else remark
