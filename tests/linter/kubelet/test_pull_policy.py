"""The policy that the API server stores, by its own defaults."""

from __future__ import annotations

from typing import Any

import pytest

from imagelint.kubelet.pull_policy import effective_policy
from imagelint.kubelet.reference import InvalidReferenceError, parse_reference
from shared import needs_shared, vectors


def policy(image: str, declared: str | None) -> str | None:
    try:
        reference = parse_reference(image)
    except InvalidReferenceError:
        reference = None
    return effective_policy(reference, declared)


# An admission plug-in that rewrites every policy is a property of a cluster, not of its manifests.
@needs_shared
@pytest.mark.parametrize(
    "case",
    [case for case in vectors("pull_policy_default") if "admission" not in case],
    ids=lambda case: f"{case['image'][:30]}-{case['declared']}",
)
def test_vectors(case: dict[str, Any]) -> None:
    assert policy(case["image"], case["declared"]) == case["effective"]


@pytest.mark.parametrize(
    ("image", "declared", "effective"),
    [
        ("nginx", None, "Always"),
        ("nginx", "", "Always"),
        ("nginx:1", None, "IfNotPresent"),
        (f"nginx:latest@sha256:{'a' * 64}", None, "Always"),
        (f"nginx@sha256:{'a' * 64}", None, "IfNotPresent"),
        ("UPPER", None, "IfNotPresent"),
        ("nginx", "Never", "Never"),
        ("nginx", "never", None),
        ("nginx", " Always", None),
    ],
)
def test_policy(image: str, declared: str | None, effective: str | None) -> None:
    assert policy(image, declared) == effective
