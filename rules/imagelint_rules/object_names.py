"""The names that the API server accepts for Secrets and most other objects: DNS subdomains.

Source: Kubernetes v1.36 `pkg/apis/core/validation/validation.go`, `ValidateSecretName`.
"""

from __future__ import annotations

import re

# What a name has between dots, and how long it may be.
_PART, _LONGEST = r"[a-z0-9](?:[-a-z0-9]{0,251}[a-z0-9])?", 253
ALLOWED = (
    "lower-case letters, digits, `-` and `.`: at most 253 characters, the first and the last of which are letters or "
    "digits"
)


def is_object_name(name: str) -> bool:
    """Whether an object can have a name."""
    return len(name) <= _LONGEST and all(re.fullmatch(_PART, part) for part in name.split("."))


def nearest_name(name: str) -> str | None:
    """The name that was likely meant by an impossible one (`pull-secret` by `pull_secret`); None if there is none."""
    found = re.sub(r"[^a-z0-9.]+", "-", name[: _LONGEST + 1].lower()).strip("-.")
    return found if is_object_name(found) else None
