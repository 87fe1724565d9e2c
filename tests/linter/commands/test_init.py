"""`imagelint init` writes a valid configuration for any manifests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imagelint.config.file import load_configuration
from imagelint.config.starter import starter_configuration
from imagelint.index.index import Index
from imagelint.session import Request, Session
from imagelint_rules import RULES
from shared import SHARED, needs_shared
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

POD = """apiVersion: v1
kind: Pod
metadata: {{name: a, namespace: "{namespace}"}}
spec:
  containers: [{{name: c, image: "{image}"}}]
  imagePullSecrets: [{{name: "{secret}"}}]
---
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The root of a work tree: what is above it says nothing."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def write_pods(folder: Path, *images: str, namespace: str = "prod", secret: str = "regcred") -> None:
    text = "".join(POD.format(image=image, namespace=namespace, secret=secret) for image in images)
    (folder / "pods.yaml").write_text(text, encoding="utf-8")


def written(folder: Path) -> str:
    done = imagelint("init", ".", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    return (folder / ".imagelint.yaml").read_text(encoding="utf-8")


def test_it_writes_what_the_manifests_show(folder: Path) -> None:
    write_pods(folder, "harbor.example.com/app:1", "myregistry.azurecr.io/app:1", "ghcr.io/a/b:1")
    text = written(folder)
    assert text.startswith("# yaml-language-server: $schema=./.imagelint.schema.json\n")
    assert '"harbor.example.com": {auth: secret}  # not well known: check the spelling' in text
    assert '"myregistry.azurecr.io": {auth: secret}' in text
    assert '"ghcr.io": {}  # GitHub Container Registry, mixed' in text
    assert '- "prod/regcred"' in text
    found = load_configuration(str(folder / ".imagelint.yaml"), RULES)
    assert found.settings.external_secrets == ("prod/regcred",)
    assert json.loads((folder / ".imagelint.schema.json").read_text(encoding="utf-8"))["title"]
    assert imagelint(".", cwd=folder).returncode == 0


def test_it_replaces_nothing_unasked(folder: Path) -> None:
    write_pods(folder, "ghcr.io/a/b:1")
    written(folder)
    again = imagelint("init", ".", cwd=folder)
    assert (again.returncode, "use --force to replace it" in again.stderr) == (2, True)
    assert imagelint("init", ".", "--force", cwd=folder).returncode == 0


@pytest.mark.parametrize(
    "image",
    [
        "your-registry.azurecr.io/app:1",
        "registry.your.company.net/app:1",
        "fake.docker.io/app:1",
        "localhost:5000/app:1",
        "registry.svc.cluster.local/app:1",
        "ghrc.io/acme/app:1",
        "docker.pkg.github.com/acme/app:1",
        "<your-registry>/app:1",
        "${REGISTRY}/app:1",
        "https://harbor.example.com/app:1",
        "harbor.example.com/App:1",
        "registry.k8s.io/pause:3.10",
        "",
    ],
)
def test_wrong_hosts_placeholders_and_public_ones_are_left_out(folder: Path, image: str) -> None:
    write_pods(folder, image)
    assert "registries: {}" in written(folder)


@pytest.mark.parametrize(
    ("namespace", "secret"),
    [("prod", "fooSecret"), ("prod", "{{ .Values.secret }}"), ("namespaceValue", "regcred"), ("prod", "")],
)
def test_names_that_were_never_rendered_are_left_out(folder: Path, namespace: str, secret: str) -> None:
    write_pods(folder, "quay.io/acme/app:1", namespace=namespace, secret=secret)
    text = written(folder)
    assert "external: []" in text or '- "*/regcred"' in text
    assert load_configuration(str(folder / ".imagelint.yaml"), RULES)


@needs_shared
@pytest.mark.parametrize("name", ["nginx__kubernetes-ingress", "kubernetes__examples", "openshift__library"])
def test_messy_trees_give_a_configuration_that_is_one(folder: Path, name: str) -> None:
    found = Session().read(Request([str(SHARED / "corpus" / name)]))
    path = folder / ".imagelint.yaml"
    path.write_text(starter_configuration(Index(found.files)), encoding="utf-8")
    assert load_configuration(str(path), RULES).settings.registries
