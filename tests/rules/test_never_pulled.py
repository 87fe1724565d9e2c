"""With the policy `Never` no registry is contacted: only the policy itself is reported."""

from __future__ import annotations

import pytest

from manifests import docker_secret, pod, stream
from support import lint


@pytest.mark.parametrize(
    "image",
    [
        "localhost/web:v1",
        "my-web:v1",
        "ghrc.io/acme/web:v1",
        "acme.azurecr.io/web:v1",
        "registry.example.com/web:v1",
        "docker.io/bitnami/redis:7.2.5",
    ],
)
def test_only_the_policy_is_reported(image: str) -> None:
    never = pod(image, "pull", imagePullPolicy="Never")
    findings = lint(stream(never, docker_secret("pull", "quay.io")))
    assert [finding.rule for finding in findings] == ["never-pull-policy"]


def test_bad_name_is_still_reported() -> None:
    findings = lint(stream(pod("Web:v1", imagePullPolicy="Never")))
    assert [finding.rule for finding in findings] == ["invalid-image-reference", "never-pull-policy"]
