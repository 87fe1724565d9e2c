"""The inventory: each use of an image with the policy and the secrets that the cluster will use."""

from __future__ import annotations

import json
from typing import Any

from imagelint.index.index import Index
from imagelint.reporting.image_rows import image_entries
from imagelint.text.places import SourceId
from support import read_texts


def entries(**spec: object) -> list[dict[str, Any]]:
    """The entries of a pod, from a fragment of its specification."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}
    found = read_texts({"input.yaml": json.dumps(pod)})
    return image_entries(Index(found.files), found, {SourceId("input.yaml")})


def test_every_kind_of_container() -> None:
    found = entries(
        serviceAccountName="builder",
        imagePullSecrets=[{"name": "one"}, {"name": "two"}],
        containers=[{"name": "a", "image": "nginx"}],
        initContainers=[{"name": "b", "image": "quay.io/acme/init:1"}],
        ephemeralContainers=[{"name": "c", "image": "UPPER"}],
        volumes=[{"name": "d", "image": {"reference": "quay.io/acme/model:1", "pullPolicy": "Never"}}],
    )
    assert [(entry["container"], entry["container_type"], entry["valid"]) for entry in found] == [
        ("a", "container", True),
        ("b", "init", True),
        ("c", "ephemeral", False),
        ("d", "volume", True),
    ]
    assert all(entry["pull_secrets"] == ["one", "two"] for entry in found)
    assert all(entry["service_account"] == "builder" for entry in found)
    assert found[0]["normalized"] == "docker.io/library/nginx"
    assert found[2]["normalized"] is None
    assert found[3]["pull_policy"] == {"declared": "Never", "effective": "Never"}


def test_a_pod_without_secrets_has_no_credential() -> None:
    (entry,) = entries(containers=[{"name": "a", "image": "nginx"}])
    assert (entry["credential"], entry["service_account"], entry["pull_secrets"]) == ("none", "default", [])
