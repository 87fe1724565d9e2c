"""What the other objects of the input say of a pod without a pull secret."""

from __future__ import annotations

from typing import Any

import pytest

from imagelint.linting.finding import Severity
from imagelint.world.settings import Settings
from imagelint.world.world import World
from manifests import account, docker_secret, pod, stream
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


UNKNOWN = "registry.acme.example"


@pytest.mark.parametrize(
    ("image", "namespace", "severity"),
    [
        (f"{UNKNOWN}/tools/clean:1", "ops", Severity.WARNING),
        (f"{UNKNOWN}/tools/clean:1", "prod", Severity.ERROR),
        (f"{UNKNOWN}/web:2", "ops", Severity.ERROR),
        ("acme.azurecr.io/tools/clean:1", "ops", Severity.ERROR),
    ],
)
def test_two_pods_of_another_namespace_say_little_of_an_unknown_registry(
    image: str, namespace: str, severity: Severity
) -> None:
    host = image.partition("/")[0]
    objects = with_secret(f"{host}/web:1"), with_secret(f"{host}/api:1"), pod(image, namespace=namespace)
    assert missing(*objects) == [(severity, 2)]
    assert missing(*objects[:2], with_secret(f"{host}/db:1"), objects[2]) == [(Severity.ERROR, 3)]


def test_a_secret_for_an_unknown_registry_is_evidence_beside_pods_of_another_namespace() -> None:
    objects = with_secret(f"{UNKNOWN}/web:1"), pod(f"{UNKNOWN}/tools/clean:1", namespace="ops")
    assert missing(*objects) == [(Severity.WARNING, 1)]
    assert missing(*objects, docker_secret("pull", UNKNOWN, namespace="ops")) == [(Severity.ERROR, 1)]


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


def undefined(*objects: dict[str, Any], platform: str | None = None) -> list[tuple[str, str | None]]:
    """Severity and prediction of each pull secret that is not defined."""
    findings = lint(stream(*objects), world=World(settings=Settings(platform=platform)))
    return [(str(f.severity), str(f.prediction)) for f in findings if f.rule == "pull-secret-undefined"]


FAILS, MAY_FAIL, ONLY_AN_EVENT = ("warning", "ErrImagePull"), ("info", "ErrImagePull"), ("info", "None")
OTHERS = (without("quay.io/acme/a:1"), without("quay.io/acme/b:1"), without("quay.io/acme/c:1"))


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ((without("quay.io/acme/app:2"),), FAILS),
        ((without("quay.io/acme/app:2"), without("quay.io/acme/app:3")), ONLY_AN_EVENT),
        (OTHERS, MAY_FAIL),
        ((*OTHERS, account("other", "pull", namespace="prod")), MAY_FAIL),
        (OTHERS[:2], FAILS),
        ((without("quay.io/other/a:1"), without("quay.io/other/b:1"), without("quay.io/other/c:1")), FAILS),
        ((*OTHERS, with_secret("quay.io/acme/d:1"), with_secret("quay.io/acme/e:1")), FAILS),
    ],
)
def test_most_pods_pull_without_a_secret(objects: tuple[dict[str, Any], ...], expected: tuple[str, str]) -> None:
    assert undefined(with_secret("quay.io/acme/app:1"), *objects)[0] == expected


def test_pods_without_a_secret_prove_nothing_of_a_private_registry() -> None:
    others = [without(f"registry.acme.example/app:{number}") for number in range(5)]
    assert undefined(with_secret("registry.acme.example/app:9"), *others) == [FAILS]


@pytest.mark.parametrize(
    "beside",
    [
        (docker_secret("pull-secret", namespace="prod"),),
        (docker_secret("other", "quay.io/acme", namespace="prod"),),
        (docker_secret("served", namespace="ci"), pod("quay.io/acme/app:9", "served", namespace="ci")),
    ],
)
def test_a_secret_in_the_input_shows_that_one_is_needed(beside: tuple[dict[str, Any], ...]) -> None:
    others = [without(f"quay.io/acme/app:{number}") for number in range(5)]
    misspelt = pod("quay.io/acme/app:9", "pull-secert", namespace="prod")
    assert undefined(misspelt, *others) == [ONLY_AN_EVENT]
    assert undefined(misspelt, *others, *beside) == [FAILS]


