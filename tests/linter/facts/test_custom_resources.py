"""Images and pull secrets of custom resources, where their schemas have them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.facts.extract import extract
from imagelint.facts.kinds import custom_kind
from imagelint.facts.model import ContainerType, PodSpec
from imagelint.text.places import SourceId
from imagelint.text.source import Source
from shared import needs_shared, vectors

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPES: dict[str, Callable[[str], Any]] = {
    "list of string": lambda name: [name],
    "string": lambda name: name,
    "object{name}": lambda name: {"name": name},
    "object{key,name}": lambda name: {"name": name, "key": ".dockerconfigjson"},
    "object{name,namespace}": lambda name: {"name": name},
}
# Fields whose names sound like images: a machine image of a cloud, the name of another object, a pattern.
NO_IMAGES = {
    *(("infrastructure.cluster.x-k8s.io", kind) for kind in ("gcpmachine", "gcpmachinetemplate")),
    ("rke-machine-config.cattle.io", "hetznerconfig"),
    ("kyverno.io", "clusterpolicy"),
    ("kyverno.io", "policy"),
}
NO_IMAGE_FIELDS = ("backingImage", "vmImage")


def in_objects(name: str) -> list[dict[str, str]]:
    return [{"name": name}]


def put(root: dict[str, Any], path: str, value: Any) -> None:
    """Set `value` at a selector, with one item in each list and one key for each `*`."""
    node: Any = root
    parts = path.replace("*", "any").split(".")
    for number, part in enumerate(parts):
        key, is_list = part.removesuffix("[]"), part.endswith("[]")
        is_last = number + 1 == len(parts)
        empty: Any = dict[str, Any]() if not is_last or isinstance(value, dict) else value
        child = node.setdefault(key, [empty] if is_list else empty)
        node = child[0] if is_list else child
    if isinstance(value, dict):
        node.update(value)


def specs_of(document: dict[str, Any]) -> tuple[PodSpec, ...]:
    return extract(Source(SourceId("a.json"), json.dumps(document).encode())).pods


def images_of(specs: tuple[PodSpec, ...]) -> dict[str, PodSpec]:
    return {container.image.value: spec for spec in specs for container in spec.containers if container.image}


@needs_shared
@pytest.mark.parametrize(
    "case", vectors("crd_paths"), ids=lambda case: f"{case['group']}-{case['version']}-{case['kind']}"
)
def test_vectors(case: dict[str, Any]) -> None:
    document: dict[str, Any] = {
        "apiVersion": f"{case['group']}/{case['version']}",
        "kind": case["kind"],
        "metadata": {"name": "a"},
    }
    images: set[str] = set()
    secrets: set[str] = set()

    def image(form: str = "quay.io/acme/app-{}:1") -> str:
        images.add(form.format(len(images)))
        return form.format(len(images) - 1)

    nvidia = case["group"] == "nvidia.com"
    for path in case.get("pod_specs", ()):
        put(document, path, {"containers": [{"name": "a", "image": image()}]})
    for path in case.get("free_form_templates", ()):
        put(document, path, {"spec": {"containers": [{"name": "a", "image": image()}]}})
    for path in case.get("containers", ()):
        put(document, path, {"image": image()})
    for path in case.get("image_strings", ()):
        if (case["group"], case["kind"]) not in NO_IMAGES and not path.endswith(NO_IMAGE_FIELDS) and not nvidia:
            put(document, path, image())
    for split in case.get("image_objects", ()):
        put(document, split["path"], {"repository": image("quay.io/acme/app-{}:1")[:-2], "tag": "1", "version": "1"})
    for number, secret in enumerate(case.get("pull_secrets", ())):
        name = f"secret-{number}"
        secrets.add(name)
        put(document, secret["path"], SHAPES.get(secret["shape"], in_objects)(name))
    specs = specs_of(document)
    assert images <= set(images_of(specs))
    assert secrets <= {entry.value for spec in specs for entry in spec.pull_secrets}


def test_an_image_gets_the_nearest_secrets() -> None:
    specs = specs_of(
        {
            "apiVersion": "pxc.percona.com/v1",
            "kind": "PerconaXtraDBCluster",
            "spec": {
                "initImage": "a:1",
                "pxc": {"image": "b:1", "imagePullSecrets": [{"name": "pxc"}]},
                "haproxy": {"image": "c:1", "imagePullSecrets": [{"name": "haproxy"}]},
            },
        }
    )
    found = {image: [name.value for name in spec.pull_secrets] for image, spec in images_of(specs).items()}
    assert found == {"a:1": [], "b:1": ["pxc"], "c:1": ["haproxy"]}


REAL: list[tuple[dict[str, str], dict[str, Any], dict[str, str]]] = [
    (
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"},
        {
            "imagePullSecrets": [{"name": "s"}],
            "serviceAccountName": "runner",
            "templates": [
                {"name": "a", "container": {"image": "a:1"}, "initContainers": [{"name": "i", "image": "i:1"}]},
                {"name": "b", "script": {"image": "b:1"}, "sidecars": [{"name": "s", "image": "s:1"}]},
                {"name": "c", "containerSet": {"containers": [{"name": "c", "image": "c:1"}]}},
            ],
        },
        {"a:1": "container", "i:1": "init", "b:1": "container", "s:1": "container", "c:1": "container"},
    ),
    (
        {"apiVersion": "tekton.dev/v1", "kind": "TaskRun"},
        {
            "podTemplate": {"imagePullSecrets": [{"name": "s"}]},
            "taskSpec": {"steps": [{"name": "x", "image": "a:1"}], "sidecars": [{"name": "y", "image": "b:1"}]},
        },
        {"a:1": "container", "b:1": "container"},
    ),
    (
        {"apiVersion": "sparkoperator.k8s.io/v1beta2", "kind": "SparkApplication"},
        {"image": "a:1", "imagePullSecrets": ["s"], "driver": {"image": "b:1"}, "executor": {"image": "c:1"}},
        {"a:1": "custom", "b:1": "custom", "c:1": "custom"},
    ),
    (
        {"apiVersion": "kafka.strimzi.io/v1beta2", "kind": "Kafka"},
        {"kafka": {"image": "a:1", "template": {"pod": {"imagePullSecrets": [{"name": "s"}]}}}},
        {"a:1": "custom"},
    ),
    (
        {"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus"},
        {"image": "a:1", "imagePullSecrets": [{"name": "s"}], "containers": [{"name": "prometheus", "env": []}]},
        {"a:1": "custom"},
    ),
    (
        {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService"},
        {"predictor": {"imagePullSecrets": [{"name": "s"}], "model": {"image": "a:1"}}},
        {"a:1": "container"},
    ),
    (
        {"apiVersion": "minio.min.io/v2", "kind": "Tenant"},
        {"image": "a:1", "imagePullSecret": {"name": "s"}},
        {"a:1": "custom"},
    ),
    (
        {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine"},
        {"template": {"spec": {"volumes": [{"containerDisk": {"image": "a:1", "imagePullSecret": "s"}}]}}},
        {"a:1": "custom"},
    ),
    (
        {"apiVersion": "nvidia.com/v1", "kind": "ClusterPolicy"},
        {
            "driver": {
                "repository": "nvcr.io/nvidia",
                "image": "driver",
                "version": "550.54",
                "imagePullSecrets": ["s"],
            }
        },
        {"nvcr.io/nvidia/driver:550.54": "custom"},
    ),
    (
        {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "OCIRepository"},
        {"url": "oci://ghcr.io/acme/manifests", "secretRef": {"name": "s"}},
        {"ghcr.io/acme/manifests": "artifact"},
    ),
    (
        {"apiVersion": "build.openshift.io/v1", "kind": "BuildConfig"},
        {"strategy": {"dockerStrategy": {"from": {"kind": "DockerImage", "name": "a:1"}, "pullSecret": {"name": "s"}}}},
        {"a:1": "custom"},
    ),
]


@pytest.mark.parametrize(("head", "spec", "images"), REAL, ids=[head["kind"] for head, _, _ in REAL])
def test_real_kinds(head: dict[str, str], spec: dict[str, Any], images: dict[str, str]) -> None:
    specs = specs_of({**head, "metadata": {"name": "x", "namespace": "n"}, "spec": spec})
    found = {c.image.value: (c.type.value, spec) for spec in specs for c in spec.containers if c.image}
    assert {image: type_ for image, (type_, _) in found.items()} == images
    assert all([name.value for name in spec.pull_secrets] == ["s"] for _, spec in found.values())


def test_kinds_collide_and_versions_differ() -> None:
    job = {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "metadata": {"name": "a"}}
    pod = {"spec": {"containers": [{"name": "a", "image": "a:1"}]}}
    assert images_of(specs_of({**job, "spec": {"tasks": [{"template": pod}]}}))
    new, old = custom_kind("tekton.dev/v1", "PipelineRun"), custom_kind("tekton.dev/v1beta1", "PipelineRun")
    assert new is not None
    assert old is not None
    assert new.secrets != old.secrets
    assert custom_kind("tekton.dev/v2", "PipelineRun") == new
    assert custom_kind("example.com/v1", "PipelineRun") is None


def test_an_unknown_kind_is_read_by_its_shape() -> None:
    (spec,) = specs_of(
        {
            "apiVersion": "example.com/v1",
            "kind": "Widget",
            "spec": {"pods": [{"imagePullSecrets": ["s"], "initContainers": [{"image": "a:1"}], "volumes": [VOLUME]}]},
        }
    )
    assert [container.type for container in spec.containers] == [ContainerType.INIT, ContainerType.VOLUME]
    assert (spec.path, [name.value for name in spec.pull_secrets]) == ("spec.pods[0]", ["s"])


VOLUME = {"name": "v", "image": {"reference": "b:1"}}


def test_object_that_is_a_container_itself() -> None:
    document = {"apiVersion": "k8s.mariadb.com/v1alpha1", "kind": "MaxScale", "metadata": {"name": "a"}}
    text = json.dumps({**document, "spec": {"image": "ghcr.io/acme/maxscale:1"}})
    (pod,) = extract(Source(SourceId("a.json"), text.encode())).pods
    assert [container.image.value for container in pod.containers if container.image] == ["ghcr.io/acme/maxscale:1"]
