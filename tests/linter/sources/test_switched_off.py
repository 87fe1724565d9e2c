"""What a kustomization has in a comment counts less than what is deployed, as long as nothing else names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.linting.selection import STRICT, Selection
from imagelint.session import Request, Session
from imagelint.world.world import World
from support import TODAY, judge

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imagelint.linting.finding import Finding

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: quay.io/acme/Web:1}]
"""
FILES = {"k8s/pod.yaml": POD, "k8s/kustomization.yaml": "resources:\n- web.yaml\n#- pod.yaml\n", "k8s/web.yaml": ""}
FOLDERS = {
    "apps/kustomization.yaml": "resources:\n  - ./web\n  # - ./job\n",
    "apps/web/kustomization.yaml": "resources: []\n",
    "apps/job/kustomization.yaml": "resources: [pod.yaml, gone.yaml]\n",
    "apps/job/pod.yaml": POD,
}
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: job, namespace: flux-system}
spec: {path: ./apps/job, sourceRef: {kind: GitRepository, name: fleet}}
"""


def lint(folder: Path, files: Mapping[str, str], selection: Selection | None = None) -> list[Finding]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return judge(Session().read(Request(["."])), World(today=TODAY), selection).findings


def severities(folder: Path, files: Mapping[str, str], selection: Selection | None = None) -> dict[str, str]:
    return {finding.rule: finding.severity for finding in lint(folder, files, selection)}


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "entry",
    ["#- pod.yaml", "# - pod.yaml", "  #  - ./pod.yaml  # later", "# - path: pod.yaml", '#   path: "pod.yaml"'],
)
def test_a_manifest(tmp_path: Path, entry: str) -> None:
    (found,) = lint(tmp_path, {**FILES, "k8s/kustomization.yaml": f"resources:\n- web.yaml\n{entry}\n"})
    assert (found.rule, found.severity, found.prediction) == ("invalid-image-reference", "info", None)
    assert found.message.endswith("(nothing deploys it: `k8s/kustomization.yaml` has it in a comment)")


@pytest.mark.parametrize(
    "others",
    [
        {"k8s/kustomization.yaml": "resources:\n- web.yaml\n- pod.yaml\n#- pod.yaml\n"},
        {"k8s/kustomization.yaml": "resources:\n- web.yaml\n# see pod.yaml\n"},
        {"k8s/kustomization.yaml": "resources:\n- web.yaml\n#- other.yaml\n"},
        {"prod/kustomization.yaml": "resources: [../k8s/pod.yaml]\n"},
        {"deploy.sh": "kubectl apply -f k8s/pod.yaml\n"},
        {"README.md": "    kubectl apply -f k8s/pod.yaml\n"},
    ],
)
def test_a_manifest_that_may_be_deployed(tmp_path: Path, others: dict[str, str]) -> None:
    assert severities(tmp_path, {**FILES, **others})["invalid-image-reference"] == "error"


def test_a_folder(tmp_path: Path) -> None:
    assert severities(tmp_path, FOLDERS) == {"invalid-image-reference": "info", "kustomize-refuses": "info"}
    everything = Selection(tells_all=True)
    assert severities(tmp_path, FOLDERS, everything) == {
        "invalid-image-reference": "error",
        "kustomize-refuses": "error",
    }


@pytest.mark.parametrize(
    "others",
    [
        {"flux/job.yaml": FLUX},
        {"Makefile": "deploy:\n\tkustomize build apps/job | kubectl apply -f -\n"},
        {".github/workflows/cd.yml": "run: kubectl apply -k apps/job\n"},
    ],
)
def test_a_folder_that_something_else_deploys(tmp_path: Path, others: dict[str, str]) -> None:
    found = severities(tmp_path, {**FOLDERS, **others})
    assert found == {"invalid-image-reference": "error", "kustomize-refuses": "error"}


def test_what_two_folders_have(tmp_path: Path) -> None:
    shared = {
        "apps/job/kustomization.yaml": "resources: [../base]\n",
        "apps/web/kustomization.yaml": "resources: [../base]\n",
        "apps/base/kustomization.yaml": "resources: [pod.yaml]\n",
        "apps/base/pod.yaml": POD,
    }
    files = {name: text for name, text in FOLDERS.items() if name != "apps/job/pod.yaml"}
    assert severities(tmp_path, {**files, **shared}) == {"invalid-image-reference": "error"}


def test_a_password_is_one_in_any_file(tmp_path: Path) -> None:
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: pull}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n"
        '  .dockerconfigjson: \'{"auths":{"ghcr.io":{"username":"ci","password":"x7Fq2LmPz9"}}}\'\n'
    )
    found = severities(tmp_path, {**FILES, "k8s/pod.yaml": secret}, Selection(profile=STRICT))
    assert found["committed-credentials"] == "warning"
