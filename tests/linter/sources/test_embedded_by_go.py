"""Manifests that a Go program embeds: it may fill in what they lack before it applies them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.session import Request, Session
from imagelint.world.world import World
from support import TODAY, judge

if TYPE_CHECKING:
    from pathlib import Path

WORKLOAD = """\
apiVersion: v1
kind: Pod
metadata: {name: gateway}
spec:
  containers:
    - name: gateway
      image: %s
"""
SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: pull}
type: kubernetes.io/dockerconfigjson
%s: {%s}
"""
EMBEDS = "package utils\n\n//go:embed %s\nvar files embed.FS\n"


@pytest.fixture(autouse=True)
def _in_a_work_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)


def found(folder: Path, files: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The severity and the message of the finding of each rule."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    findings = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    return {finding.rule: (str(finding.severity), finding.message) for finding in findings}


@pytest.mark.parametrize(
    ("program", "pattern", "path"),
    [
        ("src/utils/utils.go", "yaml-templates", "src/utils/yaml-templates/deployment.yaml"),
        ("src/utils/utils.go", "other.txt manifests/*.yaml", "src/utils/manifests/web.yaml"),
        ("assets.go", '"all:internal/assets"', "internal/assets/a/b/web.yaml"),
        ("pkg/render.go", "web.yml", "pkg/web.yml"),
        ("pkg/render.go", "`*`", "pkg/gateway/web.yml"),
    ],
)
def test_a_program_may_fill_in_what_is_empty(tmp_path: Path, program: str, pattern: str, path: str) -> None:
    files = {path: WORKLOAD % "", f"{path}.secret.yaml": SECRET % ("data", "")}
    assert {severity for severity, _ in found(tmp_path, files).values()} == {"error"}
    findings = found(tmp_path, {program: EMBEDS % pattern})
    assert findings["missing-image"] == (
        "info",
        f"container `gateway` has no image, but `{program}` embeds the file, so that its program may fill it in",
    )


def test_an_empty_secret_and_a_placeholder_are_filled_in(tmp_path: Path) -> None:
    files = {"app/t/secret.yaml": SECRET % ("data", ""), "app/t/web.yaml": WORKLOAD % "<IMAGE>"}
    assert "info" not in {severity for severity, _ in found(tmp_path, files).values()}
    findings = found(tmp_path, {"app/run.go": "var (\n\t//go:embed t/*.yaml\n\tfiles embed.FS\n)\n"})
    assert {severity for severity, _ in findings.values()} == {"info"}
    assert findings["pull-secret-malformed"][1] == (
        "pull secret `pull` is empty, but `app/run.go` embeds the file, so that its program may fill it in"
    )


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("app/run.go", EMBEDS % "other"),
        ("app/run.go", EMBEDS % "*.yaml"),
        ("app/run.go", "// //go:embed t\n"),
        ("app/run_test.go", EMBEDS % "t"),
        ("other/run.go", EMBEDS % "t"),
        ("../run.go", EMBEDS % "*"),
    ],
)
def test_what_no_program_of_the_repository_embeds(tmp_path: Path, program: str, text: str) -> None:
    (tmp_path / "repository/.git").mkdir(parents=True)
    findings = found(tmp_path / "repository", {program: text, "app/t/web.yaml": WORKLOAD % '""'})
    assert findings["missing-image"][0] == "error"


@pytest.mark.parametrize(
    ("recipe", "text", "path"),
    [
        ("COPY resources/ resources/", '"resources/csi/"', "resources/csi/web.yaml"),
        ("COPY --from=builder /workspace/manifests /manifests", '"/manifests"', "manifests/a/web.yaml"),
        (
            "ADD --chown=1:1 LICENSE assets/base /opt/operator/base",
            "`/opt/operator/base/web`",
            "assets/base/web/a.yaml",
        ),
        ("COPY bindata ./bindata", '"./bindata"', "bindata/web.yaml"),
    ],
)
def test_a_program_reads_manifests_in_its_image(tmp_path: Path, recipe: str, text: str, path: str) -> None:
    files = {path: WORKLOAD % "web:placeholder", "Dockerfile": f"FROM scratch\n{recipe}\n"}
    assert found(tmp_path, files)["unrendered-template"][0] == "warning"
    program = f"package controllers\n\nconst assets = {text}\n"
    assert found(tmp_path, {"pkg/controllers/csi_test.go": program})["unrendered-template"][0] == "warning"
    findings = found(tmp_path, {"pkg/controllers/csi.go": program})
    assert {rule: severity for rule, (severity, _) in findings.items()} == {"unrendered-template": "info"}


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        ("COPY resources/ resources/", '"resources"'),  # also the field of a role
        ("COPY resources/ resources/", '"resources/other"'),
        ("COPY resources/ resources/", '"github.com/acme/web/resources/csi"'),
        ("COPY . .", '"resources/csi"'),
        ("COPY ../resources .", '"resources/csi"'),
        ("COPY resources/other .", '"resources/csi"'),
        ("RUN ls resources", '"resources/csi"'),
    ],
)
def test_what_no_program_reads_in_its_image(tmp_path: Path, recipe: str, text: str) -> None:
    files = {
        "Dockerfile": f"FROM scratch\n{recipe}\n",
        "main.go": f"package main\n\nconst assets = {text}\n",
        "resources/other/a.txt": "",
        "resources/csi/web.yaml": WORKLOAD % "web:placeholder",
    }
    assert found(tmp_path, files)["unrendered-template"][0] == "warning"


def test_what_is_written_in_an_embedded_manifest_is_deployed(tmp_path: Path) -> None:
    broken = '.dockerconfigjson: \'{"auths": {"ghcr.io": {"auth": "a"}}}\''
    files = {
        "app/run.go": EMBEDS % "t",
        "app/t/web.yaml": WORKLOAD % "registry.access.redhat.com/ubi9:latest",
        "app/t/api.yaml": WORKLOAD % "k8s.gcr.io/pause:3.2",
        "app/t/secret.yaml": SECRET % ("stringData", broken),
    }
    severities = {rule: severity for rule, (severity, _) in found(tmp_path, files).items()}
    assert severities["pull-secret-malformed"] == "error"
    assert severities["latest-tag"] == "warning"
