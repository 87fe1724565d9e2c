"""Texts with several pods, images and tools in them: what belongs together, and what is over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.diagnose import diagnose
from imagelint.diagnose.owners import owner_of, workloads_of

if TYPE_CHECKING:
    from imagelint.diagnose.observations import Failure

TEXTS: dict[str, list[Any]] = json.loads((Path(__file__).parent / "texts.json").read_text(encoding="utf-8"))
DESCRIBED = """Name: web-1
Namespace: shop
Containers:
  a:
    Image:          ghcr.io/x/y:1
    State:          Waiting
      Reason:       {a}
  b:
    Image:          ghcr.io/x/y:1
    State:          Waiting
      Reason:       {b}
Events:
  Warning  Failed  3s  kubelet  Failed to pull image "ghcr.io/x/y:1": denied: denied
"""


def found(text: str | bytes, *others: str) -> list[Failure]:
    texts = [text if isinstance(text, bytes) else text.encode(), *(other.encode() for other in others)]
    failures, _ = diagnose(texts)
    return failures


def subjects(text: str) -> list[tuple[str | None, ...]]:
    return [(one.pod, one.container, one.image, one.diagnosis.cause) for one in found(text)]


def test_two_containers_with_one_image_fail_both() -> None:
    text = DESCRIBED.format(a="ErrImagePull", b="ImagePullBackOff")
    image = "ghcr.io/x/y:1"
    assert subjects(text) == [("web-1", "a", image, "denied"), ("web-1", "b", image, "denied")]


def test_of_two_containers_with_one_image_the_waiting_one_fails() -> None:
    text = DESCRIBED.format(a="ContainerCreating", b="ImagePullBackOff")
    assert subjects(text) == [("web-1", "b", "ghcr.io/x/y:1", "denied")]


def test_a_missing_secret_is_an_entry_of_its_own() -> None:
    text = """LAST SEEN   TYPE      REASON                            OBJECT        MESSAGE
12s         Warning   FailedToRetrieveImagePullSecret   pod/web-1     Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.
11s         Warning   Failed                            pod/web-1     Failed to pull image "ghcr.io/acme/web:1": failed to fetch anonymous token: 401 Unauthorized
9s          Warning   Failed                            pod/api-2     Failed to pull image "docker.io/acme/api:2": docker.io/acme/api:2: not found
"""
    assert subjects(text) == [
        ("web-1", None, "ghcr.io/acme/web:1", "unauthorized"),
        ("web-1", None, None, "secret-missing"),
        ("api-2", None, "docker.io/acme/api:2", "not-found"),
    ]


def test_a_missing_secret_of_an_image_that_was_pulled_is_over() -> None:
    text = """10s   Warning   FailedToRetrieveImagePullSecret   pod/web-1   Unable to retrieve some image pull secrets (a); attempting to pull the image may not succeed.
12s   Normal   Pulled   pod/web-1   Successfully pulled image "nginx:1" in 1s
"""
    (one,) = found(text)
    assert (one.diagnosis.cause, one.resolved) == ("secret-missing", True)


@pytest.mark.parametrize(
    "text",
    [
        '"Unable to retrieve pull secret, the image pull may not succeed." pod="shop/web-1" secret="" err="secret \\"regcred\\" not found"',
        'Unable to retrieve pull secret shop/regcred for shop/web-1 due to secret "regcred" not found.  The image pull may not succeed.',
    ],
)
def test_the_kubelet_logs_a_missing_secret(text: str) -> None:
    line = f"Nov 23 09:14:02 w kubelet[1]: I1123 09:14:02.512345    1123 kubelet_pods.go:1000] {text}"
    (one,) = found(line)
    assert (one.namespace, one.pod, one.image, one.diagnosis.cause) == ("shop", "web-1", None, "secret-missing")


@pytest.mark.parametrize("text", TEXTS["sandboxes"])
def test_the_image_of_the_sandbox_is_the_concern_of_the_node(text: str) -> None:
    (one,) = found(text)
    assert (one.pod, one.container, one.image) == ("web-1", None, "registry.k8s.io/pause:3.9")
    assert (one.node_level, one.reason, one.diagnosis.cause) == (True, "FailedCreatePodSandBox", "timeout-refused")


def test_replicas_of_one_owner_are_one_failure() -> None:
    text = """NAME READY STATUS RESTARTS AGE
