"""The types of the JSON contract, which Python programs get as well; `docs/json.md` explains the fields.

Lines and columns start at 1, columns count code points, and an end is exclusive. None is what is not known.
"""

from __future__ import annotations

from typing import Literal, TypedDict


class Resource(TypedDict):
    """The identity of an object."""

    api_version: str
    kind: str
    namespace: str | None
    name: str | None


class Prediction(TypedDict):
    """What will happen to the pod, and whether the first pull fails (`now`) or a later one may."""

    reason: str
    when: Literal["now", "later"]


class Place(TypedDict):
    """Where a text begins."""

    path: str
    line: int
    column: int


class Related(Place):
    """Another place that a finding is about."""

    message: str


class Span(TypedDict):
    """Where a text begins and ends in its file."""

    line: int
    column: int
    end_line: int
    end_column: int


class Edit(Span):
    """A text that replaces another one in the file of its finding."""

    text: str


class Fix(TypedDict):
    """What `--fix` would change; if it is not `safe`, only together with `--unsafe-fixes`."""

    safe: bool
    edits: list[Edit]


class Finding(Span):
    """What a rule reports: a list entry of `findings` of `--format json`."""

    rule: str
    group: int | None
    severity: Literal["error", "warning", "info"]
    confidence: Literal["certain", "likely", "possible"]
    message: str
    help: str | None
    path: str
    document: int | None
    resource: Resource | None
    container: str | None
    key: str | None
    image: str | None
    predicts: str | None
    prediction: Prediction | None
    units: list[str]
    related: list[Related]
    fix: Fix | None
    url: str | None
    fingerprint: str


class PullPolicy(TypedDict):
    """The `imagePullPolicy` as written, and what the kubelet does; None if the API server refuses it."""

    declared: str | None
    effective: str | None


class Image(Place):
    """The use of an image: a list entry of `imagelint images --format json`."""

    image: str
    written: str
    unit: str | None
    valid: bool
    registry: str | None
    repository: str | None
    tag: str | None
    digest: str | None
    normalized: str | None
    built_by: str | None
    container: str | None
    container_type: str
    key: str | None
    pull_policy: PullPolicy
    service_account: str
    pull_secrets: list[str]
    credential: Literal["matched", "none", "unknown"]
    resource: Resource
    document: int | None


class Summary(TypedDict):
    """Numbers of findings, of files and of objects that were read, and notes about what was not."""

    errors: int
    warnings: int
    infos: int
    suppressed: int
    files: int
    objects: int
    notes: list[str]
