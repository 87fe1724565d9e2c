"""The rows of the HTML report: each use of an image with the findings about it, then what is about no image."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imagelint.index.pull_secrets import Match
from imagelint.linting.finding import Severity
from imagelint.linting.prediction import When
from imagelint.reporting.concise import position
from imagelint.reporting.image_rows import image_rows
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.facts.model import Resource
    from imagelint.linting.finding import Finding
    from imagelint.linting.report import Report
    from imagelint.reporting.image_rows import ImageRow
    from imagelint.text.places import Place, SourceId, Span


class Access(StrEnum):
    """With what the kubelet pulls an image: the kind of an edge of the picture. The values are names of classes."""

    MATCHED = "matched"
    ANONYMOUS = "anonymous"
    # Pull secrets are named, and no key of them is for the image.
    UNMATCHED = "unmatched"
    # The content of a pull secret is not in the input.
    UNKNOWN = "unknown"


class Row(NamedTuple):
    """A use of an image; if `image` is empty, a finding that is about none, with what is known of its object."""

    findings: Sequence[Finding]
    image: str = ""
    registry: str = ""
    workload: str = ""
    namespace: str = ""
    container: str = ""
    access: Access | None = None
    secrets: str = ""
    unit: str = ""
    place: str = ""

    @property
    def severity(self) -> Severity | None:
        """That of the worst finding, which is the first one."""
        return self.findings[0].severity if self.findings else None


def rows_of(report: Report) -> list[Row]:
    """The rows, the worst first, else in the order of the files; a finding is in the row of each image it is about."""
    images = [row for index, sources in report.judged for row in image_rows(index, report.found, sources)]
    uses = _Uses(images)
    findings: list[list[Finding]] = [[] for _ in images]
    others: list[Row] = []
    for finding in report.findings:
        numbers = uses.about(finding)
        for number in numbers:
            findings[number].append(finding)
        if not numbers:
            others.append(_without_image(finding))
    rows = [_with_image(image, sorted(own, key=_badness)) for image, own in zip(images, findings, strict=True)]
    return sorted(
        [*rows, *others], key=lambda row: _badness(row.findings[0]) if row.findings else (len(Severity), False)
    )


def _badness(finding: Finding) -> tuple[int, bool]:
    """By severity; of one severity, what keeps a pod from its first start comes before the rest."""
    prediction = finding.prediction
    return finding.severity.rank, prediction is None or prediction.when is not When.NOW


def _with_image(image: ImageRow, findings: Sequence[Finding]) -> Row:
    entry = image.entry
    resource = entry["resource"]
    return Row(
        findings,
        image=entry["image"],
        registry=entry["registry"] or "",
        workload=_workload(resource["kind"], resource["name"]),
        namespace=resource["namespace"] or "",
        container=entry["container"] or entry["key"] or "",
        access=_access(entry["credential"], entry["pull_secrets"]),
        secrets=", ".join(entry["pull_secrets"]),
        unit=entry["unit"] or "",
        place=f"{entry['path']}:{entry['line']}:{entry['column']}",
    )


def _access(credential: Match, secrets: Sequence[str]) -> Access:
    if credential is Match.NONE:
        return Access.UNMATCHED if secrets else Access.ANONYMOUS
    return Access.MATCHED if credential is Match.MATCHED else Access.UNKNOWN


def _without_image(finding: Finding) -> Row:
    resource = finding.subject.resource
    return Row(
        [finding],
        workload=_workload(resource.kind, resource.name) if resource else "",
        namespace=(resource.namespace or "") if resource else "",
        container=finding.subject.container or "",
        unit=", ".join(finding.units),
        place=position(finding.place),
    )


def _workload(kind: str, name: str | None) -> str:
    return f"{kind} {name or '(unnamed)'}"


class _Uses:
    """The uses of images, by number, for what findings refer to."""

    def __init__(self, images: Sequence[ImageRow]) -> None:
        self._by_key: dict[object, list[int]] = {}
        for number, (use, entry) in enumerate(images):
            container = [use.container.name] if use.container.name else []
            scope = entry["unit"] or use.pod.source
            written = entry["path"], entry["line"], entry["column"]
            keys = [use.place, (entry["unit"], *written)] if entry["unit"] else [use.place]
            keys += _keys(scope, use.pod.resource, [*container, entry["image"], None])
            for key in dict.fromkeys(keys):
                self._by_key.setdefault(key, []).append(number)

    def about(self, finding: Finding) -> list[int]:
        """The uses that a finding is about: at its place, of its container or image, else all of its object."""
        subject = finding.subject
        found = self._with([finding.at, *_written(finding)])
        if found or subject.resource is None:
            return found
        scopes: list[SourceId | str] = [*finding.units] or [finding.at.source]
        for name in dict.fromkeys((subject.container, subject.image, None)):
            found = self._with([key for scope in scopes for key in _keys(scope, subject.resource, [name])])
            if found and (name or subject.container is None):
                return found
        return []

    def _with(self, keys: Sequence[object]) -> list[int]:
        return sorted({number for key in keys for number in self._by_key.get(key, ())})


def _written(finding: Finding) -> Iterator[tuple[str, str, int, int]]:
    """Where its text was written, for each unit that deploys it."""
    for place in dict.fromkeys(origin.place for origin in finding.written):
        for unit in finding.units:
            yield unit, place.path, place.span.line, place.span.column


def _keys(
    scope: SourceId | str, resource: Resource, names: Sequence[str | None]
) -> list[Place | tuple[SourceId | str, Span | str, str | None, str | None]]:
    """Keys of the containers or images `names` of an object, None for the object itself.

    In a file an object is known by its place, in a unit by its name.
    """
    if isinstance(scope, str):
        return [(scope, resource.kind, resource.name, name) for name in names]
    return [(scope, resource.span, None, name) for name in names]
