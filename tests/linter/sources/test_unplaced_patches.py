"""Patches for objects that are elsewhere: their images are deployed, and the rest of the pod is not known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

REMOTE = "https://github.com/acme/operator//config/default?ref=v1"
GONE, UNTAGGED = "docker.io/bitnami/postgresql:15.1.0", "quay.io/acme/db"


def patch(kind: str, image: str) -> str:
    containers: list[dict[str, Any]] = [{"name": "db", "image": image}, {"name": "metrics", "resources": {}}]
    pod: dict[str, Any] = {
        "serviceAccountName": "db",
        "imagePullSecrets": [{"name": "regcred"}],
        "containers": containers,
    }
    spec: dict[str, Any] = {"template": {"spec": pod}}
    version = "apps/v1"
    if kind == "CronJob":
        version, spec = "batch/v1", {"jobTemplate": {"spec": spec}}
    return json.dumps({"apiVersion": version, "kind": kind, "metadata": {"name": "db"}, "spec": spec})


def report(folder: Path, kustomization: dict[str, Any], **files: str) -> list[tuple[str, str, str]]:
    """The rule, the severity and the file of each finding."""
    for name, text in files.items():
        (folder / f"{name}.json").write_text(text)
    (folder / "kustomization.yaml").write_text(json.dumps(kustomization))
    done = imagelint("--isolated", "--today=2026-11-26", "--format=json", ".", cwd=folder)
    return [(one["rule"], one["severity"], one["path"]) for one in json.loads(done.stdout)["findings"]]


@pytest.mark.parametrize("kind", ["StatefulSet", "CronJob"])
@pytest.mark.parametrize("field", ["patches", "patchesStrategicMerge"])
def test_the_images_of_a_patch_for_a_remote_object(tmp_path: Path, kind: str, field: str) -> None:
    listed: list[Any] = ["db.json"] if field == "patchesStrategicMerge" else [{"path": "db.json"}]
    kustomization = {"resources": [REMOTE], field: listed}
    assert report(tmp_path, kustomization, db=patch(kind, GONE)) == [("dead-image", "error", "db.json")]
    assert report(tmp_path, kustomization, db=patch(kind, UNTAGGED)) == [("missing-tag", "warning", "db.json")]


def test_an_overlay_sets_their_tags(tmp_path: Path) -> None:
    entry = {"name": UNTAGGED, "newTag": "1.2"}
    kustomization = {"resources": [REMOTE], "patches": [{"path": "db.json"}], "images": [entry]}
    assert report(tmp_path, kustomization, db=patch("StatefulSet", UNTAGGED)) == []
    kustomization["images"] = [{**entry, "newTag": "latest"}]
    found = report(tmp_path, kustomization, db=patch("StatefulSet", UNTAGGED))
    assert found == [("latest-tag", "warning", "kustomization.yaml")]


def test_a_patch_that_deletes_has_no_images(tmp_path: Path) -> None:
    text = json.dumps({**json.loads(patch("StatefulSet", GONE)), "$patch": "delete"})
    removed = json.dumps(
        {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}, "$patch": "delete"}
    )
    kustomization = {"resources": [REMOTE], "patches": [{"path": "db.json"}]}
    assert report(tmp_path, kustomization, db=removed) == []
    assert report(tmp_path, kustomization, db=text) == []


def test_patches_in_one_file_that_are_for_no_object_are_one_finding(tmp_path: Path) -> None:
    base = json.loads(patch("StatefulSet", "quay.io/acme/db:1"))
    base["spec"] |= {"selector": {"matchLabels": {"app": "db"}}, "serviceName": "db"}
    base["spec"]["template"] = {
        "metadata": {"labels": {"app": "db"}},
        "spec": {"containers": [{"name": "db", "image": "quay.io/acme/db:1"}]},
    }
    others = [{**json.loads(patch("StatefulSet", "quay.io/acme/db:2")), "metadata": {"name": name}} for name in "abc"]
    (tmp_path / "others.yaml").write_text("\n---\n".join(map(json.dumps, others)))
    kustomization = {"resources": ["base.json"], "patches": [{"path": "others.yaml"}]}
    found = report(tmp_path, kustomization, base=json.dumps(base))
    assert found == [("kustomize-refuses", "error", "others.yaml")]
