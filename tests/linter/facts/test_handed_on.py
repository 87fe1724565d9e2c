"""Images in the environment and the arguments of a container are listed and judged, with confidence likely at most."""

from __future__ import annotations

import json
from typing import Any

import pytest

from manifests import pod
from support import index_of, lint

OPERATOR = "quay.io/acme/operator:1.0"


def handed_on(**container: Any) -> list[str]:
    uses = index_of(json.dumps(pod(OPERATOR, **container))).images
    return [use.effective for use in uses if use.container.type.value == "handed-on"]


@pytest.mark.parametrize(
    ("name", "value", "is_image"),
    [
        ("RELATED_IMAGE_POSTGRES", "ghcr.io/acme/postgresql:17.2", True),
        ("RELATED_IMAGE_X", "ghcr.io/acme/Postgres", True),
        ("OPERATOR_IMAGE_NAME", "ghcr.io/acme/operator:1.26.0", True),
        ("SIDECAR_IMAGE", f"quay.io/acme/sidecar@sha256:{'a' * 64}", True),
        ("IMAGE", "quay.io/acme/sidecar:1", True),
        ("SIDECAR_IMAGE", "acme/sidecar:1", True),
        ("SIDECAR_IMAGE", "quay.io/Acme/Sidecar:1", True),
        ("SIDECAR_IMAGE", "sidecar:1", False),
        ("SIDECAR_IMAGE", "acme/sidecar", False),
        ("SIDECAR_IMAGE", "YOUR_ORG/sidecar:1", False),
        ("IMAGE_DIRS", "acme/sidecar:1", False),
        ("SIDECAR_IMAGE", "quay.io/acme/sidecar", False),
        ("SIDECAR_IMAGE", "quay.io/acme/$(NAME):1", False),
        ("RELATED_IMAGE_X", "", False),
        ("IMAGES_URL", "https://example.com/images:1", False),
        ("PROXY", "proxy.example.com/path:1", False),
    ],
)
def test_environment(name: str, value: str, is_image: bool) -> None:
    assert handed_on(env=[{"name": name, "value": value}]) == ([value] if is_image else [])


@pytest.mark.parametrize(
    ("arguments", "image"),
    [
        (["--sidecar-image=quay.io/acme/a:1"], "quay.io/acme/a:1"),
        (["controller", '--bootstrap-image-name="quay.io/acme/a:1"'], "quay.io/acme/a:1"),
        (["--config-reloader-image", "quay.io/acme/a:1"], "quay.io/acme/a:1"),
        (["-image=quay.io/acme/a:1"], "quay.io/acme/a:1"),
        (["-c", "exec /operator --sidecar-image=acme/web:1 --verbose"], "acme/web:1"),
        (["-c", "exec /operator \\\n  --sidecar-image 'acme/web:1' &\nwait"], "acme/web:1"),
        (["--kubectl-image=bitnami/kubectl:1.21.11"], "bitnami/kubectl:1.21.11"),
        (["--sidecarImage", "acme/web:1"], "acme/web:1"),
        (["--sandbox_image=quay.io/acme/a:1"], "quay.io/acme/a:1"),
        (["--worker.image", "quay.io/acme/a:1"], "quay.io/acme/a:1"),
        (["--image-name=acme/web@sha256:" + "a" * 64], "acme/web@sha256:" + "a" * 64),
        (["--worker-image=quay.io/Acme/Web:1"], "quay.io/Acme/Web:1"),
        (["--worker-image=Acme/Web:V1"], "Acme/Web:V1"),
        (["--image-pull-policy=Always"], None),
        (["--image-pull-policy", "Always"], None),
        (["--base-image-name=foo"], None),
        (["--base-image-name=foo:1"], None),
        (["--feature=a/b:c"], None),
        (["--image-dir=images/a:ro"], None),
        (["--image=/var/lib/image:1"], None),
        (["--image=./build/image:1"], None),
        (["--image=https://example.com/image:1"], None),
        (["--image=file:///image:1"], None),
        (["--image=C:/images/a:1"], None),
        (["--image=acme/$(NAME):1"], None),
        (["--image=acme/web"], None),
        (["image=acme/web:1"], None),
        (["--target=quay.io/acme/a:1"], None),
        (["--image=a:1"], None),
        (["--image", "--other"], None),
    ],
)
@pytest.mark.parametrize("key", ["args", "command"])
def test_arguments(key: str, arguments: list[str], image: str | None) -> None:
    assert handed_on(**{key: arguments}) == ([image] if image else [])