web-7c9d8f6b54-q2x8n   0/1   ImagePullBackOff   0   5m
web-7c9d8f6b54-abcde   0/1   ErrImagePull       0   5m
redis-0                0/1   ImagePullBackOff   0   5m
redis-1                0/1   ImagePullBackOff   0   5m
node-vv2xq             0/1   ImagePullBackOff   0   5m
"""
    assert [(one.pod, one.pods) for one in found(text)] == [
        ("web-7c9d8f6b54-q2x8n", 2),
        ("redis-0", 2),
        ("node-vv2xq", 1),
    ]


def test_several_texts_complete_each_other() -> None:
    row = "NAMESPACE NAME READY STATUS RESTARTS AGE\nshop   web-1   0/1   ImagePullBackOff   0   5m\n"
    event = '3s   Warning   Failed   pod/web-1   Failed to pull image "a/b:1": denied: denied\n'
    (one,) = found(row, event)
    assert (one.namespace, one.image, one.reason, one.diagnosis.cause) == (
        "shop",
        "a/b:1",
        "ImagePullBackOff",
        "denied",
    )


def test_a_pod_that_runs_later_is_resolved() -> None:
    event = '3s   Warning   Failed   pod/web-1   Failed to pull image "a/b:1": denied: denied\n'
    (one,) = found(event, "web-1   1/1   Running   0   5m\n")
    assert one.resolved


def test_the_state_counts_more_than_an_older_event() -> None:
    text = DESCRIBED.format(a="CrashLoopBackOff", b="ContainerCreating")
    assert [(one.container, one.resolved) for one in found(text)] == [(None, False)]
    (one,) = found(
        text.replace(
            "ghcr.io/x/y:1\n    State:          Waiting\n      Reason:       Cont",
            "other\n    State:   Waiting\n   Reason: Cont",
        )
    )
    assert (one.container, one.resolved) == ("a", True)


@pytest.mark.parametrize(("text", "image", "cause"), TEXTS["tools"])
def test_tools_know_no_pods(text: str, image: str, cause: str) -> None:
    (one,) = found(text)
    assert (one.pod, one.reason, one.image, one.diagnosis.cause) == (None, None, image, cause)


def test_a_pod_that_was_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = {
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": "shop"},
        "status": {
            "containerStatuses": [{"name": "web", "image": "a/b:1", "state": {"waiting": {"reason": "ErrImagePull"}}}]
        },
    }
    text = """kind: Pod
metadata:
  name: web-1
  namespace: shop
status:
  containerStatuses:
  - image: a/b:1
    name: web
    state:
      waiting:
        reason: ErrImagePull
        message: 'Back-off pulling image "a/b:1": ErrImagePull: failed to pull
          and unpack image "a/b:1": not found: manif"""
    (of_json,), (of_yaml,) = found(json.dumps(whole)), found(text)
    assert (of_json.pod, of_json.container, of_json.diagnosis.cause) == ("web-1", "web", "unknown")
    assert (of_yaml.pod, of_yaml.container, of_yaml.diagnosis.cause) == ("web-1", "web", "not-found")


@pytest.mark.parametrize(
    ("pod", "owner"),
    [
        ("web-7c9d8f6b54-q2x8n", "web"),
        ("node-exporter-vv2xq", "node-exporter"),
        ("redis-master-0", "redis-master"),
        ("cleanup-2941020-m7kq2", "cleanup-2941020"),
        ("web", "web"),
        ("my-app-alpha", "my-app-alpha"),
    ],
)
def test_owner(pod: str, owner: str) -> None:
    assert owner_of(pod) == owner


def test_the_job_of_a_cron_job_has_its_name() -> None:
    assert workloads_of("cleanup-29410200-m7kq2") == ["cleanup-29410200-m7kq2", "cleanup-29410200", "cleanup"]
