"""The recipes of CONTRIBUTING.md, each followed in a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from manual import fences
from support import ROOT, clean_environment

if TYPE_CHECKING:
    from pathlib import Path

LINES = {fence.title: fence.text for fence in fences((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), "json")}
PODS = """apiVersion: vault.acme.example/v1
kind: TeamSecret
metadata: {name: vault}
spec: {secretName: regcred, type: kubernetes.io/dockerconfigjson}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: quay.io/acme/web}]
  imagePullSecrets: [{name: regcred}]
---
apiVersion: apps.acme.example/v1
kind: WebApp
metadata: {name: shop}
spec:
  runtime: {image: quay.io/acme/shop}
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("linter", "rules", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    (tmp_path / "pods.yaml").write_text(PODS, encoding="utf-8")
    return tmp_path


def run(copy: Path, *command: str) -> str:
    path = os.pathsep.join(str(copy / folder) for folder in ("linter", "rules"))
    environment = {**clean_environment(), "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


def lint(copy: Path, *options: str) -> str:
    return run(copy, "-m", "imagelint", "pods.yaml", *(options or ["--format=concise"]))


def insert(path: Path, after: str, line: str) -> None:
    """Add one line to a file, after the first one that matches."""
    before = path.read_text(encoding="utf-8")
    after = re.sub(rf"(?m)^{after}\n", lambda match: f"{match[0]}{line}\n", before, count=1)
    assert after.count("\n") == before.count("\n") + 1
    path.write_text(after, encoding="utf-8")


def test_a_rule_is_one_new_file_and_one_line(copy: Path) -> None:
    rules = copy / "rules/imagelint_rules"
    text = (rules / "missing_tag.py").read_text(encoding="utf-8")
    (rules / "our_rule.py").write_text(text.replace("missing-tag", "our-rule"), encoding="utf-8")
    insert(rules / "__init__.py", r"_MODULES = \(", '    "our_rule",')
    found = lint(copy, "--format=concise", "--select=our-rule,missing-tag")
    assert found.count("[our-rule]") == found.count("[missing-tag]") > 0
    run(copy, "tools/rule_pages.py")
    assert (copy / "docs/rules/our-rule.md").read_text(encoding="utf-8").startswith("# our-rule\n")
    assert "[`our-rule`](our-rule.md)" in (copy / "docs/rules/index.md").read_text(encoding="utf-8")


def test_a_format_is_one_new_module_and_one_line(copy: Path) -> None:
    reporting = copy / "linter/imagelint/reporting"
    shutil.copy(reporting / "statistics.py", reporting / "counts.py")
    insert(reporting / "__init__.py", r"FORMATS = \{", '    "counts": "counts",')
    assert re.search(r"^ +1  \w+ +missing-tag$", lint(copy, "--format=counts"), re.MULTILINE)


def test_a_producer_of_secrets_is_one_line(copy: Path) -> None:
    name = "linter/imagelint/data/secret_producers.json"
    assert "[pull-secret-undefined]" in lint(copy)
    insert(copy / name, r"\[", f"{LINES[name].rstrip()},")
    assert "[pull-secret-undefined]" not in lint(copy)


def test_a_custom_kind_is_one_line(copy: Path) -> None:
    name = "linter/imagelint/data/custom_kinds.json"
    path = copy / "pods.yaml"
    path.write_text(PODS.replace("image: quay.io/acme/shop}", "image: 'quay.io/acme/shop:'}"), "utf-8")
    assert "[invalid-image-reference]" not in lint(copy)
    insert(copy / name, r"\[", f"{LINES[name].rstrip()},")
    assert "pods.yaml:17:20: error[invalid-image-reference]" in lint(copy)


def test_a_kind_with_values_is_one_line(copy: Path) -> None:
    name = "linter/imagelint/data/chart_values.json"
    release = (
        "apiVersion: apps.acme.example/v1\nkind: Release\nmetadata: {name: a}\nspec: {values: {image: {tag: 1.10}}}\n"
    )
    (copy / "pods.yaml").write_text(release, encoding="utf-8")
    assert "[number-as-tag]" not in lint(copy)
    insert(copy / name, r"\[", f"{LINES[name].rstrip()},")
    assert "pods.yaml:4:30: warning[number-as-tag]" in lint(copy)