A, B = "quay.io/acme/a:1", "ghcr.io/acme/b@sha256:" + "b" * 64
LISTS: list[tuple[str, str, list[str]]] = [
    ("IMAGES", f"{A},{B}", [A, B]),
    ("images", f"{A} {B}", [A, B]),
    ("WORKER_IMAGE_LIST", f"\n{A}\n{B}\n", [A, B]),
    ("image_a", A, [A]),
    ("workerImage", "acme/a:1", ["acme/a:1"]),
    ("image", "acme/a:1", ["acme/a:1"]),
    ("PRELOADED_IMAGES", "acme/a:1; acme/b:2", ["acme/a:1", "acme/b:2"]),
    ("IMAGES_BY_NAME", f"a={A},b={B}", [A, B]),
    ("RUNNERS", json.dumps({"linux": A, "gpu": B}), [A, B]),
    ("IMAGE_CONFIG", json.dumps({"a": {"name": "a", "ref": A}, "others": [B, 1, None]}), [A, B]),
    ("SETTINGS", json.dumps({"level": "info", "runnerImage": A}), [A]),
    ("IMAGES", f"{A},svc:8080", []),
    ("IMAGES", "svc:8080,host:9090", []),
    ("IMAGES", f"{A},${{OTHER}}", []),
    ("image_a", "acme/a:1", []),
    ("ENDPOINTS", f"{A},{B}", []),
    ("IMAGES", "https://example.com/a.png,https://example.com/b.png", []),
    ("IMAGE_DIRS", "/var/a,/var/b", []),
    ("SETTINGS", json.dumps({"level": "info", "mirror": A}), []),
    ("RUNNERS", '{"linux": "' + A, []),
    ("RUNNERS", "[" * 5000 + "]" * 5000, []),
    ("RUNNERS", json.dumps({"linux": "quay.io/acme/{{ name }}:1"}), []),
]


@pytest.mark.parametrize(("name", "value", "images"), LISTS, ids=range(len(LISTS)))
def test_several_images_in_one_value(name: str, value: str, images: list[str]) -> None:
    assert handed_on(env=[{"name": name, "value": value}]) == images


@pytest.mark.parametrize(
    ("arguments", "images"),
    [
        ([f"--images={A},{B}"], [A, B]),
        (["--image-list", f"{A},{B}"], [A, B]),
        (["-c", f"exec /operator --preload-images='{A},{B}' --verbose"], [A, B]),
        (["--sidecar-images=acme/a:1,acme/b:2"], ["acme/a:1", "acme/b:2"]),
        ([f"--set-image=web={A}"], [A]),
        ([f'--image-config={{"runner":"{A}"}}'], [A]),
        ([f"--images={A},b"], []),
        (["--images=a:1,b:2"], []),
        ([f"--peers={A},{B}"], []),
    ],
)
def test_several_images_in_one_argument(arguments: list[str], images: list[str]) -> None:
    assert handed_on(args=arguments) == images


INJECTED: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("sidecar.istio.io/proxyImage", "quay.io/acme/Proxy:1", [("invalid-image-reference", "likely")]),
    ("dapr.io/sidecar-image", "docker.io/bitnami/dapr:1.14", [("dead-image", "likely")]),
    ("vault.hashicorp.com/agent-image", "k8s.gcr.io/vault:1", [("deprecated-registry", "likely")]),
    ("config.linkerd.io/proxy-image", "cr.l5d.io/linkerd/proxy", []),
    ("sidecar.istio.io/proxyImage", "${PROXY}/proxy:1", []),
    ("sidecar.istio.io/proxyImage", "proxyv2", []),
    ("example.com/image", "docker.io/bitnami/dapr:1.14", []),
]


