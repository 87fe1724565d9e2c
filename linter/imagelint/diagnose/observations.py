"""What the readers of the forms see, and what is made of it."""

from __future__ import annotations

from enum import StrEnum

from imagelint.text.records import NamedTuple


class Kind(StrEnum):
    """What an observation says of an image."""

    # It is not pulled: `reason`, `error` or both say so.
    FAILED = "failed"
    # It is on the node: an event says so.
    PULLED = "pulled"
    # The container is past its pull: its state says so.
    STARTED = "started"
    # The container exists, and names this image.
    DECLARED = "declared"
    # Every container of the pod is ready.
    READY = "ready"
    # The kubelet did not find a pull secret.
    SECRET = "secret"  # noqa: S105 - the name of a kind


class Observation(NamedTuple):
    """One statement of the text about one image, container or pod; None for what it does not say."""

    kind: Kind
    namespace: str | None = None
    pod: str | None = None
    container: str | None = None
    image: str | None = None
    reason: str | None = None
    # The error of the runtime, without the words of the kubelet around it.
    error: str | None = None
    # In seconds; a later one is larger. Times of two forms are not compared.
    time: float | None = None
    # The image is that of the pod sandbox: every pod of the node needs it.
    node_level: bool = False
    # The reason is the state of the container, not that of an event, which may be over.
    is_state: bool = False


class Diagnosis(NamedTuple):
    """The cause of a failed pull. `also` are the causes of the other errors in a list of several."""

    cause: str
    subcause: str | None = None
    also: tuple[str, ...] = ()


class Line(NamedTuple):
    """A line of a manifest, 1-based; the path is relative to the working folder."""

    path: str
    line: int

    @property
    def text(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"


class Failure(NamedTuple):
    """A failed pull of one image: of one pod, or of several `pods` of one owner, of which `pod` is the first."""

    namespace: str | None
    pod: str | None
    container: str | None
    image: str | None
    # The waiting reason of the container, or the reason of the event; None for tools that know no pods.
    reason: str | None
    diagnosis: Diagnosis
    error: str | None
    resolved: bool = False
    node_level: bool = False
    pods: int = 1


class Hint(NamedTuple):
    """What a text without a failed pull points to: a word, and what to do next."""

    hint: str
    text: str


class Reading(NamedTuple):
    """What the readers made of one or more texts."""

    observations: list[Observation]
    hints: list[Hint]
