"""Texts of unknown custom resources that can be nothing but images are listed as possible, and not judged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support import imagelint, index_of, lint

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = "k8s.gcr.io/pause:3.1"


def widget(kind: str = "Widget", group: str = "acme.example", **spec: Any) -> str:
    return json.dumps({"apiVersion": f"{group}/v1", "kind": kind, "metadata": {"name": "w"}, "spec": spec})


def possible(text: str) -> list[str]:
    return [use.effective for use in index_of(text).images if use.container.type == "possible"]


@pytest.mark.parametrize(
    ("spec", "images"),
    [
        ({"image": IMAGE}, [IMAGE]),
        ({"server": {"sidecarImage": f"quay.io/acme/a@sha256:{'a' * 64}"}}, [f"quay.io/acme/a@sha256:{'a' * 64}"]),
        ({"images": [IMAGE, "quay.io/acme/b:2"]}, [IMAGE, "quay.io/acme/b:2"]),
        ({"parts": [{"imageName": IMAGE}]}, [IMAGE]),
        ({"image": {"repository": "quay.io/acme/c", "tag": "1.2"}}, ["quay.io/acme/c:1.2"]),
        ({"image": {"registry": "quay.io/", "repository": "acme/c", "tag": "1.2"}}, ["quay.io/acme/c:1.2"]),
        (
            {"image": {"registry": "quay.io", "repository": "acme/c", "tag": "", "digest": f"sha256:{'a' * 64}"}},
            [f"quay.io/acme/c@sha256:{'a' * 64}"],
        ),
        ({"image": {"registry": "quay.io", "repository": "acme/c"}}, []),
        ({"image": "pause:3.1"}, []),
        ({"image": "quay.io/acme/c"}, []),
        ({"image": "quay.io/acme/${NAME}:1"}, []),
        ({"image": "ami-0123"}, []),
        ({"address": IMAGE}, []),
        ({"image": {"repository": "acme/c", "tag": "1.2"}}, []),
        ({"template": {"spec": {"containers": [{"name": "a", "image": IMAGE}]}}}, []),
    ],
)
def test_what_can_only_be_an_image(spec: dict[str, Any], images: list[str]) -> None:
    assert possible(widget(**spec)) == images


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("HelmRelease", "helm.toolkit.fluxcd.io"),
        ("Application", "argoproj.io"),
        ("CustomResourceDefinition", "apiextensions.k8s.io"),
        ("ClusterPolicy", "kyverno.io"),
    ],
)
def test_other_tools_give_these_their_meaning(kind: str, group: str) -> None:
    assert possible(widget(kind, group, image=IMAGE)) == []


def test_they_are_not_judged() -> None:
    assert lint(widget(image="docker.io/bitnami/redis:7")) == []


def test_the_list_says_so(tmp_path: Path) -> None:
    (tmp_path / "w.yaml").write_text(widget(image=IMAGE))
    table = imagelint("images", ".", cwd=tmp_path).stdout
    assert "(possible)" in table.splitlines()[1]
    (entry,) = json.loads(imagelint("images", "--format", "json", ".", cwd=tmp_path).stdout)
    assert entry["container_type"] == "possible"
    assert imagelint("images", "--format", "plain", ".", cwd=tmp_path).stdout == ""
