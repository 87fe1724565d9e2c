"""Patches that are files of their own: their images are judged, and what they leave out is not missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from manifests import pod
from support import found, index_of, lint

DEAD = "docker.io/bitnami/redis:7.2"


def operation(pointer: str, value: Any, op: str = "add") -> str:
    return json.dumps([{"op": "test", "path": "/kind", "value": "Pod"}, {"op": op, "path": pointer, "value": value}])


@pytest.mark.parametrize(
    ("pointer", "value", "kind"),
    [
        ("/spec/template/spec/containers/-", {"name": "x", "image": DEAD}, "container"),
        ("/spec/containers/1", {"name": "x", "image": DEAD}, "container"),
        ("/spec/initContainers", [{"name": "x", "image": DEAD}], "init"),
        ("/spec/template/spec/initContainers/0/image", DEAD, "init"),
        ("/spec/template/spec", {"containers": [{"name": "x", "image": DEAD}]}, "container"),
    ],
)
@pytest.mark.parametrize("name", ["patch.yaml", "patch.json", "kube-apiserver0+json.yaml"])
def test_json_patches(pointer: str, value: Any, kind: str, name: str) -> None:
    files = {name: operation(pointer, value)}
    (finding,) = lint(files)
    assert (finding.rule, finding.severity) == ("dead-image", "error")
    assert finding.subject.label.startswith(f"Patch {name}")
    (use,) = index_of("", **files).images
    assert use.container.type == kind


@pytest.mark.parametrize(
    "text",
    [
        operation("/spec/template/spec/containers/0/name", DEAD),
        operation("/spec/template/spec/containers/0/image", DEAD, "test"),
        operation("/metadata/labels", {"image": DEAD}),
        operation("/spec/template/spec/containers/0/image", {"image": DEAD}),
        "- op: remove\n  path: /spec/containers/0\n",
        "- {path: /spec/containers/0, op: }\n- /containers: op\n- op\n",
        "- 1\n- /containers op\n",
    ],
)
def test_operations_without_an_image(text: str) -> None:
    assert lint({"patch.yaml": text}) == []


def test_a_patch_in_yaml_is_reported_at_its_image() -> None:
    text = (
        "- op: add\n  path: /spec/template/spec/containers/-\n  value:\n    name: side\n    image: bitnami/redis:7.2\n"
    )
    assert found(lint(text)) == [("dead-image", 5)]


@pytest.mark.parametrize("name", ["etcd.yaml", "patches/kube-scheduler0+strategic.yaml", "kube-apiserver+merge.json"])
def test_a_patch_of_kubeadm_without_a_type(name: str) -> None:
    findings = lint({name: json.dumps({"spec": {"containers": [{"name": "etcd", "image": DEAD}]}})})
    assert [finding.rule for finding in findings] == ["dead-image"]
    assert findings[0].subject.label.startswith("Pod kube-system/")


@pytest.mark.parametrize("name", ["web.yaml", "etcd-backup/settings.yaml", "my-etcd.yaml"])
def test_other_files_without_a_type_are_not_patches(name: str) -> None:
    assert lint({name: json.dumps({"spec": {"containers": [{"name": "etcd", "image": DEAD}]}})}) == []


WITHOUT: dict[str, Any] = {**pod(""), "spec": {"containers": [{"name": "main", "resources": {}}]}}


@pytest.mark.parametrize(
    "name",
    [
        "kube-controller-manager+strategic.yaml",
        "patches/manager.yaml",
        "config/default/manager_auth_proxy_patch.yaml",
        "patch-web.yaml",
    ],
)
def test_what_is_called_a_patch_lacks_nothing(name: str) -> None:
    assert lint({name: json.dumps(WITHOUT)}) == []


@pytest.mark.parametrize("name", ["web.yaml", "dispatch/web.yaml", "patchwork.yaml"])
def test_what_is_applied_as_it_is_needs_an_image(name: str) -> None:
    assert [finding.rule for finding in lint({name: json.dumps(WITHOUT)})] == ["missing-image"]


@pytest.mark.parametrize(("base", "rules"), [(pod("quay.io/acme/web:1"), []), (WITHOUT, ["missing-image"] * 2)])
def test_the_same_container_of_the_base_has_the_image(base: dict[str, Any], rules: list[str]) -> None:
    files = {"base/web.json": json.dumps(base), "dev/web.json": json.dumps(WITHOUT)}
    assert [finding.rule for finding in lint(files)] == rules


@pytest.mark.parametrize(
    ("name", "container", "rules"),
    [
        ("kube-scheduler", "kube-scheduler", []),
        ("etcd", "etcd", []),
        ("etcd", "other", ["missing-image"]),
        ("web", "web", ["missing-image"]),
    ],
)
def test_a_static_pod_of_kubeadm_is_patched_under_any_name(name: str, container: str, rules: list[str]) -> None:
    patch: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "kube-system"},
        "spec": {"containers": [{"name": container, "resources": {}}]},
    }
    assert [finding.rule for finding in lint({"talos/controlplane.yaml": json.dumps(patch)})] == rules
