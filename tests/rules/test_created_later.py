"""Accounts and Secrets that exist, and are created after the pods that Helm or Argo CD waits for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support import lint

if TYPE_CHECKING:
    from imagelint.linting.finding import Finding

HOOK, WEIGHT = "helm.sh/hook", "helm.sh/hook-weight"
PHASE, WAVE = "argocd.argoproj.io/hook", "argocd.argoproj.io/sync-wave"
RULES = {"service-account-undefined", "pull-secret-undefined"}
CREDENTIALS = {"auths": {"myregistry.azurecr.io": {"username": "shop", "password": "secret"}}}


def workload(kind: str, **annotations: str) -> dict[str, Any]:
    """A workload with an account and a pull secret."""
    spec = {
        "serviceAccountName": "migrate",
        "imagePullSecrets": [{"name": "acr"}],
        "containers": [{"name": "migrate", "image": "myregistry.azurecr.io/shop/migrate:1.0"}],
    }
    group = "batch/v1" if kind in {"Job", "CronJob"} else "apps/v1"
    body = (
        {"jobTemplate": {"spec": {"template": {"spec": spec}}}}
        if kind == "CronJob"
        else {"selector": {}, "template": {"spec": spec}}
    )
    return of_kind(group, kind, annotations, spec=body)


def of_kind(version: str, kind: str, annotations: dict[str, str], **fields: Any) -> dict[str, Any]:
    name = {"ServiceAccount": "migrate", "Secret": "acr"}.get(kind, "shop")
    metadata = {"name": name, "namespace": "shop", "annotations": annotations}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def account(**annotations: str) -> dict[str, Any]:
    return of_kind("v1", "ServiceAccount", annotations)


def secret(**annotations: str) -> dict[str, Any]:
    data = {".dockerconfigjson": json.dumps(CREDENTIALS)}
    return of_kind("v1", "Secret", annotations, type="kubernetes.io/dockerconfigjson", stringData=data)


def late(*documents: dict[str, Any]) -> list[Finding]:
    text = "\n---\n".join(map(json.dumps, documents))
    return [one for one in lint(text) if one.rule in RULES]


@pytest.mark.parametrize(
    ("user", "defined"),
    [
        ({"kind": "Job", HOOK: "pre-install"}, {}),
        ({"kind": "Job", HOOK: "pre-install, pre-upgrade", WEIGHT: "-5"}, {HOOK: "pre-install", WEIGHT: "-4"}),
        ({"kind": "Job", HOOK: "pre-install"}, {HOOK: "pre-upgrade"}),
        ({"kind": "Job", HOOK: "post-install"}, {HOOK: "post-install", WEIGHT: "1"}),
        ({"kind": "Job", PHASE: "PreSync"}, {}),
        ({"kind": "Deployment", PHASE: "PreSync", WAVE: "-1"}, {PHASE: "PreSync"}),
        ({"kind": "StatefulSet", WAVE: "1"}, {WAVE: "2"}),
        ({"kind": "Deployment"}, {WAVE: "2"}),
        ({"kind": "Job", WAVE: "-1"}, {}),
    ],
    ids=str,
)
def test_what_comes_after_the_pods_that_are_waited_for_is_too_late(
    user: dict[str, str], defined: dict[str, str]
) -> None:
    found = late(workload(**user), account(**defined), secret(**defined))
    assert {one.rule for one in found} == RULES
    assert {(one.severity, one.confidence) for one in found} == {("error", "likely")}
    assert all("is created after" in one.message and one.related for one in found)


@pytest.mark.parametrize(
    ("user", "defined"),
    [
        ({"kind": "Job"}, {}),
        # Within a turn, accounts and Secrets come first.
        ({"kind": "Job", HOOK: "pre-install", WEIGHT: "-5"}, {HOOK: "pre-install", WEIGHT: "-5"}),
        ({"kind": "Job", PHASE: "PreSync"}, {PHASE: "PreSync"}),
        ({"kind": "Job", HOOK: "post-install"}, {}),
        # What is there when a release is upgraded was created when it was installed.
        ({"kind": "Job", HOOK: "pre-upgrade"}, {}),
        ({"kind": "Job", HOOK: "post-install, pre-upgrade"}, {}),
        ({"kind": "Job", PHASE: "SyncFail"}, {}),
        # Helm waits for hooks that are Jobs or pods, and Argo CD not for CronJobs: their pods start later.
        ({"kind": "Deployment", HOOK: "pre-install"}, {}),
        ({"kind": "Deployment"}, {HOOK: "post-install"}),
        ({"kind": "CronJob", PHASE: "PreSync"}, {}),
        ({"kind": "CronJob", WAVE: "1"}, {WAVE: "2"}),
        ({"kind": "Deployment", WAVE: "2"}, {WAVE: "first"}),
    ],
    ids=str,
)
def test_what_is_there_in_time_is_not_reported(user: dict[str, str], defined: dict[str, str]) -> None:
    assert not late(workload(**user), account(**defined), secret(**defined))


def test_what_another_object_or_a_script_creates_is_there_in_time() -> None:
    hook = {"kind": "Job", HOOK: "pre-install"}
    assert not late(
        workload(**hook), account(), secret(), account(**{HOOK: "pre-install"}), secret(**{HOOK: "pre-install"})
    )
    texts = {"app/job.json": json.dumps(workload(**hook)), "base/account.json": json.dumps(account())}
    assert not [
        one
        for one in lint({**texts, "app/secret.json": json.dumps(secret())})
        if one.rule == "service-account-undefined"
    ]


def test_a_secret_that_is_not_needed_may_come_late() -> None:
    job = workload("Job", **{HOOK: "pre-install"})
    job["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.k8s.io/pause:3.10"
    assert [one.rule for one in late(job, account(), secret())] == ["service-account-undefined"]


@pytest.mark.parametrize(
    ("user", "advice"),
    [
        (
            {"kind": "Job", HOOK: "pre-install", WEIGHT: "3"},
            "the annotation `helm.sh/hook: pre-install` too, and the weight 3",
        ),
        ({"kind": "Job", WAVE: "-2"}, "the wave of the pods (-2)"),
    ],
    ids=str,
)
def test_the_help_says_which_turn_to_give(user: dict[str, str], advice: str) -> None:
    (found,) = [one for one in late(workload(**user), account(), secret()) if one.rule == "service-account-undefined"]
    assert advice in (found.help or "")
