"""Charts from strangers: a copy takes what is in the tree, within bounds, and findings are at places in the chart."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from imagelint.sources.charts.markers import softened
from imagelint.sources.charts.prepare import ChartError, prepare
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: quay.io/ACME/app:1.4}]}\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree with a chart, beside a secret, with another one in the metadata of git."""
    path = tmp_path / "tree"
    (path / "shop/templates").mkdir(parents=True)
    (path / ".git").mkdir()
    for name in ("secret", "tree/.git/config"):
        (tmp_path / name).write_text("CANARY\n", encoding="utf-8")
    (path / "shop/Chart.yaml").write_text(CHART, encoding="utf-8")
    (path / "shop/templates/pod.yaml").write_text(POD, encoding="utf-8")
    return path


def rendered(tree: Path, text: str) -> str:
    """What is printed if helm renders the chart to a text."""
    helm = tree.parent / "bin" / "helm"
    helm.parent.mkdir()
    helm.write_text(f'#!/bin/sh\nif [ "$1" = version ]; then echo v3.17.2+g; exit; fi\nexec /bin/cat {helm}.out\n')
    helm.chmod(0o755)
    (tree.parent / "bin" / "helm.out").write_text(text, encoding="utf-8")
    done = imagelint("--no-cache", ".", cwd=tree, PATH=f"{helm.parent}{os.pathsep}{os.environ['PATH']}")
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "source",
    [
        "../../secret",
        "templates/../../../secret",
        "templates/../../.git/config",
        "/{root}/secret",
        "charts/../../../secret",
        "../.git/config",
        "values.yaml",
    ],
)
def test_a_template_that_prints_another_source_moves_no_finding(tree: Path, source: str) -> None:
    (tree / "shop/values.yaml").write_text("CANARY: {}\n", encoding="utf-8")
    text = f"---\n# Source: shop/templates/pod.yaml\n# Source: shop/{source.format(root=tree.parent)}\n{POD}"
    printed = rendered(tree, text)
    assert "--> shop/templates/pod.yaml:1:1" in printed
    assert "| C" not in printed


@pytest.mark.parametrize("mark", ["9" * 5000, "99", "-1", "1" * 12])
def test_a_template_that_prints_marks_costs_nothing(tree: Path, mark: str) -> None:
    printed = rendered(tree, f"# Source: shop/templates/pod.yaml\n# #zz{mark}zz\n{POD}")
    assert "error[invalid-image-reference]" in printed


@pytest.mark.parametrize("target", ["../.git", "../../.git", "../..", "../shop/templates/../../.git/config"])
def test_a_copy_has_no_metadata_of_git_and_nothing_from_elsewhere(tree: Path, target: str) -> None:
    (tree / "shop/link").symlink_to(target)
    (tree / ".git/Chart.yaml").write_text(CHART.replace("shop", "git"), encoding="utf-8")
    local = "dependencies: [{name: git, version: 1.0.0, repository: 'file://../.git'}]\n"
    (tree / "shop/Chart.yaml").write_text(CHART + local, encoding="utf-8")
    prepared = prepare(str(tree / "shop"), str(tree))
    assert b"CANARY\n" not in prepared.files.values()
    assert prepared.missing == ("git",)


def test_links_to_folders_with_links_to_folders_end(tree: Path) -> None:
    for number in range(28):
        (tree / f"shop/d{number}").mkdir()
        for name in "abc":
            (tree / f"shop/d{number}/{name}").symlink_to(f"../d{number + 1}")
    with pytest.raises(ChartError, match="more than 5000 files"):
        prepare(str(tree / "shop"), str(tree))


def test_many_archives_have_a_bound_together(tree: Path) -> None:
    (tree / "shop/charts").mkdir()
    (tree / "shop/charts/a0.tgz").write_bytes(gzip.compress(bytes(60 * 1024**2)))
    for number in range(1, 100):
        (tree / f"shop/charts/a{number}.tgz").symlink_to("a0.tgz")
    with pytest.raises(ChartError, match="64 MiB"):
        prepare(str(tree / "shop"), str(tree))


@pytest.mark.parametrize("unit", ['\\"', "`", '"', "'", "\\`", '"\\', "required ", "{"])
def test_templates_are_softened_in_linear_time(unit: str) -> None:
    """Quadratic time would take minutes."""
    action = "{{ " + unit * (9_990 // len(unit)) + "}}\n"
    softened(action * 300)


def test_values_that_lead_out_of_the_tree_hide_no_chart(tree: Path) -> None:
    (tree / "shop/values.yaml").symlink_to("../../secret")
    printed = rendered(tree, f"# Source: shop/templates/pod.yaml\n{POD}")
    assert "shop/templates/pod.yaml:1:1" in printed
    assert "error[invalid-image-reference]" in printed
