"""The hooks, run by the real pre-commit from a local repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = """apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: regcred, namespace: shop}
spec: {template: {type: kubernetes.io/dockerconfigjson}}
"""
POD = """apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  imagePullSecrets: [{name: regcred}]
  containers: [{name: web, image: "myregistry.azurecr.io/web:1.4"}]
"""
GIT = [
    "git",
    "-c",
    "user.name=test",
    "-c",
    "user.email=test@example.invalid",
    "-c",
    "core.hooksPath=/dev/null",
]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A home of its own: nothing of the developer's git or pre-commit takes part."""
    home = tmp_path_factory.mktemp("home")
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRE_COMMIT"))},
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def run(*command: str, cwd: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def git(*arguments: str, cwd: Path, environment: dict[str, str]) -> None:
    done = run(*GIT, *arguments, cwd=cwd, environment=environment)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Path:
    """A clone of the project in its current state, committed, for pre-commit to install from."""
    folder = tmp_path_factory.mktemp("hooks") / "imagelint"
    folder.mkdir()
    for name in ("linter", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    git("init", "--quiet", "--initial-branch=main", cwd=folder, environment=environment)
    git("add", "--all", cwd=folder, environment=environment)
    git("commit", "--quiet", "--message=hooks", cwd=folder, environment=environment)
    git("tag", "v0", cwd=folder, environment=environment)
    return folder


class Project:
    """A user's repository with one hook."""

    def __init__(self, folder: Path, hooks: Path, hook: str, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment
        self.write(
            ".pre-commit-config.yaml",
            f"repos:\n  - repo: file://{hooks}\n    rev: v0\n    hooks:\n      - id: {hook}\n",
        )
        self.git("init", "--quiet", "--initial-branch=main")

    def write(self, name: str, text: str, *, add: bool = True) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")
        if add and (self.folder / ".git").exists():
            self.git("add", name)

    def git(self, *arguments: str) -> None:
        git(*arguments, cwd=self.folder, environment=self._environment)

    def commit(self) -> None:
        self.git("add", ".pre-commit-config.yaml")
        self.git("commit", "--quiet", "--message=x")

    def hook(self) -> tuple[int, str]:
        done = run(sys.executable, "-m", "pre_commit", "run", cwd=self.folder, environment=self._environment)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(params=["imagelint", "imagelint-files"])
def project(
    request: pytest.FixtureRequest, tmp_path: Path, hook_repository: Path, environment: dict[str, str]
) -> Project:
    return Project(tmp_path, hook_repository, str(request.param), environment)


def test_a_commit_of_the_pod_alone_knows_the_secret_beside_it(project: Project) -> None:
    project.write("secret.yaml", SECRET)
    project.commit()
    project.write("pod.yaml", POD)
    status, output = project.hook()
    assert status == 0, output


def test_an_untracked_secret_does_not_hide_the_defect(project: Project) -> None:
    project.write("secret.yaml", SECRET, add=False)
    project.write("pod.yaml", POD)
    status, output = project.hook()
    assert status == 1, output
    assert "pull-secret-undefined" in output


def test_first_and_later_commits_are_judged(project: Project) -> None:
    project.write("secret.yaml", SECRET)
    project.write("pod.yaml", POD)
    status, output = project.hook()
    assert status == 0, output
    project.commit()
    project.write("pod.yaml", POD.replace("regcred", "regcert"))
    status, output = project.hook()
    assert status == 1, output
    assert "regcert" in output


def test_only_what_is_staged_of_a_file_is_judged(project: Project) -> None:
    project.write("secret.yaml", SECRET)
    project.write("pod.yaml", POD.replace(":1.4", ":1.5"))
    project.write("pod.yaml", POD.replace(":1.4", ":"), add=False)
    status, output = project.hook()
    assert status == 0, output
    project.write("pod.yaml", POD.replace(":1.4", ":"))
    project.write("pod.yaml", POD, add=False)
    status, output = project.hook()
    assert status == 1, output
    assert "invalid-image-reference" in output


def test_files_are_judged_together_if_their_names_fill_several_command_lines(project: Project) -> None:
    folder = "/".join(["long-name-" * 20] * 3)
    (project.folder / folder).mkdir(parents=True)
    for n in range(300):
        project.write(f"{folder}/{n:03}.yaml", POD.replace("name: web, n", f"name: web-{n}, n"), add=False)
    project.write("secret.yaml", SECRET, add=False)
    project.git("add", "--all")
    status, output = project.hook()
    assert status == 0, output
    project.git("rm", "--quiet", "--force", "secret.yaml")
    status, output = project.hook()
    assert status == 1
    # One cause is reported once for each command line, with ten of its places and a count of the others.
    assert "[pull-secret-undefined]" in output
    assert re.search(r"and 2[0-9]{2} more", output), output


@pytest.mark.parametrize("project", ["imagelint"], indirect=True)
def test_a_commit_that_only_deletes_the_secret_fails(project: Project) -> None:
    project.write("secret.yaml", SECRET)
    project.write("pod.yaml", POD)
    project.commit()
    project.git("rm", "--quiet", "secret.yaml")
    status, output = project.hook()
    assert status == 1, output
    assert "pull-secret-undefined" in output


@pytest.mark.parametrize("project", ["imagelint-files"], indirect=True)
def test_a_commit_without_manifests_is_skipped(project: Project) -> None:
    project.write("notes.txt", "nothing to lint")
    status, output = project.hook()
    assert status == 0
    assert "Skipped" in output


@pytest.mark.parametrize("project", ["imagelint"], indirect=True)
def test_a_repository_without_manifests_fails(project: Project) -> None:
    project.write("notes.txt", "nothing to lint")
    status, output = project.hook()
    assert status == 1, output
    assert "no Kubernetes object was read, and --require-manifests requires one" in output


CLEAN = "COUNT: int = 1\n"


@pytest.fixture
def own_hooks(tmp_path: Path, environment: dict[str, str]) -> Callable[[str], dict[str, str]]:
    """Runs the hooks of this project itself on a file: the result by hook."""
    for name in (".pre-commit-config.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for folder in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]["files"]:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}_clean.py").write_text(f'"""Clean."""\n\n{CLEAN}', encoding="utf-8")
    git("init", "--quiet", "--initial-branch=main", cwd=tmp_path, environment=environment)
    git("add", "--all", ":!.venv", cwd=tmp_path, environment=environment)

    def results(text: str) -> dict[str, str]:
        (tmp_path / "linter/changed.py").write_text(f'"""Changed."""\n\n{text}', encoding="utf-8")
        git("add", "linter/changed.py", cwd=tmp_path, environment=environment)
        done = run(sys.executable, "-m", "pre_commit", "run", cwd=tmp_path, environment=environment)
        return dict(re.findall(r"^(\w+(?: \w+)?)\.{3,}.*?(Passed|Failed|Skipped)$", done.stdout, re.MULTILINE))

    return results


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        (CLEAN, set[str]()),
        (f"import os\n\n{CLEAN}", {"ruff check"}),
        ("COUNT: int  =  1\n", {"ruff format"}),
        ('COUNT: int = "one"\n', {"mypy"}),
    ],
    ids=str,
)
def test_own_hooks_refuse_what_make_refuses(
    text: str, failed: set[str], own_hooks: Callable[[str], dict[str, str]]
) -> None:
    hooks = {"ruff check", "ruff format", "mypy"}
    assert own_hooks(text) == {hook: "Failed" if hook in failed else "Passed" for hook in hooks}
