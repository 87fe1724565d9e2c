"""What overlays show in every format and over time: schemas, places, baselines and suppressions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from formats import read_back, validate
from imagelint.reporting import FORMATS
from kustomizations import write
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web
        - name: old
          image: k8s.gcr.io/pause:3.2
"""
OVERLAY = """namespace: NAME
resources: [../../base]
images:
  - name: ghcr.io/acme/web
    newTag: 'TAG'
"""
DEV, PROD = "overlays/dev/kustomization.yaml", "overlays/prod/kustomization.yaml"


def overlay(name: str, tag: str) -> str:
    return OVERLAY.replace("NAME", name).replace("TAG", tag)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two overlays of a base, with a finding in the base and one at `newTag`."""
    (tmp_path / ".git").mkdir()
    base = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": DEPLOYMENT}
    write(tmp_path, {**base, DEV: overlay("dev", "latest"), PROD: overlay("prod", "1.2")})
    return tmp_path


def found(folder: Path, *arguments: str) -> list[tuple[str, str, int]]:
    done = imagelint(".", "--format=json", *arguments, cwd=folder)
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return [(one["rule"], one["path"], one["line"]) for one in findings]


IN_BASE, AT_TAG = ("deprecated-registry", "base/web.yaml", 16), ("latest-tag", DEV, 5)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_has_the_places_that_decide(format_: str, tree: Path) -> None:
    done = imagelint(".", f"--format={format_}", cwd=tree)
    validate(format_, done.stdout)
    places = {(one.rule, one.path.removeprefix("./"), one.line) for one in read_back(format_, done.stdout)}
    assert {IN_BASE, AT_TAG} <= places


class TestBaseline:
    @pytest.fixture(autouse=True)
    def _recorded(self, tree: Path) -> None:
        done = imagelint(".", "--write-baseline=known.json", cwd=tree)
        assert "known.json: 2 findings written" in done.stderr

    def test_what_was_there_is_suppressed(self, tree: Path) -> None:
        assert found(tree, "--baseline=known.json") == []

    def test_a_changed_overlay_is_new_where_it_changed(self, tree: Path) -> None:
        write(tree, {PROD: overlay("prod", "latest")})
        assert found(tree, "--baseline=known.json") == [("latest-tag", PROD, 5)]

    def test_a_new_overlay_adds_no_finding_in_the_base(self, tree: Path) -> None:
        write(tree, {"overlays/test/kustomization.yaml": overlay("test", "1.2")})
        assert found(tree, "--baseline=known.json") == []

    def test_lines_that_moved_are_known(self, tree: Path) -> None:
        write(tree, {DEV: "# moved\n\n" + overlay("dev", "latest"), "base/web.yaml": "# moved\n" + DEPLOYMENT})
        assert found(tree, "--baseline=known.json") == []

    def test_a_finding_that_moves_from_the_base_to_an_overlay_is_new(self, tree: Path) -> None:
        fields = "images:\n  - name: k8s.gcr.io/pause\n    newName: gcr.io/google-containers/pause\n"
        write(tree, {PROD: overlay("prod", "1.2").replace("images:\n", fields)})
        assert found(tree, "--baseline=known.json") == [("deprecated-image", PROD, 5)]

    def test_one_overlay_alone_is_known_as_well(self, tree: Path) -> None:
        done = imagelint("overlays/dev", "--baseline=known.json", cwd=tree)
        assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("path", "line", "rule"), [("base/web.yaml", 16, "deprecated-registry"), (DEV, 5, "latest-tag")]
)
def test_a_comment_at_the_place_of_the_cure_counts(path: str, line: int, rule: str, tree: Path) -> None:
    lines = (tree / path).read_text(encoding="utf-8").splitlines()
    lines[line - 1] += f"  # imagelint: ignore[{rule}] as agreed"
    write(tree, {path: "\n".join(lines) + "\n"})
    assert found(tree) == [one for one in (IN_BASE, AT_TAG) if one[0] != rule]


def test_a_comment_in_the_base_counts_for_an_overlay_that_changes_the_tag(tree: Path) -> None:
    text = DEPLOYMENT.replace("acme/web\n", "acme/web  # imagelint: ignore[latest-tag] as agreed\n")
    write(tree, {"base/web.yaml": text})
    assert found(tree) == [IN_BASE]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ("newName: <your-registry>/web\n    newTag: '1.2'", 5),
        ("newTag: ${TAG}", 5),
        ("newName: ghcr.io/acme/site\n    newTag: <your-tag>", 6),
    ],
)
def test_a_placeholder_is_reported_at_the_field_that_has_it(fields: str, line: int, tree: Path) -> None:
    write(tree, {PROD: overlay("prod", "1.2").replace("newTag: '1.2'", fields)})
    assert ("unrendered-template", PROD, line) in found(tree)
