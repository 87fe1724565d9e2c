"""What Skaffold builds is not looked for in a registry."""

from __future__ import annotations

import json

import pytest

from manifests import pod
from support import index_of

SKAFFOLD = json.dumps(
    {
        "apiVersion": "skaffold/v4beta11",
        "kind": "Config",
        "build": {"artifacts": [{"image": "web"}, {"image": "acme/api"}, {"image": "gcr.io/acme/app"}]},
        "profiles": [{"name": "debug", "build": {"artifacts": [{"image": "debugger"}]}}],
    }
)


@pytest.mark.parametrize("image", ["web", "web:dev", "acme/api", "debugger"])
def test_artifacts_are_not_pulled(image: str) -> None:
    assert index_of("", **{"app/skaffold.yaml": SKAFFOLD, "app/k8s/web.yaml": json.dumps(pod(image))}).images == ()


@pytest.mark.parametrize(
    ("path", "image"),
    [
        ("app/k8s/web.yaml", "other"),
        ("app/k8s/web.yaml", "gcr.io/acme/app"),
        ("app/k8s/web.yaml", "localhost:5000/web"),
        ("app/k8s/web.yaml", f"web@sha256:{'a' * 64}"),
        ("application/web.yaml", "web"),
    ],
)
def test_other_images_are(path: str, image: str) -> None:
    (use,) = index_of("", **{"app/skaffold.yaml": SKAFFOLD, path: json.dumps(pod(image))}).images
    assert use.written == image
