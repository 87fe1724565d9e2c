"""The GitHub Action: each of its steps, run as a runner would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from support import ROOT, read_yaml, run_tool

ACTION: dict[str, Any] = read_yaml((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, LINT = ACTION["runs"]["steps"]
POD = """apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "docker.io/library/nginx:latest"}]}
"""
HOSTILE = [
    "with a space",
    "it's",
    'say "hello"',
    "$(touch owned)",
    "`touch owned`",
    "a; touch owned",
    "*",
    "-q",
    "${{ x }}",
]


class Done(NamedTuple):
    """A step that ended, with what it left in the files of the runner."""

    status: int
    log: str
    outputs: list[str]
    summary: str


class Runner:
    """A checked-out repository in a work folder, and a temporary folder for the steps."""

    def __init__(self, temporary: Path, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        self._temporary = temporary
        self._files = {name: folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}

    def write(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def run(self, step: dict[str, Any], **inputs: str) -> Done:
        script = self.folder.parent / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        for file in self._files.values():
            file.write_text("", encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.folder,
            env=self._environment(step, inputs),
            capture_output=True,
            text=True,
            check=False,
        )
        outputs, summary = (file.read_text(encoding="utf-8") for file in self._files.values())
        return Done(done.returncode, done.stdout + done.stderr, outputs.splitlines(), summary)

    def _environment(self, step: dict[str, Any], inputs: dict[str, str]) -> dict[str, str]:
        defaults = {name: declared["default"] for name, declared in ACTION["inputs"].items()}
        given = defaults | {name.replace("_", "-"): value for name, value in inputs.items()}
        contexts = {"github.action_path": str(ROOT)} | {f"inputs.{name}": value for name, value in given.items()}
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "PYTHON"))},
            **{name: str(file) for name, file in self._files.items()},
            **{name: contexts[value.removeprefix("${{ ").removesuffix(" }}")] for name, value in step["env"].items()},
            "RUNNER_TEMP": str(self._temporary),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's temporary folder after the first step, which a module of the repository tried to disturb."""
    temporary = tmp_path_factory.mktemp("runner")
    runner = Runner(temporary, tmp_path_factory.mktemp("first"))
    runner.write("pip.py", "raise SystemExit('a module of the repository was run')")
    done = runner.run(INSTALL)
    assert done.status == 0, done.log
    return temporary


@pytest.fixture
def runner(installed: Path, tmp_path: Path) -> Runner:
    return Runner(installed, tmp_path)


def test_one_run_annotates_and_writes_the_report_and_the_summary(runner: Runner) -> None:
    runner.write("manifests/pod.yaml", POD)
    done = runner.run(LINT)
    assert done.status == 1
    assert "latest-tag" in done.log
    assert done.outputs == ["sarif-file=imagelint.sarif", "exit-code=1"]
    assert "latest-tag" in json.dumps(json.loads((runner.folder / "imagelint.sarif").read_text(encoding="utf-8")))
    assert "latest-tag" in done.summary


def test_every_input_reaches_the_tool(runner: Runner) -> None:
    runner.write("pod.yaml", POD)
    runner.write("strict.yaml", "rules: {digest-required: error}\n")
    assert runner.run(LINT, fail_on="error").status == 0
    assert "digest-required" in runner.run(LINT, config="strict.yaml").log
    assert "latest-tag" not in runner.run(LINT, args="--ignore\nlatest-tag\n").log
    assert runner.run(LINT, sarif_file="other.sarif").outputs[0] == "sarif-file=other.sarif"
    assert (runner.folder / "other.sarif").exists()


def test_wrong_usage_fails_with_a_message(runner: Runner) -> None:
    done = runner.run(LINT, paths="absent")
    assert (done.status, done.outputs, done.summary) == (2, ["sarif-file=", "exit-code=2"], "")
    assert "absent" in done.log


def test_hostile_paths_are_paths(runner: Runner) -> None:
    for name in HOSTILE:
        runner.write(f"{name}/pod.yaml", POD)
    done = runner.run(LINT, paths="\n".join(["", *HOSTILE, ""]))
    assert done.status == 1
    assert [name for name in HOSTILE if f"{name}/pod.yaml" not in done.log] == []
    assert not [*runner.folder.rglob("owned")]


@pytest.mark.parametrize("name", ["paths", "fail_on", "config", "sarif_file", "args"])
@pytest.mark.parametrize("value", ["$(touch owned)", '"; touch owned; "', "x\nexit-code=0"])
def test_no_input_is_run_or_makes_an_output(runner: Runner, name: str, value: str) -> None:
    runner.write("pod.yaml", POD)
    done = runner.run(LINT, **{name: value})
    assert done.status > 0
    assert [line.partition("=")[0] for line in done.outputs] == ["sarif-file", "exit-code"]
    assert done.outputs[1] == f"exit-code={done.status}"
    assert not [*runner.folder.rglob("owned")]


def test_modules_of_the_repository_are_not_imported(runner: Runner) -> None:
    runner.write("pod.yaml", POD)
    for module in ("click", "imagelint", "json"):
        runner.write(f"{module}.py", "raise SystemExit('a module of the repository was run')")
    assert "a module of the repository" not in runner.run(LINT).log


def test_outputs_are_those_of_the_step() -> None:
    values = [output["value"] for output in ACTION["outputs"].values()]
    assert values == [f"${{{{ steps.{LINT['id']}.outputs.{name} }}}}" for name in ACTION["outputs"]]


def test_linters_accept_it() -> None:
    run_tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", str(ROOT / "action.yml"))
    run_tool("zizmor", "--offline", "--no-config", "--persona", "pedantic", str(ROOT / "action.yml"))
    for step in (INSTALL, LINT):
        run_tool("shellcheck", "--shell=bash", "-", text=step["run"])
