"""Pods and images in ConfigMaps that kustomize generates are read where they are written: in files and literals."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

GONE = "bitnami/redis:7"
POD = f"# An agent.\napiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n    - image: {GONE}\n"
FRAGMENT = f"spec:\n  initContainers: []\n  containers:\n    - name: a\n      image: {GONE}\n"
RUNNER = f'[[runners]]\n  [runners.kubernetes]\n    image = "{GONE}"\n'
SECRET_SETTINGS = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"


def report(folder: Path, kustomization: str, files: dict[str, str]) -> list[tuple[str, str, str, int]]:
    """The rule, the confidence and the place of each finding."""
    for name, text in {**files, "kustomization.yaml": kustomization}.items():
        (folder / name).write_text(text)
    done = imagelint("--isolated", "--today=2026-11-26", "--format=json", ".", cwd=folder)
    findings = json.loads(done.stdout)["findings"]
    return [(one["rule"], one["confidence"], one["path"], one["line"]) for one in findings]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("pod.yaml", POD, 7),
        ("pod.txt", POD.replace("\n", "\r\n"), 7),
        ("template.tpl", FRAGMENT, 5),
        ("config.toml", RUNNER, 3),
        ("pod.json", json.dumps({"spec": {"containers": [{"name": "a", "image": GONE}]}}, indent=1), 6),
        ("two.yaml", f"{SECRET_SETTINGS}---\n{POD}", 11),
    ],
)
@pytest.mark.parametrize("key", ["", "agent="])
def test_a_file_with_pods(tmp_path: Path, name: str, text: str, line: int, key: str) -> None:
    kustomization = f"configMapGenerator: [{{name: agents, files: ['{key}{name}']}}]\n"
    assert report(tmp_path, kustomization, {name: text}) == [("dead-image", "likely", name, line)]


def test_a_literal(tmp_path: Path) -> None:
    literals = (
        f"- worker-image=docker.io/{GONE}\n      - 'pod={{spec: {{containers: [{{name: a, image: {GONE}}}]}}}}'\n"
    )
    kustomization = f"configMapGenerator:\n  - name: agents\n    literals:\n      {literals}"
    expected = [("dead-image", "likely", "kustomization.yaml", line) for line in (4, 5)]
    assert report(tmp_path, kustomization, {}) == expected


SETTINGS = f"# Of the agents.\nlevel=info\n  worker-image=docker.io/{GONE}\n"


GENERATED = "configMapGenerator: [{name: agents, envs: [agents.env]}]\n"
REPLACED = (
    "replacements:\n  - source: {kind: ConfigMap, name: agents, fieldPath: data.worker-image}\n"
    "    targets: [{select: {kind: Pod}, fieldPaths: [spec.containers.0.image]}]\n"
)


def test_a_line_of_a_file_with_variables(tmp_path: Path) -> None:
    assert report(tmp_path, GENERATED, {"agents.env": SETTINGS}) == [("dead-image", "likely", "agents.env", 3)]


def test_a_variable_that_becomes_an_image(tmp_path: Path) -> None:
    kustomization = f"resources: [web.yaml]\n{GENERATED}{REPLACED}"
    files = {"agents.env": SETTINGS, "web.yaml": POD}
    expected = [("dead-image", "certain", "agents.env", 3)]
    assert report(tmp_path, kustomization, files) == expected
    (tmp_path / "base").mkdir()
    (tmp_path / "base/agents.env").write_text(SETTINGS)
    (tmp_path / "base/kustomization.yaml").write_text(GENERATED)
    expected = [("dead-image", "certain", "base/agents.env", 3)]
    assert report(tmp_path, f"resources: [base, web.yaml]\n{REPLACED}", {"web.yaml": POD}) == expected


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("configMapGenerator: [{name: a, files: [values.yaml=a.txt]}]", POD),
        ("configMapGenerator: [{name: a, files: [a.txt]}]", POD.replace(GONE, "${IMAGE}")),
        ("configMapGenerator: [{name: a, files: [a.txt]}]", POD.replace("image:", "command:")),
        ("configMapGenerator: [{name: a, files: [a.txt]}]", POD.replace(GONE, f"{GONE}\0\xff")),
        ("configMapGenerator: [{name: a, envs: [a.txt]}]", f"IMAGES=1\nlevel={GONE}\n# image=docker.io/{GONE}\n"),
        ("secretGenerator: [{name: a, files: [a.txt]}]", POD),
        ("secretGenerator: [{name: a, literals: ['image=docker.io/bitnami/redis:7']}]", ""),
    ],
)
def test_what_holds_no_pod_of_a_config_map(tmp_path: Path, entry: str, text: str) -> None:
    assert report(tmp_path, f"{entry}\n", {"a.txt": text}) == []


def test_what_is_written_in_a_config_map_is_found_once(tmp_path: Path) -> None:
    written = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  image: docker.io/{GONE}\n"
    kustomization = "resources: [a.yaml]\nnamePrefix: x-\n"
    assert report(tmp_path, kustomization, {"a.yaml": written}) == [("dead-image", "likely", "a.yaml", 5)]