def test_pods_whose_account_is_not_known_prove_nothing() -> None:
    others = [without(f"quay.io/acme/app:{number}") for number in range(5)]
    for one in others:
        one["spec"]["serviceAccountName"] = "elsewhere"
    assert undefined(with_secret("quay.io/acme/app:9"), *others)[0] == FAILS


ECR, PKG = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1", "us-docker.pkg.dev/acme/app/web:1"


@pytest.mark.parametrize(
    ("image", "platform", "expected"),
    [
        (ECR, "eks", ONLY_AN_EVENT),
        (PKG, "gke", ONLY_AN_EVENT),
        (ECR, "gke", FAILS),
        (ECR, None, FAILS),
        ("registry.acme.example/app:1", "eks", FAILS),
    ],
)
def test_the_nodes_have_credentials(image: str, platform: str | None, expected: tuple[str, str]) -> None:
    assert undefined(with_secret(image), platform=platform) == [expected]


def role(key: str) -> dict[str, Any]:
    found = account("aws", namespace="kube-system")
    found["metadata"]["annotations"] = {key: "arn:aws:iam::123456789012:role/a"}
    return found


def labelled(api_version: str, kind: str, managed_by: str, **labels: str) -> dict[str, Any]:
    found = kind_of(api_version, kind)
    found["metadata"]["labels"] = {"app.kubernetes.io/managed-by": managed_by, **labels}
    return found


def selecting(label: str) -> dict[str, Any]:
    template = {"spec": {"nodeSelector": {label: "web"}, "containers": [{"name": "a", "image": "registry.k8s.io/a:1"}]}}
    return {**kind_of("apps/v1", "DaemonSet"), "spec": {"selector": {}, "template": template}}


def kind_of(api_version: str, kind: str) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}}


@pytest.mark.parametrize(
    ("image", "shown", "severity"),
    [
        (ECR, role("eks.amazonaws.com/role-arn"), Severity.INFO),
        (ECR, kind_of("karpenter.k8s.aws/v1", "EC2NodeClass"), Severity.INFO),
        (ECR, kind_of("eksctl.io/v1alpha5", "ClusterConfig"), Severity.INFO),
        (ECR, labelled("v1", "ServiceAccount", "eks-addon"), Severity.INFO),
        (ECR, labelled("apps/v1", "Deployment", "eks-addon"), Severity.INFO),
        (ECR, labelled("apps/v1", "Deployment", "Helm", argocd="eks"), Severity.WARNING),
        ("acme.azurecr.io/app:1", labelled("v1", "ServiceAccount", "eks-addon"), Severity.WARNING),
        (ECR, selecting("eks.amazonaws.com/nodegroup"), Severity.INFO),
        (ECR, selecting("eks.amazonaws.com/compute-type"), Severity.INFO),
        (ECR, selecting("acme.com/eks"), Severity.WARNING),
        (ECR, kind_of("cloud.google.com/v1", "BackendConfig"), Severity.WARNING),
        ("acme.azurecr.io/app:1", role("eks.amazonaws.com/role-arn"), Severity.WARNING),
        ("acme.azurecr.io/app:1", role("azure.workload.identity/client-id"), Severity.WARNING),
        (ECR, role("example.com/role"), Severity.WARNING),
    ],
)
def test_objects_show_the_cloud(image: str, shown: dict[str, Any], severity: Severity) -> None:
    assert missing(without(image), shown) == [(severity, 0)]


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


@pytest.mark.parametrize(
    "keycloak",
    [
        {"image": "registry.gitlab.com/acme/keycloak:26", "imagePullSecrets": [{"name": "pull"}]},
        {"imagePullSecrets": [{"name": "pull"}], "image": "ghcr.io/acme/keycloak:26"},
    ],
)
def test_a_secret_for_the_image_of_a_custom_resource_says_nothing_of_its_template(keycloak: dict[str, Any]) -> None:
    template = {"podTemplate": {"spec": {"initContainers": [{"name": "theme", "image": "alpine/git:2"}]}}}
    custom = {
        "apiVersion": "k8s.keycloak.org/v2alpha1",
        "kind": "Keycloak",
        "metadata": {"name": "sso", "namespace": "prod"},
        "spec": {**keycloak, "unsupported": template},
    }
    found = [one for one in lint(stream(custom, without("alpine/git:2"))) if one.rule.startswith("pull-secret")]
    assert [one.rule for one in found] == ["pull-secret-undefined"]
    assert f"--docker-server={keycloak['image'].partition('/')[0]} " in (found[0].help or "")
