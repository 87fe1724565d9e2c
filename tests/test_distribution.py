"""What is handed out: the wheel, the source archive, and the container image."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

from imagelint.kubelet.reference import parse_reference
from support import ROOT, run_tool

_PINNED = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)
CONSTRAINTS = dict(_PINNED.findall((ROOT / "constraints.txt").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    return folder


def test_the_wheel_holds_two_packages_and_both_commands(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        entry_points = wheel.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    assert {name.partition("/")[0].partition("-")[0] for name in names if ".data/" not in name} == {
        "imagelint",
        "imagelint_rules",
    }
    assert {"imagelint/py.typed", "imagelint/schemas/config.schema.json"} <= set(names)
    assert re.findall(r"^(\S+) = ", entry_points, re.MULTILINE) == [
        "imagelint",
        "kubectl-imagelint",
        "kubectl_complete-imagelint",
    ]


def test_the_plugin_of_kubectl_is_called_by_its_name(tmp_path: Path) -> None:
    plugin = Path(sys.executable).parent / "kubectl-imagelint"
    shown = subprocess.run([plugin, "check", "--unknown"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (shown.returncode, "Usage: kubectl imagelint check " in shown.stderr) == (2, True)


def test_the_source_archive_can_be_tested(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "Makefile", "action.yml", "constraints.txt", "tests/support.py", "docs/index.md"} <= names


def test_constraints_hold_all_that_is_installed_and_no_more() -> None:
    needed, pending = set[str](), {"imagelint"}
    while pending:
        name = pending.pop()
        for requirement in distribution(name).requires or ():
            dependency = re.split(r"[^A-Za-z0-9._-]", requirement)[0]
            if "extra ==" not in requirement and dependency not in needed:
                needed.add(dependency)
                pending.add(dependency)
    assert {_normal(name) for name in CONSTRAINTS} == {_normal(name) for name in needed}


def test_hadolint_accepts_the_dockerfile() -> None:
    run_tool("hadolint", str(ROOT / "Dockerfile"))


@pytest.mark.parametrize("path", ["Dockerfile", "templates/imagelint.yml"])
def test_images_are_pinned_as_the_rules_ask(path: str) -> None:
    images = re.findall(r"docker\.io/\S+", (ROOT / path).read_text(encoding="utf-8"))
    assert images
    for image in images:
        reference = parse_reference(image)
        assert reference.tag
        assert reference.digest


def test_the_build_context_is_enough_for_a_wheel(tmp_path: Path) -> None:
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        source = ROOT / line.removeprefix("!")
        if line.startswith("!"):
            (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / source.name)
    assert (tmp_path / "constraints.txt").exists()
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel"], cwd=tmp_path, check=True)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
