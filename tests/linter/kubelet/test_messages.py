"""Messages of kubelets and runtimes name their cause."""

from __future__ import annotations

from typing import Any

import pytest

from imagelint.kubelet.messages import cause_of, causes
from imagelint_rules import RULES
from shared import needs_shared, vectors


@needs_shared
@pytest.mark.parametrize("case", vectors("events"), ids=lambda case: case["message"][-60:])
def test_vectors(case: dict[str, Any]) -> None:
    found = cause_of(case["message"])
    assert (found.name if found else "other") == case["cause"]


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("Failed to pull image: no match for platform in manifest: not found", "no-matching-platform"),
        ("pull access denied, repository does not exist: no basic auth credentials", "unauthorized"),
        ("server message: insufficient_scope: authorization failed", "denied"),
        ("net/http: TLS handshake timeout", "timeout-refused"),
        ("illegal base64 data at input byte 4", "malformed-secret"),
        ("manifest unknown", "not-found"),
        ("Pulled image", None),
    ],
)
def test_cause(message: str, cause: str | None) -> None:
    found = cause_of(message)
    assert (found.name if found else None) == cause


def test_every_cause_names_rules_that_exist() -> None:
    assert {rule for cause in causes() for rule in cause.rules} <= {rule.name for rule in RULES}
