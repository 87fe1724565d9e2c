"""Secrets that do not match an image are reported if the image must need one, and not if it may be public."""

from __future__ import annotations

import pytest

from imagelint.linting.finding import Finding, Severity
from manifests import account, docker_secret, pod, stream
from support import lint

RULE = "pull-secret-registry-mismatch"


def mismatches(text: str) -> list[Finding]:
    return [finding for finding in lint(text) if finding.rule == RULE]


@pytest.mark.parametrize(
    ("image", "severity"),
    [
        ("registry.redhat.io/acme/app:1", Severity.ERROR),  # every pull needs credentials
        ("registry.example.com/acme/app:1", Severity.ERROR),
        ("quay.io/acme/app:1", Severity.WARNING),  # holds public repositories as well
        ("acme/app:1", Severity.WARNING),
        ("redis:7", None),  # an official image needs none
        ("registry.k8s.io/pause:3.9", None),
    ],
)
def test_severity_is_that_of_the_registry(image: str, severity: Severity | None) -> None:
    found = mismatches(stream(pod(image, "pull"), docker_secret("pull", "acme.azurecr.io")))
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_a_list_that_every_pod_has_proves_nothing_for_public_images() -> None:
    served, other = pod("acme.azurecr.io/app:1", "pull"), pod("grafana/grafana:11.0.0", "pull")
    assert mismatches(stream(served, other, docker_secret("pull", "acme.azurecr.io"))) == []


def test_secrets_of_the_account_say_nothing_of_public_images() -> None:
    public = pod("quay.io/prometheus/node-exporter:v1.9.1", namespace="prod")
    default = account("default", "pull", namespace="prod")
    assert mismatches(stream(public, default, docker_secret("pull", "acme.azurecr.io", namespace="prod"))) == []


def test_secret_that_would_match_is_named() -> None:
    secrets = docker_secret("pull", "ghcr.io"), docker_secret("redhat", "registry.redhat.io")
    (finding,) = mismatches(stream(pod("registry.redhat.io/acme/app:1", "pull"), *secrets))
    assert finding.help is not None
    assert "- name: redhat" in finding.help
    assert [related.place.span.line for related in finding.related] == [4, 6]


def test_short_name_may_lack_its_registry() -> None:
    (finding,) = mismatches(stream(pod("group/app:1", "pull"), docker_secret("pull", "registry.gitlab.com")))
    assert finding.help is not None
    assert finding.help.startswith("if it is not on Docker Hub, add its registry")


@pytest.mark.parametrize(
    ("key", "image", "reason"),
    [
        ("ghrc.io", "ghcr.io/acme/app:1", "`ghrc.io` is a misspelling of `ghcr.io`"),
        ("https://github.com", "ghcr.io/acme/app:1", "`github.com` is not `ghcr.io`"),
        ("docker.pkg.github.com", "ghcr.io/acme/app:1", "replaced by `ghcr.io`"),
        ("https://ghcr.io/v1", "ghcr.io/acme/app:1", "trailing slash is missing"),
    ],
)
def test_key_that_was_meant_for_the_registry(key: str, image: str, reason: str) -> None:
    (finding,) = mismatches(stream(pod(image, "pull"), docker_secret("pull", key)))
    assert finding.severity is Severity.ERROR
    assert reason in finding.message
    assert finding.help == "use the key `ghcr.io`"


def test_official_image_is_pulled_without_the_key_that_was_meant() -> None:
    (finding,) = mismatches(stream(pod("redis:7", "pull"), docker_secret("pull", "https://index.docker.io/v1")))
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("keys", "severity"),
    [
        (["<your-registry>"], Severity.INFO),
        (["https://REGISTRY_HOST/v1/"], Severity.INFO),
        (["ghcr.io", "YOUR_REGISTRY"], Severity.INFO),
        (["ghcr.io"], Severity.ERROR),
        (["https://registry.redhat.io:443", "YOUR_REGISTRY"], Severity.ERROR),  # meant for the image
    ],
)
def test_a_placeholder_may_become_the_registry(keys: list[str], severity: Severity) -> None:
    (finding,) = mismatches(stream(pod("registry.redhat.io/acme/app:1", "pull"), docker_secret("pull", *keys)))
    assert finding.severity == severity
    assert ("has to be filled in" in finding.message) == (severity is Severity.INFO)
