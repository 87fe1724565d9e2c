"""A chart that its authors deprecated is superseded, unless something in the input deploys it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from linter.sources.charts import CHART, HELMS, RELEASE, chart, needs_helm, path_with, write
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

SHOP = "charts/shop"
UNTAGGED, GONE = (
    "image: {repository: quay.io/acme/shop}\n",
    "image: {repository: docker.io/bitnami/redis, tag: '7.2'}\n",
)
IMAGE = "{{ .Values.image.repository }}{{ with .Values.image.tag }}:{{ . }}{{ end }}"
UMBRELLA = "apiVersion: v2\nname: umbrella\nversion: 1.0.0\n"
DEPENDENCY = "dependencies: [{name: shop, version: 1.0.0, repository: 'file://../shop'}]\n"
HELMFILE = "releases: [{name: shop, namespace: apps, chart: ./charts/shop}]\n"
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {repoURL: 'https://github.com/acme/deploy', path: charts/shop}
  destination: {namespace: apps}
"""
LOWERED, AT_FULL = {"missing-tag": "info"}, {"missing-tag": "warning"}


def severities(tree: Path, mark: str, values: str = UNTAGGED, **others: str) -> dict[str, str]:
    """The severity of each finding in a chart whose Chart.yaml has another line."""
    write(tree, {**chart(SHOP, values, IMAGE), f"{SHOP}/Chart.yaml": CHART + mark, **others})
    return found_in(tree)


def found_in(folder: Path) -> dict[str, str]:
    """The severity of each finding of a run in a folder."""
    done = imagelint("--isolated", "--format=json", "--today=2026-11-24", ".", cwd=folder, PATH=path_with(HELMS[0]))
    return {finding["rule"]: finding["severity"] for finding in json.loads(done.stdout)["findings"]}


@needs_helm
@pytest.mark.parametrize("mark", ["deprecated: true\n", '"deprecated": True # use store\n', "deprecated: true\r\n"])
def test_what_is_not_certain_is_an_info_in_a_deprecated_chart(mark: str, tmp_path: Path) -> None:
    assert severities(tmp_path, mark) == LOWERED


@needs_helm
def test_what_fails_for_certain_keeps_its_severity(tmp_path: Path) -> None:
    at_full = severities(tmp_path / "a", "", GONE)
    assert at_full
    assert severities(tmp_path / "b", "deprecated: true\n", GONE) == at_full


@needs_helm
@pytest.mark.parametrize(
    "mark",
    ["", "deprecated: false\n", "# deprecated: true\n", "annotations:\n  deprecated: true\n", "deprecated: no\n"],
)
def test_other_charts_are_judged_as_before(mark: str, tmp_path: Path) -> None:
    assert severities(tmp_path, mark) == AT_FULL


@needs_helm
@pytest.mark.parametrize(
    "others",
    [
        {"apps/release.yaml": RELEASE},
        {"apps/application.yaml": APPLICATION},
        {"helmfile.yaml": HELMFILE},
        {"charts/umbrella/Chart.yaml": UMBRELLA + DEPENDENCY, "charts/umbrella/templates/none.yaml": ""},
        {
            "charts/umbrella/Chart.yaml": UMBRELLA.replace("v2", "v1"),
            "charts/umbrella/requirements.yaml": DEPENDENCY,
            "charts/umbrella/templates/none.yaml": "",
        },
        {"charts/apps/Chart.yaml": UMBRELLA, "charts/apps/templates/application.yaml": APPLICATION},
    ],
    ids=["HelmRelease", "Application", "helmfile", "dependency", "requirements", "rendered"],
)
def test_what_something_deploys_is_judged_as_before(others: dict[str, str], tmp_path: Path) -> None:
    assert severities(tmp_path, "deprecated: true\n", **others) == AT_FULL


@needs_helm
def test_a_deprecated_chart_that_needs_it_changes_nothing(tmp_path: Path) -> None:
    umbrella = {"charts/umbrella/Chart.yaml": UMBRELLA + "deprecated: true\n" + DEPENDENCY}
    umbrella["charts/umbrella/templates/none.yaml"] = ""
    assert severities(tmp_path, "deprecated: true\n", **umbrella) == LOWERED


@needs_helm
@pytest.mark.parametrize(("folder", "alone"), [("old", LOWERED), ("examples", LOWERED), ("testdata", {})])
@pytest.mark.parametrize(
    ("path", "text"), [("apps/application.yaml", APPLICATION), ("helmfile.yaml", HELMFILE)], ids=["Argo CD", "helmfile"]
)
def test_a_chart_in_a_folder_that_nobody_deploys_from(
    folder: str, alone: dict[str, str], path: str, text: str, tmp_path: Path
) -> None:
    write(tmp_path, {**chart(f"{folder}/shop", UNTAGGED, IMAGE), ".git/HEAD": ""})
    assert found_in(tmp_path) == alone
    assert found_in(tmp_path / folder / "shop") == AT_FULL
    write(tmp_path, {path: text.replace("charts/shop", f"{folder}/shop")})
    assert found_in(tmp_path) == AT_FULL


def test_values_that_are_not_rendered(tmp_path: Path) -> None:
    files = {
        f"{SHOP}/Chart.yaml": CHART,
        f"{SHOP}/templates/web.yaml": "",
        f"{SHOP}/values.yaml": "image: acme/web:latest\n",
    }
    write(tmp_path, files)

    def found() -> set[str]:
        done = imagelint("--isolated", "--format=json", "--today=2026-11-24", ".", cwd=tmp_path, PATH="")
        return {finding["severity"] for finding in json.loads(done.stdout)["findings"]}

    before = found()
    write(tmp_path, {f"{SHOP}/Chart.yaml": CHART + "deprecated: true\n"})
    assert (before, found()) == ({"warning"}, {"info"})