@pytest.mark.parametrize(("annotation", "image", "findings"), INJECTED)
@pytest.mark.parametrize("kind", ["Pod", "Deployment", "Rollout"])
def test_annotations_for_sidecars(kind: str, annotation: str, image: str, findings: list[tuple[str, str]]) -> None:
    metadata = {"name": "web", "annotations": {annotation: image}}
    spec: dict[str, Any] = {"containers": [{"name": "web", "image": OPERATOR}]}
    written: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    if kind != "Pod":
        template = {"metadata": {**metadata, "labels": {"app": "web"}}, "spec": spec}
        written = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}}
        written["apiVersion"] = "apps/v1" if kind == "Deployment" else "argoproj.io/v1alpha1"
        written["spec"] = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    assert [(one.rule, one.confidence) for one in lint(json.dumps(written))] == findings


def test_findings_are_likely_and_not_fixed() -> None:
    env = [{"name": "RELATED_IMAGE_A", "value": "k8s.gcr.io/kube-proxy:v1.20.0"}]
    (finding,) = lint(json.dumps(pod(OPERATOR, env=env)))
    assert (finding.confidence, finding.fix) == ("likely", None)
    (same,) = lint(json.dumps(pod("k8s.gcr.io/kube-proxy:v1.20.0")))
    assert (same.rule, same.confidence) == (finding.rule, "certain")


@pytest.mark.parametrize(
    ("image", "rule"),
    [("bitnami/kubectl:1.21.11", "dead-image"), ("quay.io/acme/Web:1", "invalid-image-reference")],
)
def test_arguments_and_entries_of_config_maps_are_judged(image: str, rule: str) -> None:
    data = {"kubectl.image": image, "images": "acme/other:1", "imageDir": "a/b:c"}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "operator"}, "data": data}
    for text in (json.dumps(pod(OPERATOR, args=[f"--kubectl-image={image}"])), json.dumps(config)):
        assert [(one.rule, one.confidence, one.subject.image) for one in lint(text)] == [(rule, "likely", image)]


@pytest.mark.parametrize(
    ("api_version", "kind", "path"),
    [
        ("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "install.spec.deployments"),
        ("argoproj.io/v1alpha1", "Rollout", "template.spec"),
        ("acme.example/v1", "Widget", "pods"),
    ],
)
def test_operators_in_custom_resources(api_version: str, kind: str, path: str) -> None:
    env = [{"name": "RELATED_IMAGE_B", "value": "quay.io/acme/b:2"}]
    container = {"name": "main", "image": OPERATOR, "args": ["--x-image=quay.io/acme/a:1"], "env": env}
    spec: Any = [{"spec": {"template": {"spec": {"containers": [container]}}}}]
    for key in reversed(path.split(".")):
        spec = {key: spec}
    text = json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, "spec": spec})
    found = [use.effective for use in index_of(text).images if use.container.type == "handed-on"]
    assert found == ["quay.io/acme/b:2", "quay.io/acme/a:1"]


def test_a_host_of_the_containers_is_known_to_be_meant() -> None:
    env = [
        {"name": "SIDECAR_IMAGE", "value": f"{host}/acme/sidecar:1"} for host in ("a.corp.example", "b.corp.example")
    ]
    findings = lint(json.dumps(pod("a.corp.example/acme/operator:1", env=env)))
    assert [finding.subject.image for finding in findings] == [
        "a.corp.example/acme/operator:1",
        "b.corp.example/acme/sidecar:1",
    ]


def test_others_than_this_pod_pull_it() -> None:
    env = [{"name": "RELATED_IMAGE_A", "value": "registry.redhat.io/rhel9/postgresql-16:1"}]
    findings = lint(json.dumps(pod(OPERATOR, env=env)))
    assert [finding.rule for finding in findings if "secret" in finding.rule] == []
