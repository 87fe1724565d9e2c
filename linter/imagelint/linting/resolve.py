"""From where a finding was judged to where its text was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.placeholders import find_placeholder
from imagelint.linting.finding import Confidence, Severity
from imagelint.text.places import Related
from imagelint.text.trace import APP_VERSION, AS_WRITTEN, Part, Role

if TYPE_CHECKING:
    from collections.abc import Container

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Unit
    from imagelint.linting.finding import Finding
    from imagelint.linting.fix import Fix
    from imagelint.text.places import Place, SourceId
    from imagelint.text.trace import Origin, Trace

# What the places are that an image was put together from, besides the one that decides.
_ROLES = {
    Role.BASE: "the image in the base",
    Role.PATCH: "the image in the patch",
    Role.TEMPLATE: "the template that uses the value",
    Role.SUBCHART: "the chart in it that has the value",
}


def resolve(finding: Finding, found: Input) -> Finding:
    """The finding with the places where its text was written; itself in text that is a file."""
    # Where the tool that builds a unit refuses it, the place is known already.
    trace = _trace(finding.at.source, found)
    part = Part.HOST if finding.is_about_host and finding.part is Part.NAME else finding.part
    origins = finding.written or trace.origins(finding.at.span, part)
    unit = found.units.get(finding.at.source)
    if unit is not None and unit.values:
        finding = _of_chart(finding, unit, origins)
        found.shown.update(origin.place for origin in origins if origin.role is Role.VALUE)
    elif unit is not None:
        from imagelint.linting.cure import cured

        finding = cured(finding, trace, origins)._replace(units=(unit.name,))
    elif origins:
        # Nobody can edit rendered text, and what would repair it elsewhere is not known here.
        finding = finding._replace(fix=None)
    related = [Related(_written(place, found), message) for place, message in finding.related]
    related += [Related(origin.place, _ROLES[origin.role]) for origin in origins[1:] if origin.role in _ROLES]
    return finding._replace(written=origins, related=tuple(related))


def _of_chart(finding: Finding, unit: Unit, origins: tuple[Origin, ...]) -> Finding:
    """A finding in a rendered chart: at most a warning if a chart inside of it decides, or what nobody set."""
    is_of_others = any(origin.role is Role.SUBCHART for origin in origins)
    is_default = not unit.is_declared and _is_default(finding, origins)
    severity = finding.severity
    if (is_of_others or is_default) and severity is Severity.ERROR:
        severity = Severity.WARNING
    if not unit.is_declared and finding.is_about_host and finding.confidence is Confidence.POSSIBLE:
        # Whoever installs the chart gives it the credentials, or another registry.
        severity = Severity.INFO
    if not unit.is_installed and finding.left_to_installer:
        severity = Severity.INFO
        finding = finding._replace(message=f"{finding.message}, which is left to whoever installs the chart")
    fix = None if is_of_others or finding.fix is None else _in_values(finding.fix, unit, origins)
    return finding._replace(
        fix=fix,
        units=(unit.name,),
        severity=severity,
        confidence=Confidence.POSSIBLE if is_default else finding.confidence,
    )


def _is_default(finding: Finding, origins: tuple[Origin, ...]) -> bool:
    """Whether a release would set what a finding in a rendered chart is about: a placeholder, or no tag at all."""
    is_version = any(origin.key == APP_VERSION for origin in origins[:1])
    return is_version or find_placeholder(finding.subject.image or "") is not None


def _in_values(fix: Fix, unit: Unit, origins: tuple[Origin, ...]) -> Fix | None:
    """The fix of an image in a values file; None if no single value there decides what is wrong."""
    if len(fix.edits) != 1 or fix.edits[0].is_node or unit.change is None:
        return None
    from imagelint.linting.fix import Edit

    (edit,) = fix.edits
    change = unit.change(edit.span.line, edit.old, edit.new)
    if change is None or change[0].source != origins[0].place.source or change[0].source not in unit.sources:
        return None
    place, old, new = change
    return fix._replace(edits=(Edit(place.span, old, new),))


def _written(place: Place, found: Input) -> Place:
    """Where the text at a place was written first of all."""
    facts = found.files.get(place.source)
    return facts.written(place) if facts is not None else place


def _trace(source: SourceId, found: Input) -> Trace:
    facts = found.files.get(source)
    return facts.trace if facts is not None else AS_WRITTEN


def belongs(unit: Unit, origins: tuple[Origin, ...], sources: Container[SourceId], found: Input) -> bool:
    """Whether something in a unit is reported for `sources`.

    That is the case if it was written in one of them, or in a file that nobody named and the unit is one of them.
    """
    written = [origin.place.source for origin in origins]
    if any(source in sources for source in written):
        return True
    return unit.kustomization in sources and not any(source in found.reported for source in written)
