"""Workflows and values of Harbor that show that a project of a registry needs no pull secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.session import Request, Session
from imagelint.world.world import World
from manifests import pod, stream
from support import TODAY, judge

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.finding import Finding

HOST = "registry.tekton-team.io"
WORKFLOW = ".github/workflows/notify.yaml"
RELEASE = f"""\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: registry}}
spec:
  chart: {{spec: {{chart: harbor}}}}
  values:
    externalURL: 'https://{HOST}'
"""
CONTAINER = f"""\
jobs:
  a:
    container:
      env: {{A: b}}
      image: '{HOST}/library/node@sha256:a'
    steps: []
"""
HARBOR = f"# Values of Harbor\nexpose: {{type: ingress}}\nexternalURL: https://{HOST}\n"


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def finding(folder: Path, files: dict[str, str], project: str = "library") -> Finding:
    """Of a pod without a pull secret, where three others of two namespaces have one."""
    image = f"{HOST}/{project}"
    pods = [pod(f"{image}/{name}:1", "pull", namespace="prod") for name in "abc"]
    manifest = {"deploy/web.yaml": stream(*pods, pod(f"{image}/web:1", namespace="ops"))}
    for path, text in {**manifest, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (found,) = [
        one
        for one in judge(Session().read(Request(["."])), World(today=TODAY)).findings
        if one.rule == "pull-secret-missing"
    ]
    return found


@pytest.mark.parametrize(
    ("path", "text", "how"),
    [
        ("harbor/values.yaml", HARBOR, "is for Harbor, whose project `library` is public unless it was changed"),
        ("harbor/release.yaml", RELEASE, "is for Harbor, "),
        (WORKFLOW, f"jobs:\n  a:\n    container: {HOST}/library/node:20\n", f"pulls from `{HOST}/library` without"),
        (WORKFLOW, CONTAINER, f"pulls from `{HOST}/library` without credentials"),
    ],
)
def test_everyone_can_pull_from_a_project(tmp_path: Path, path: str, text: str, how: str) -> None:
    found = finding(tmp_path, {path: text})
    assert found.severity == "info"
    assert f"; it may need none: `{path}` {how}" in found.message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (WORKFLOW, CONTAINER.replace("env:", "credentials:")),
        (WORKFLOW, f"jobs:\n  a:\n    container: {HOST}/tools/node:20\n"),
        (WORKFLOW, f"jobs:\n  a:\n    # container: {HOST}/library/node:20\n"),
        (WORKFLOW, f"jobs:\n  a:\n    steps:\n      - run: docker pull {HOST}/library/node:20\n"),
        ("harbor/values.yaml", HARBOR.replace(HOST, "registry.other-team.io")),
        ("gitea/values.yaml", HARBOR.replace("Harbor", "Gitea")),
    ],
)
def test_what_shows_nothing_of_the_project(tmp_path: Path, path: str, text: str) -> None:
    assert finding(tmp_path, {path: text}).severity == "error"


def test_other_projects_of_a_harbor_are_private(tmp_path: Path) -> None:
    assert finding(tmp_path, {"harbor/values.yaml": HARBOR}, "shop").severity == "error"
