"""Microsoft's validator, with GitHub's own rules, accepts the SARIF of every case: `make sarif`.

It is a download of 100 MB for Linux, and so no part of the suite.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from imagelint.linting.rule import HOME
from support import ROOT, imagelint

if TYPE_CHECKING:
    from pathlib import Path

MULTITOOL = ROOT / ".venv/sarif/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
SOURCES = sorted(path for path in [*(ROOT / "tests/cases").iterdir(), *(ROOT / "examples").iterdir()] if path.is_dir())
OWN_RULE = "custom-rules: [{name: only-ours, message: ours only, schema: {properties: {registry: {const: a.example}}}}]"
HOSTILE = """apiVersion: v1
kind: Pod
metadata: {name: "a](http://evil.example)"}
spec:
  imagePullSecrets: [{name: "[x](1)\\n{0}"}]
  containers:
    - {name: "é 😀", image: https://quay.io/acme/a:1}
    - {name: b, image: quay.io/acme/b:latest}  # imagelint: ignore[latest-tag] as agreed
"""

# It asks for the address of the tool, which there is once the manual has a published home.
_WITHOUT_HOME = frozenset[str]() if HOME else frozenset({"SARIF2005"})


def problems(*reports: Path, log: Path) -> list[str]:
    """What the validator says of some files. It always exits with 0, so that its log has to be read."""
    subprocess.run(
        [MULTITOOL, "validate", *reports, "--rule-kind", "Sarif;Ghas", "--quiet", "true", "--output", log],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        check=True,
    )
    runs = json.loads(log.read_text(encoding="utf-8-sig"))["runs"]
    assert all(invocation["executionSuccessful"] for run in runs for invocation in run["invocations"])
    return [
        f"{result['ruleId']} {result['message'].get('arguments')}"
        for run in runs
        for result in run["results"]
        if result.get("level", "warning") in {"error", "warning"} and result["ruleId"] not in _WITHOUT_HOME
    ]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "a b#é"
    folder.mkdir()
    (folder / "pod.yaml").write_text(HOSTILE, encoding="utf-8")
    (folder / ".imagelint.yaml").write_text(OWN_RULE, encoding="utf-8")
    return folder


def test_every_case_is_accepted(tmp_path: Path) -> None:
    reports: list[Path] = []
    for source in SOURCES:
        reports.append(tmp_path / f"{source.name}.sarif")
        imagelint(".", "--format=sarif", "--output", str(reports[-1]), cwd=source)
    assert problems(*reports, log=tmp_path / "log") == []


def test_own_rules_suppressions_fixes_and_hostile_names_are_accepted(repository: Path, tmp_path: Path) -> None:
    report, piped = tmp_path / "report.sarif", tmp_path / "piped.sarif"
    imagelint(".", "--format=sarif", "--output", str(report), cwd=repository)
    imagelint("-", "--format=sarif", "--output", str(piped), cwd=repository, text=HOSTILE)
    text = report.read_text(encoding="utf-8")
    assert all(part in text for part in ('"only-ours"', '"suppressions": [\n', '"fixes"', "a%20b%23%C3%A9/pod.yaml"))
    assert problems(report, piped, log=tmp_path / "log") == []


def test_the_validator_finds_what_is_wrong(repository: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.sarif"
    imagelint(".", "--format=sarif", "--output", str(report), cwd=repository)
    text = report.read_text(encoding="utf-8")
    report.write_text(text.replace('"fullDescription"', '"fullDescriptions"').replace("a%20b", "a b"), encoding="utf-8")
    assert problems(report, log=tmp_path / "log")
