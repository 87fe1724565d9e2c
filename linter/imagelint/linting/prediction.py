"""What a finding predicts for its pod, as data: reports put it into words, diagnosis compares it with the cluster."""

from __future__ import annotations

from enum import StrEnum

from imagelint.text.records import NamedTuple


class WaitingReason(StrEnum):
    """The reasons with which the kubelet lets a container wait for its image (v1.36 `pkg/kubelet/images/types.go`)."""

    ERR_IMAGE_PULL = "ErrImagePull"
    INVALID_IMAGE_NAME = "InvalidImageName"
    ERR_IMAGE_NEVER_PULL = "ErrImageNeverPull"
    IMAGE_INSPECT_ERROR = "ImageInspectError"


class Rejection(StrEnum):
    """What happens instead of a pull: no kubelet ever sees the pod, or sees it without the field."""

    # The API server rejects the object (`metav1.StatusReasonInvalid`).
    INVALID = "Invalid"
    # Server-side apply rejects it, client-side apply does not.
    INVALID_SERVER_SIDE = "InvalidServerSide"
    # The workload is there, but its controller cannot create pods (the event `FailedCreate`).
    FAILED_CREATE = "FailedCreate"
    # The API server drops a field that it does not know.
    FIELD_IGNORED = "FieldIgnored"


class When(StrEnum):
    """Whether the first pull fails, or one that comes later."""

    NOW = "now"
    LATER = "later"


_WORDS = {
    Rejection.INVALID: "API server rejects it",
    Rejection.INVALID_SERVER_SIDE: "server-side apply rejects it",
    Rejection.FAILED_CREATE: "pod is not created",
    Rejection.FIELD_IGNORED: "field is ignored",
}


class Prediction(NamedTuple):
    """The waiting reason of a container, or why there is no pull.

    `reason` is a WaitingReason, a Rejection, or the text of an error that the kubelet shows instead of a reason.
    """

    reason: str
    when: When = When.NOW
    # What a reader can expect besides, in a few words: `429`.
    detail: str | None = None

    @property
    def is_pull_failure(self) -> bool:
        """Whether a container waits, or would, for its image."""
        return not isinstance(self.reason, Rejection)

    def __str__(self) -> str:
        """The prediction as reports show it."""
        if isinstance(self.reason, Rejection):
            return _WORDS[self.reason]
        if self.when is When.LATER:
            return f"may fail later with {self.reason}"
        return f"{self.reason} ({self.detail})" if self.detail else str(self.reason)
