"""What a run comes to, as a person would say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import Resource
    from imagelint.linting.finding import Finding
    from imagelint.reporting import Report

# From the worst down; a pod counts once, for the worst that is predicted.
_FATES = ("cannot start", "may not start", "will be at the mercy of a moving tag", "will fail at a later pull")
_CANNOT, _MAY_NOT, _MOVING, _LATER = range(len(_FATES))
# Predictions that leave the pod with what it needs, as far as they alone tell.
_UNSURE = frozenset({"field dropped", "server-side apply refused"})


def summary(report: Report) -> str:
    """What becomes of the pods, what was found, and what was read."""
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
    pods = ", ".join(_pods(report))
    return f"{pods}{': ' if pods else ''}{', '.join(counts)} in {where} ({read})"


def _pods(report: Report) -> Iterator[str]:
    """`3 pods cannot start`, `2 may not start`."""
    fates: dict[tuple[str, Resource], int] = {}
    paths = {finding.place.path for finding in report.findings} & report.found.files.keys()
    pods = {(path, pod.resource) for path in paths for pod in report.found.files[path].pods}
    for finding in report.findings:
        fate = _fate(finding)
        if fate is not None and finding.resource is not None and (finding.place.path, finding.resource) in pods:
            key = finding.place.path, finding.resource
            fates[key] = min(fate, fates.get(key, fate))
    noun = " pod"
    for fate, words in enumerate(_FATES):
        number = list(fates.values()).count(fate)
        if number:
            yield f"{number}{noun}{'s' if noun and number > 1 else ''} {words}"
            noun = ""


def _fate(finding: Finding) -> int | None:
    """What a finding means for its pod; None where it means nothing for the pull."""
    if finding.predicts is None or finding.severity is Severity.INFO:
        return None
    if finding.predicts.endswith("later"):
        # An announced end is certain; that a tag without a digest moves is not.
        is_moving = finding.confidence is not Confidence.CERTAIN and "@" not in (finding.image or "@")
        return _MOVING if is_moving else _LATER
    is_sure = finding.severity is Severity.ERROR and finding.predicts not in _UNSURE
    return _CANNOT if is_sure else _MAY_NOT


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`; `info` has no plural."""
    return f"{number} {noun}" if number == 1 or noun == "info" else f"{number} {noun}s"
