"""Pods get pull secrets from their own list or from their service account, as the API server gives them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.facts.extract import extract
from imagelint.index.index import Index
from imagelint.text.places import SourceId
from imagelint.text.source import Source
from shared import needs_shared, vectors

if TYPE_CHECKING:
    from imagelint.index.image_use import Pod


def manifest(kind: str, fields: dict[str, Any], **rest: Any) -> dict[str, Any]:
    metadata = {key: fields[key] for key in ("name", "namespace", "annotations") if key in fields}
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", **metadata}, **rest}


def index_of(pod: dict[str, Any], accounts: list[dict[str, Any]]) -> Index:
    spec: dict[str, Any] = {
        key: pod[key] for key in ("imagePullSecrets", "serviceAccountName", "serviceAccount") if key in pod
    }
    spec["containers"] = [{"name": "a", "image": "quay.io/acme/app:1"}]
    documents = [manifest("Pod", pod, spec=spec)]
    documents += [
        manifest("ServiceAccount", account, imagePullSecrets=account["imagePullSecrets"]) for account in accounts
    ]
    text = "\n---\n".join(map(json.dumps, documents))
    return Index({SourceId("a.yaml"): extract(Source(SourceId("a.yaml"), text.encode()))})


def admitted(index: Index, pod: Pod) -> bool:
    """Whether a pod is made: its account exists, and allows the secrets that the pod names."""
    account = index.account(pod)
    exists = account is not None or pod.account_name == "default"
    return exists and not index.forbidden_secrets(pod)


@needs_shared
@pytest.mark.parametrize("case", vectors("serviceaccount_injection"), ids=lambda case: case["id"])
def test_vectors(case: dict[str, Any]) -> None:
    index = index_of(case["pod"], case["service_accounts"])
    (pod,) = index.pods
    expected = case["expected"]
    assert admitted(index, pod) is expected["admitted"]
    if expected["admitted"]:
        found = index.pull_secrets(pod)
        assert pod.account_name == expected["service_account"]
        assert [entry.value for entry in found.entries] == expected["image_pull_secrets"]
        assert [name.value for name in found.names] == expected["used_by_kubelet"]
