"""What standard error has in addition to findings: what was read and why not, how long it took; and completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: "quay.io/acme/app:1"}]
"""
FILES = {
    ".git/HEAD": "",
    ".gitignore": "ignored/\n*.png\n",
    ".imagelint.yaml": "exclude: [vendor/]",
    "ignored/pod.yaml": POD,
    "vendor/pod.yaml": POD,
    "node_modules/pod.yaml": POD,
    "venv/pyvenv.cfg": "home = /usr/bin\n",
    "venv/pod.yaml": POD,
    "picture.png": "",
    "chart/Chart.yaml": "name: x\n",
    "chart/templates/pod.yaml": "{{ .Values.x }}",
    "chart/values.yaml": "a: 1",
    "pods.yaml": f"{POD}---\na: 1\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n",
    "kustomization.yaml": "resources: [other/pod.yaml]\nconfigMapGenerator: [{name: a, files: [gone.json]}]\n",
    "site/templates/pod.yaml": f"{POD}---\nkind: Pod\napiVersion: v1\n{{{{- if .x }}}}\n",
    "site/broken.yaml": "kind: Pod\napiVersion: v1\nspec: [",
    "other/.imagelint.yaml": "",
    "other/pod.yaml": POD,
    "around/pod.yaml": POD,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A work tree with something of every kind that a walk leaves out."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_verbose_prints_what_was_read_and_what_was_not(folder: Path) -> None:
    done = imagelint(".", "--verbose", "--format=concise", cwd=folder)
    assert done.stdout.startswith("site/broken.yaml:3:8: error[syntax-error]")
    for line in (
        "configuration for .: .imagelint.yaml",
        "skipped: .git: a folder of tools",
        "skipped: ignored: ignored by git",
        "skipped: node_modules: a folder of tools",
        "skipped: venv: a cache or an environment",
        "skipped: vendor/pod.yaml: excluded by the configuration",
        "skipped: chart/templates/pod.yaml: templates of the chart chart",
        "read: pods.yaml: 2 objects",
        "read: kustomization.yaml: a kustomization",
        "built: .: 2 objects of 2 files",
        "not built: kustomization.yaml:2: `gone.json` does not exist",
        "read: site/templates/pod.yaml: 1 object, and unrendered templates, which are not linted",
        "read: site/broken.yaml: 0 objects, and syntax errors",
        "not parsed: pods.yaml:7: not a Kubernetes object",
        "not parsed: pods.yaml:9: CustomResourceDefinition without pods",
    ):
        assert line in done.stderr.splitlines()
    assert "picture.png" not in done.stderr


def test_verbose_prints_the_configuration_of_each_input(folder: Path) -> None:
    arguments = ("other", "pods.yaml", "-", "--stdin-filename=../x.yaml", "--context=around", "--verbose")
    done = imagelint(*arguments, cwd=folder, text=f"---\na: 1\n---\n{POD}")
    lines = done.stderr.splitlines()
    assert "configuration for other: other/.imagelint.yaml" in lines
    assert "configuration for pods.yaml: .imagelint.yaml" in lines
    assert "configuration for ../x.yaml: none" in lines
    assert "not parsed: ../x.yaml:1: not a Kubernetes object" in lines
    assert "read as context: around/pod.yaml: 1 object" in lines


def test_verbose_and_quiet_exclude_each_other(folder: Path) -> None:
    done = imagelint(".", "--verbose", "--quiet", cwd=folder)
    assert (done.returncode, "--quiet and --verbose cannot be combined" in done.stderr) == (2, True)


def test_timing_lists_every_stage_and_rule(folder: Path) -> None:
    done = imagelint("pods.yaml", "--timing", "--quiet", cwd=folder)
    assert done.stdout == ""
    lines = [line.split(maxsplit=2) for line in done.stderr.splitlines()]
    assert all(unit == "ms" and float(number) >= 0 for number, unit, _ in lines)
    names = [name for _, _, name in lines]
    stages = ["configuration", "discover", "read and extract", "link and suppress", "rules", "report"]
    assert [name for name in names if name in stages] == stages
    assert "latest-tag" in names[names.index("rules") : names.index("report")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("explain latest", ["plain,latest-tag"]),
        ("--select latest", ["plain,latest-tag"]),
        ("pods.yaml --ignore missing-tag,latest", ["plain,missing-tag,latest-tag"]),
        ("--prof", ["plain,--profile"]),
        ("check --profile ce", ["plain,certain"]),
        ("config s", ["plain,schema", "plain,show"]),
        ("kn", ["file,kn", "plain,knowledge"]),
        ("pods", ["file,pods"]),
        ("pods.yaml o", ["file,o"]),
        ("--config o", ["file,o"]),
    ],
)
def test_shells_complete_commands_options_rules_and_paths(folder: Path, words: str, expected: list[str]) -> None:
    done = imagelint(
        cwd=folder,
        _IMAGELINT_COMPLETE="bash_complete",
        COMP_WORDS=f"imagelint {words}",
        COMP_CWORD=str(len(words.split())),
    )
    assert done.stdout.splitlines() == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_get_their_script(folder: Path, shell: str) -> None:
    done = imagelint(cwd=folder, _IMAGELINT_COMPLETE=f"{shell}_source")
    assert "_IMAGELINT_COMPLETE" in done.stdout
