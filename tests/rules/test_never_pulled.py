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


BUILT = "apiVersion: skaffold/v4beta13\nkind: Config\nbuild: {artifacts: [{image: ghcr.io/acme/web}]}\n"


@pytest.mark.parametrize(("image", "severity"), [("ghcr.io/acme/web:v1", "info"), ("ghcr.io/acme/api:v1", "warning")])
def test_what_is_built_here_may_be_loaded(image: str, severity: str) -> None:
    findings = lint({"web.yaml": stream(pod(image, imagePullPolicy="Never")), "skaffold.yaml": BUILT})
    (found,) = [finding for finding in findings if finding.rule == "never-pull-policy"]
    assert found.severity == severity
    assert ("Skaffold builds it: load it onto every node" in (found.help or "")) == (severity == "info")
