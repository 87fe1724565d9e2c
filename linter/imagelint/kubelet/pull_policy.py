"""The pull policy that the API server stores for a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagelint.kubelet.reference import ImageReference

ALWAYS, IF_NOT_PRESENT, NEVER = POLICIES = ("Always", "IfNotPresent", "Never")


def effective_policy(image: ImageReference | None, declared: str | None) -> str | None:
    """The policy after defaulting (Kubernetes v1.36 `pkg/apis/core/v1/defaults.go`), None if it is refused.

    Without one it is `Always` for the tag `latest`, written or implied, also if a digest pins it; a reference
    that does not parse has no tag. Any other text than the three names is refused (`validatePullPolicy`).
    """
    if declared:
        return declared if declared in POLICIES else None
    return ALWAYS if image is not None and image.effective_tag == "latest" else IF_NOT_PRESENT
