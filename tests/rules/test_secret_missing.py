"""What the other objects of the input say of a pod without a pull secret."""

from __future__ import annotations

from typing import Any

import pytest

from imagelint.linting.finding import Severity
from imagelint.world.settings import Settings
from imagelint.world.world import World
from manifests import docker_secret, pod, stream
from support import lint

GHCR = docker_secret("pull", "ghcr.io", namespace="prod")


def missing(*objects: dict[str, Any]) -> list[tuple[Severity, int]]:
    """Severity and place of each finding; every object is in the second of its two lines."""
    findings = [finding for finding in lint(stream(*objects)) if finding.rule == "pull-secret-missing"]
    return [(finding.severity, finding.place.span.line // 2 - 1) for finding in findings]


def with_secret(image: str) -> dict[str, Any]:
    return pod(image, "pull", namespace="prod")


def without(image: str) -> dict[str, Any]:
    return pod(image, namespace="prod")


def test_same_repository_with_a_secret_elsewhere() -> None:
    objects = with_secret("ghcr.io/acme/app:1"), without("ghcr.io/acme/app:2"), GHCR
    assert missing(*objects) == [(Severity.WARNING, 1)]
    assert missing(with_secret("ghcr.io/acme/app:3"), *objects) == [(Severity.ERROR, 2)]


def test_most_of_an_organisation_with_a_secret() -> None:
    objects = with_secret("ghcr.io/acme/a:1"), with_secret("ghcr.io/acme/b:1"), without("ghcr.io/acme/c:1"), GHCR
    assert missing(*objects) == [(Severity.WARNING, 2)]


def test_half_of_an_organisation_proves_nothing() -> None:
    assert missing(with_secret("ghcr.io/acme/a:1"), without("ghcr.io/acme/c:1"), GHCR) == []


def test_other_organisations_say_nothing() -> None:
    objects = with_secret("ghcr.io/acme/a:1"), with_secret("ghcr.io/acme/b:1"), without("ghcr.io/other/c:1"), GHCR
    assert missing(*objects) == []


@pytest.mark.parametrize(
    ("image", "key", "severity"),
    [
        ("ghcr.io/acme/app:1", "ghcr.io", Severity.WARNING),
        ("acme/app:1", "https://index.docker.io/v1/", Severity.WARNING),
        ("registry.example.com/app:1", "registry.example.com", Severity.ERROR),
        ("redis:7", "https://index.docker.io/v1/", None),
        ("registry.k8s.io/pause:3.9", "registry.k8s.io", None),
    ],
)
def test_secret_that_nothing_names(image: str, key: str, severity: Severity | None) -> None:
    found = missing(without(image), docker_secret("pull", key, namespace="prod"))
    assert found == ([(severity, 0)] if severity else [])


@pytest.mark.parametrize("host", ["registry.redhat.io", "registry.connect.redhat.com"])
def test_openshift_has_a_pull_secret_for_red_hat(host: str) -> None:
    text = stream(without(f"{host}/ubi9/ubi:9.5"))
    rules = [
        {f.rule for f in lint(text, world=World(settings=Settings(platform=name)))} for name in ("openshift", "eks")
    ]
    assert ["pull-secret-missing" in found for found in rules] == [False, True]


@pytest.mark.parametrize("image", ["registry.k8s.io/pause:3.9", "mcr.microsoft.com/dotnet/aspnet:8.0", "redis:7"])
def test_an_undefined_secret_of_public_images_is_only_an_event(image: str) -> None:
    (finding,) = [f for f in lint(stream(with_secret(image))) if f.rule == "pull-secret-undefined"]
    assert (finding.severity, finding.prediction) == (Severity.INFO, None)
    assert "FailedToRetrieveImagePullSecret" in finding.message
    assert "create secret" not in (finding.help or "")


@pytest.mark.parametrize("image", ["ghcr.io/acme/app:1", "acme/app:1", "myapp:1", "$IMAGE"])
def test_an_undefined_secret_of_other_images_fails_the_pull(image: str) -> None:
    (finding,) = [f for f in lint(stream(with_secret(image))) if f.rule == "pull-secret-undefined"]
    assert (finding.severity, str(finding.prediction)) == (Severity.WARNING, "ErrImagePull")


def beside(api_version: str, kind: str) -> str:
    return stream({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web", "namespace": "prod"}})


RED_HAT = stream(without("registry.redhat.io/rhel9/postgresql-16:1"))


@pytest.mark.parametrize(
    ("path", "shown", "severity"),
    [
        ("app/route.yaml", beside("route.openshift.io/v1", "Route"), None),
        ("app/dc.yaml", beside("apps.openshift.io/v1", "DeploymentConfig"), None),
        ("scc.yaml", beside("security.openshift.io/v1", "SecurityContextConstraints"), None),
        ("app/old.yaml", beside("v1", "ImageStream"), None),
        ("app/web.yaml", RED_HAT + beside("route.openshift.io/v1", "Route"), None),
        ("openshift/route.yaml", beside("route.openshift.io/v1", "Route"), Severity.INFO),
        ("app/ingress.yaml", beside("networking.k8s.io/v1", "Ingress"), Severity.WARNING),
        ("app/route.yaml", beside("gateway.example/v1", "Route"), Severity.WARNING),
    ],
)
def test_objects_show_openshift(path: str, shown: str, severity: Severity | None) -> None:
    found = [f.severity for f in lint({"app/web.yaml": RED_HAT, path: shown}) if f.rule == "pull-secret-missing"]
    assert found == ([] if severity is None else [severity])


def test_the_settings_know_better_than_the_objects() -> None:
    files = {"app/web.yaml": RED_HAT, "app/route.yaml": beside("route.openshift.io/v1", "Route")}
    rules = {finding.rule for finding in lint(files, world=World(settings=Settings(platform="eks")))}
    assert "pull-secret-missing" in rules


@pytest.mark.parametrize(
    ("image", "is_found"),
    [
        ("registry.connect.redhat.com/acme/operator:1", False),
        ("registry.redhat.io/acme/operator:1", False),
        ("acme.azurecr.io/operator:1", True),
    ],
)
def test_operators_of_a_catalogue_run_on_openshift(image: str, is_found: bool) -> None:
    template = {"spec": {"containers": [{"name": "operator", "image": image}]}}
    spec = {"install": {"spec": {"deployments": [{"name": "a", "spec": {"template": template}}]}}}
    version = {"apiVersion": "operators.coreos.com/v1alpha1", "kind": "ClusterServiceVersion", "spec": spec}
    assert bool(missing({**version, "metadata": {"name": "a", "namespace": "prod"}})) is is_found
