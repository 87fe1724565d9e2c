"""The GitLab component: valid for GitLab, and its script run as a runner would run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support import ROOT, read_yaml, run_tool

TEMPLATE = (ROOT / "templates/imagelint.yml").read_text(encoding="utf-8")
HEADER, BODY = TEMPLATE.split("---\n")
POD = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: web, image: nginx}]}}\n"


def job(**inputs: str) -> dict[str, Any]:
    """The job that GitLab makes of the component."""
    declared = read_yaml(HEADER)["spec"]["inputs"]
    values = {name: properties.get("default") for name, properties in declared.items()}
    values |= {name.replace("_", "-"): value for name, value in inputs.items()}
    body = re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda match: values[match[1]], BODY)
    found: dict[str, Any] = read_yaml(body)["imagelint"]
    return found


def run(job: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script in a folder, with a pip that only records its arguments."""
    pip = folder.parent / "bin/pip"
    pip.parent.mkdir(exist_ok=True)
    pip.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > pip.txt\n', encoding="utf-8")
    pip.chmod(0o755)
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=folder,
        env={
            **os.environ,
            **{name: variable["value"] for name, variable in job["variables"].items()},
            "PATH": os.pathsep.join([str(pip.parent), str(Path(sys.executable).parent), os.environ["PATH"]]),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    work = tmp_path / "work"
    for name in ("base", "a;touch owned", "$(touch owned)", "*"):
        (work / name).mkdir(parents=True)
        (work / name / "pod.yaml").write_text(POD, encoding="utf-8")
    return work


def test_the_job_fails_for_findings_and_leaves_its_report(folder: Path) -> None:
    made = job(package="imagelint==0.1.0", paths="base")
    done = run(made, folder)
    assert done.returncode == 1, done.stderr
    assert "base/pod.yaml" in done.stdout
    report = folder / made["artifacts"]["reports"]["codequality"]
    assert "missing-tag" in json.dumps(json.loads(report.read_text(encoding="utf-8")))
    assert (folder / "pip.txt").read_text(encoding="utf-8").splitlines()[-1] == "imagelint==0.1.0"


def test_a_clean_folder_passes(folder: Path) -> None:
    assert run(job(package="x", paths="base", fail_on="error"), folder).returncode == 0


@pytest.mark.parametrize("paths", ["$(touch owned)", "base;touch owned", "`touch owned`", "--exit-zero"])
def test_paths_are_not_run(folder: Path, paths: str) -> None:
    assert run(job(package="$(touch owned)", paths=paths), folder).returncode == 2
    assert not [*folder.rglob("owned")]


def test_paths_are_not_patterns(folder: Path) -> None:
    assert "base" not in run(job(package="x", paths="*"), folder).stdout


def test_gitlab_accepts_both_documents(tmp_path: Path) -> None:
    for name, text in (("header.yml", HEADER), ("body.yml", BODY)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        run_tool(
            "check-jsonschema",
            "--builtin-schema=vendor.gitlab-ci",
            "--data-transform=gitlab-ci",
            str(tmp_path / name),
        )
