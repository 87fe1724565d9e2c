"""The result of a run in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Rejection, When

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.text.places import SourceId, Span

# From the worst down; a workload counts once, for the worst that is predicted.
_FATES = ("cannot start", "may not start", "use{s} a mutable tag", "may fail at a later pull")
_CANNOT, _MAY_NOT, _MUTABLE, _LATER = range(len(_FATES))
# What an object hands to others, which make pods of it or none.
_OF_NO_WORKLOAD = frozenset(
    {ContainerType.ARTIFACT, ContainerType.HANDED_ON, ContainerType.EMBEDDED, ContainerType.VALUE}
)
# What leaves the pod with what it needs, as far as this alone shows.
_UNSURE = frozenset({Rejection.FIELD_IGNORED, Rejection.INVALID_SERVER_SIDE})


def summary(report: Report) -> str:
    """What becomes of the workloads, what was found, and what was read."""
    files = counted(len(report.found.reported), "file")
    read = f"{files} and {counted(report.found.objects, 'object')} read"
    if report.suppressed:
        read += f", {counted(len(report.suppressed), 'finding')} suppressed"
    if not report.findings:
        return f"no findings ({read})"
    severities = [finding.severity for finding in report.findings]
    counts = [
        counted(severities.count(level), level) for level in dict.fromkeys(sorted(severities, key=lambda s: s.rank))
    ]
    where = counted(len({finding.place.path for finding in report.findings}), "file")
    workloads = ", ".join(_workloads(report))
    return f"{workloads}{': ' if workloads else ''}{', '.join(counts)} in {where} ({read})"


def _workloads(report: Report) -> Iterator[str]:
    """`3 workloads cannot start`, `2 may not start`."""
    fates: dict[tuple[SourceId, Span], int] = {}
    sources = {finding.at.source for finding in report.findings} & report.found.files.keys()
    # By place: a kustomization may give an object another namespace.
    workloads = {
        (source, pod.resource.span)
        for source in sources
        for pod in report.found.files[source].pods
        if not all(container.type in _OF_NO_WORKLOAD for container in pod.containers)
    }
    for finding in report.findings:
        fate, resource = _fate(finding), finding.subject.resource
        if fate is not None and resource is not None and (finding.at.source, resource.span) in workloads:
            key = finding.at.source, resource.span
            fates[key] = min(fate, fates.get(key, fate))
    noun = " workload"
    for fate, words in enumerate(_FATES):
        number = list(fates.values()).count(fate)
        if number:
            plural = "s" if noun and number > 1 else ""
            yield f"{number}{noun}{plural} {words.format(s='s' if number == 1 else '')}"
            noun = ""


def _fate(finding: Finding) -> int | None:
    """What a finding means for its workload; None if it means nothing for the pull."""
    if finding.prediction is None or finding.severity is Severity.INFO:
        return None
    if finding.prediction.when is When.LATER:
        # An announced end is certain; that a tag without a digest moves is not.
        is_mutable = finding.confidence is not Confidence.CERTAIN and "@" not in (finding.subject.image or "@")
        return _MUTABLE if is_mutable else _LATER
    is_sure = finding.severity is Severity.ERROR and finding.prediction.reason not in _UNSURE
    return _CANNOT if is_sure else _MAY_NOT


def fixable(report: Report) -> Iterator[str]:
    """How many findings `--fix` repairs, in one line; none if there are none."""
    fixes = [finding.fix for finding in report.findings if finding.fix is not None]
    safe = sum(fix.is_safe for fix in fixes)
    unsafe = len(fixes) - safe
    if safe:
        yield f"[*] {safe} fixable with --fix" + (f", {unsafe} more with --fix --unsafe-fixes" if unsafe else "")
    elif unsafe:
        yield f"{unsafe} fixable with --fix --unsafe-fixes, after review"


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`; `info` has no plural."""
    return f"{number} {noun}" if number == 1 or noun == "info" else f"{number} {noun}s"
