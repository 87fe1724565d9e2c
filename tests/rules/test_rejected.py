"""What the API server rejects is reported as that, and nothing else is predicted for it."""

from __future__ import annotations

from typing import Any

import pytest

from imagelint.linting.prediction import Rejection
from manifests import pod, stream
from support import lint

REGISTRY = "registry.corp.example/acme/web:1"


def workload(spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {}, "template": {"spec": spec}},
    }


def predicted(text: str) -> dict[str, str | None]:
    return {one.rule: one.prediction.reason if one.prediction else None for one in lint(text)}


@pytest.mark.parametrize("image", [" nginx:1", "nginx:1\n", "\tquay.io/acme/web:1 "])
@pytest.mark.parametrize("containers", ["containers", "initContainers"])
def test_white_space_around_an_image(image: str, containers: str) -> None:
    spec = {"containers": [{"name": "ok", "image": "nginx:1.29"}], containers: [{"name": "main", "image": image}]}
    alone = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}
    assert predicted(stream(alone)) == {"invalid-image-reference": Rejection.INVALID}
    assert predicted(stream(workload(spec))) == {"invalid-image-reference": Rejection.FAILED_CREATE}


def test_white_space_inside_of_an_image_reaches_the_kubelet() -> None:
    assert predicted(stream(pod("nginx :1"))) == {"invalid-image-reference": "InvalidImageName"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"imagePullSecrets": ["regcred"]},
        {"imagePullSecrets": "regcred"},
        {"imagePullSecrets": {"name": "regcred"}},
        {"imagePullSecrets": [["regcred"]]},
        {"serviceAccountName": 1},
        {"imagePullSecrets": [{"name": ["regcred"]}]},
        {"containers": [{"name": "main", "image": {"repository": "web", "tag": "1"}}]},
        {"containers": [{"name": "main", "image": ["web"]}]},
        {"containers": {"name": "main", "image": "k8s.gcr.io/pause:3.9"}},
        {"containers": ["nginx"], "initContainers": [{"name": "side", "image": "k8s.gcr.io/pause:3.9"}]},
        {"containers": "nginx"},
        {"containers": [{"name": "main", "image": REGISTRY, "imagePullPolicy": True}]},
        {"containers": [{"name": "main", "image": REGISTRY}], "imagePullSecrets": [{"name": 12}]},
        {"containers": [{"name": "main", "image": "nginx:1"}], "imagePullSecrets": [{"name": True}]},
        {"containers": [{"name": "main", "image": 1.5}, {"name": "side", "image": "k8s.gcr.io/pause:3.9"}]},
    ],
    ids=str,
)
@pytest.mark.parametrize("is_workload", [True, False])
def test_value_of_another_type(wrong: dict[str, Any], is_workload: bool) -> None:
    spec: dict[str, Any] = {"containers": [{"name": "main", "image": REGISTRY}], **wrong}
    alone = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}
    found = predicted(stream(workload(spec) if is_workload else alone))
    assert found["misplaced-pull-field"] == Rejection.INVALID
    assert {*found.values()} <= {Rejection.INVALID, None}
    unwanted = {"pull-secret-undefined", "empty-pull-secret", "missing-image", "invalid-pull-policy"}
    assert not unwanted & found.keys()


@pytest.mark.parametrize("containers", [None, "${CONTAINERS}", ["{{ sidecar }}"]], ids=str)
def test_containers_that_are_filled_in(containers: object) -> None:
    assert "misplaced-pull-field" not in predicted(stream(workload({"containers": containers})))


@pytest.mark.parametrize("secrets", ["regcred", {"name": "regcred"}, ["regcred"]], ids=str)
def test_pull_secrets_of_another_type_are_there(secrets: object) -> None:
    spec = {"containers": [{"name": "main", "image": "registry.redhat.io/ubi9/ubi:9.4"}], "imagePullSecrets": secrets}
    assert predicted(stream(workload(spec))) == {"misplaced-pull-field": Rejection.INVALID}


def test_another_object_keeps_its_predictions() -> None:
    rejected = workload({"imagePullSecrets": ["regcred"], "containers": [{"name": "main", "image": REGISTRY}]})
    findings = lint(stream(rejected, pod("k8s.gcr.io/pause:3.9", namespace="shop")))
    assert [str(one.prediction) for one in findings if one.subject.image == "k8s.gcr.io/pause:3.9"] != ["None"]
