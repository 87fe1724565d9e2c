"""Files are judged as the kustomizations above them deploy them: patches, components, images and namespaces."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from manifests import docker_secret
from support import found, index_of, lint

if TYPE_CHECKING:
    from imagelint.index.index import Index

NEW = "ghcr.io/acme/controller:v1.2.3"


def deployment(image: str = "controller:latest", **spec: Any) -> str:
    containers = [{"name": "manager", "image": image}]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers, **spec}}
    return json.dumps(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "system"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": template},
        }
    )


def patch(name: str = "web", **spec: Any) -> str:
    metadata = {"name": name, "namespace": "system"}
    return json.dumps(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"template": {"spec": spec}}}
    )


IMAGE_PATCH = patch(containers=[{"name": "manager", "image": NEW}])
JSON_PATCH = json.dumps([{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": NEW}])


def kustomized(**kustomization: Any) -> str:
    return json.dumps({"resources": ["web.yaml"], **kustomization})


def images(index: Index) -> list[tuple[str, str]]:
    return [(use.pod.source.path, use.effective) for use in index.images]


@pytest.mark.parametrize(
    "patches",
    [
        {"patches": [{"patch": IMAGE_PATCH}]},
        {"patches": [{"patch": IMAGE_PATCH.replace('"web"', '"any"'), "target": {"kind": "Deployment"}}]},
        {"patches": [{"patch": JSON_PATCH, "target": {"kind": "Deployment", "name": "w.*"}}]},
        {"patches": [{"patch": JSON_PATCH, "target": {"name": "(api|web)"}}]},
        {"patchesStrategicMerge": [IMAGE_PATCH]},
    ],
    ids=["merge", "target", "json", "not-followed", "old-field"],
)
def test_image_that_a_patch_replaces_is_not_used(patches: dict[str, Any]) -> None:
    index = index_of(deployment(), **{"kustomization.yaml": kustomized(resources=["input.yaml"], **patches)})
    assert images(index) == []


@pytest.mark.parametrize(
    "patches",
    [
        [{"patch": IMAGE_PATCH.replace('"web"', '"other"')}],
        [{"patch": JSON_PATCH, "target": {"kind": "StatefulSet"}}],
        [{"patch": JSON_PATCH.replace("containers/0", "containers/1"), "target": {"kind": "Deployment"}}],
        [{"patch": IMAGE_PATCH, "target": {"name": "w.*x"}}],
        [{"patch": "{"}],
        [{"patch": patch(containers=[{"name": "manager", "imagePullPolicy": "Always"}])}],
    ],
    ids=["other-name", "other-kind", "other-container", "other-pattern", "no-yaml", "other-field"],
)
def test_image_that_no_patch_replaces_is_used(patches: list[dict[str, Any]]) -> None:
    kustomization = kustomized(resources=["input.yaml"], patches=patches)
    assert images(index_of(deployment(), **{"kustomization.yaml": kustomization})) == [
        ("input.yaml", "controller:latest")
    ]


def test_patch_file_is_judged_instead_of_what_it_replaces() -> None:
    files = {
        "kustomization.yaml": kustomized(patches=[{"path": "patch.yaml"}], images=[{"name": "side", "newTag": "v2"}]),
        "patch.yaml": patch(containers=[{"name": "manager", "image": NEW}, {"name": "side", "image": "side"}]),
    }
    assert images(index_of(deployment(), **files, **{"web.yaml": deployment()})) == [
        ("input.yaml", "controller:latest"),  # nothing lists it
        ("patch.yaml", NEW),
        ("patch.yaml", "side:v2"),
    ]


def test_patch_file_is_in_the_namespace_of_its_kustomization() -> None:
    files = {
        "kustomization.yaml": kustomized(
            namespace="prod", resources=["web.yaml", "secret.yaml"], patches=[{"path": "patch.yaml"}]
        ),
        "web.yaml": deployment("acme.azurecr.io/app:1"),
        "secret.yaml": json.dumps(docker_secret("pull", "acme.azurecr.io", namespace="system")),
        "patch.yaml": patch(imagePullSecrets=[{"name": "pull"}]),
    }
    assert found(lint(files)) == []


def test_component_changes_the_resources_beside_it() -> None:
    files = {
        "app/kustomization.yaml": kustomized(components=["../registry"]),
        "app/web.yaml": deployment("web:1"),
        "registry/kustomization.yaml": json.dumps({"images": [{"name": "web", "newName": "ghcr.io/acme/web"}]}),
    }
    assert images(index_of("", **files)) == [("app/web.yaml", "ghcr.io/acme/web:1")]


@pytest.mark.parametrize(
    ("name", "rules"),
    [("pull", []), ("dev-team-pull-1", []), ("dev-pull", ["pull-secret-undefined"])],
    ids=["rewritten", "final", "other"],
)
def test_names_with_prefix_and_suffix(name: str, rules: list[str]) -> None:
    files = {
        "kustomization.yaml": kustomized(resources=["web.yaml", "secrets"], namePrefix="dev-"),
        "web.yaml": deployment("acme.azurecr.io/app:1", imagePullSecrets=[{"name": name}]),
        "secrets/kustomization.yaml": kustomized(resources=["secret.yaml"], namePrefix="team-", nameSuffix="-1"),
        "secrets/secret.yaml": json.dumps(docker_secret("pull", "acme.azurecr.io", namespace="system")),
    }
    assert [finding.rule for finding in lint(files)] == rules


def test_base_of_many_overlays_is_judged_by_what_they_share() -> None:
    overlay = {"resources": ["../base"], "images": [{"name": "web", "newName": "ghcr.io/acme/web"}]}
    files = {
        f"{number}/kustomization.yaml": json.dumps({**overlay, "namespace": f"team-{number}"}) for number in range(20)
    }
    base = {"base/kustomization.yaml": kustomized(), "base/web.yaml": deployment("web:1")}
    assert images(index_of("", **files, **base)) == [("base/web.yaml", "ghcr.io/acme/web:1")]
