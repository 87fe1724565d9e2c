"""Where images come from: the allow list, development clusters, and local builds."""

from __future__ import annotations

import pytest

from imagelint.world.settings import Declaration, Settings
from imagelint.world.world import World
from manifests import pod, stream
from support import lint


def refused(image: str, *patterns: str) -> bool:
    settings = Settings(allow_only_declared=True, registries=tuple(map(Declaration, patterns)))
    found = [f for f in lint(stream(pod(image)), world=World(settings=settings)) if f.rule == "unknown-registry"]
    assert all((f.severity, f.confidence, f.prediction) == ("warning", "certain", None) for f in found)
    return bool(found)


@pytest.mark.parametrize(
    "image",
    [
        "k8s.gcr.io/pause:3.2",
        "gcr.io/google-containers/pause:3.2",
        "bitnamilegacy/kubectl:1.33.4",
        "bitnami/redis:7.2",
        "ghrc.io/acme/x:1",
        "localhost:5000/x:1",
        "myapp:1",
        "nginx:1.29",
        "quay.io.example.com/x:1",
        "quay.io:8443/x:1",
    ],
)
def test_the_allow_list_refuses_all_other_registries(image: str) -> None:
    assert refused(image, "quay.io")


@pytest.mark.parametrize(
    ("image", "pattern", "is_allowed"),
    [
        ("ghcr.io/acme/x:1", "ghcr.io/acme", True),
        ("ghcr.io/acme/x:1", "ghcr.io/acme/", True),
        ("ghcr.io/acme/x/y:1", "ghcr.io/acme", True),
        ("ghcr.io/acme-evil/x:1", "ghcr.io/acme", False),
        ("ghcr.io/acme", "ghcr.io/acme", True),
        ("ghcr.io/other/x:1", "ghcr.io/acme", False),
        ("acme.azurecr.io/x:1", "*.azurecr.io", True),
        ("acme.azurecr.io/x:1", "*.azurecr.io/x", True),
        ("acme.azurecr.io/xy:1", "*.azurecr.io/x", False),
        ("gcr.io/acme/x:1", "gcr.io/*", True),
        ("gcr.io/acme/x:1", "gcr.io/acme/*", True),
        ("gcr.io/acme-evil/x:1", "gcr.io/acme/*", False),
        ("nginx:1.29", "docker.io", True),
        ("nginx:1.29", "docker.io/library/nginx", True),
        ("nginx", "docker.io/library/nginx", True),
        ("nginx:1.29", "docker.io/library/nginx:1.29", True),
        ("nginx:1.28", "docker.io/library/nginx:1.29", False),
        ("nginx-extra:1.29", "docker.io/library/nginx", False),
    ],
)
def test_the_allow_list_goes_by_path_components(image: str, pattern: str, is_allowed: bool) -> None:
    assert refused(image, pattern) is not is_allowed


@pytest.mark.parametrize(
    ("pattern", "named"),
    [("quay.io/acme", "docker.io/library/nginx"), ("docker.io/library/nginx:1.28", "docker.io/library/nginx:1.29")],
)
def test_the_tag_is_named_where_the_list_has_another(pattern: str, named: str) -> None:
    settings = Settings(allow_only_declared=True, registries=(Declaration(pattern),))
    (finding,) = lint(stream(pod("nginx:1.29")), world=World(settings=settings))
    assert finding.message.startswith(f"`{named}` is not covered")


@pytest.mark.parametrize(
    ("image", "cluster"),
    [
        ("k3d-registry.localhost:5000/app:1", "k3d"),
        ("k3d-dev.localhost:41000/team/app:1", "k3d"),
        ("localhost:32000/app:1", "MicroK8s"),
        ("localhost:5001/app:1", "kind"),
    ],
)
def test_registries_of_development_clusters(image: str, cluster: str) -> None:
    (finding,) = [f for f in lint(stream(pod(image))) if f.rule == "unreachable-registry"]
    assert finding.severity == "info"
    assert cluster in finding.message
    host = image.partition("/")[0]
    assert f"{host}" in (finding.help or "")
    declared = Settings(registries=(Declaration(host, auth="anonymous"),))
    assert [f for f in lint(stream(pod(image)), world=World(settings=declared)) if f.rule.endswith("-registry")] == []


def test_k3d_without_a_port_is_not_the_node_itself() -> None:
    (finding,) = [f for f in lint(stream(pod("k3d-registry.localhost/app:1"))) if f.rule == "unreachable-registry"]
    assert finding.severity == "warning"
    assert "port" in finding.message
    assert "node itself" not in finding.message


@pytest.mark.parametrize("image", ["localhost:5000/x:1", "registry.tools.svc.cluster.local:5000/x:1"])
def test_other_local_hosts_stay_unreachable(image: str) -> None:
    assert [f.severity for f in lint(stream(pod(image))) if f.rule == "unreachable-registry"] == ["warning"]


@pytest.mark.parametrize(
    "host",
    [
        "image-registry.openshift-image-registry.svc",
        "image-registry.openshift-image-registry.svc:5000",
        "image-registry.openshift-image-registry.svc.cluster.local:5000",
        "docker-registry.default.svc:5000",
    ],
)
def test_the_internal_registry_of_openshift(host: str) -> None:
    image = f"{host}/prod/web:1.4"
    assert [f.rule for f in lint(stream(pod(image))) if f.rule.endswith("-registry")] == []


@pytest.mark.parametrize("image", ["student-app:1.0", "local/app:1.0"])
@pytest.mark.parametrize(("policy", "severity"), [("Always", "error"), ("IfNotPresent", "warning")])
def test_a_local_build_cannot_be_pulled_always(image: str, policy: str, severity: str) -> None:
    text = stream(pod(image)).replace("image:", f"imagePullPolicy: {policy}\n      image:")
    text = f"""apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec:
  containers:
    - {{name: a, image: "{image}", imagePullPolicy: {policy}}}
"""
    (finding,) = [f for f in lint(text) if f.rule == "dead-image"]
    assert finding.severity == severity
    assert ("imagePullPolicy: Always" in finding.message) is (policy == "Always")


@pytest.mark.parametrize(
    ("host", "severity"),
    [
        ("registry:5000", "info"),
        ("10.141.211.160:5000", "info"),
        ("[fd00::7]:5000", "info"),
        ("registry.corp.example", "warning"),
        ("harbor.corp.example:8443", "warning"),
    ],
)
def test_hosts_of_the_own_network(host: str, severity: str) -> None:
    found = [finding for finding in lint(stream(pod(f"{host}/team/app:1"))) if finding.rule == "unknown-registry"]
    assert [finding.severity for finding in found] == [severity]
