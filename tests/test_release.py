"""What a release needs: workflows, packages, the man page, and one setting that fills owner and home."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

import home
import man_page
import packages
from support import ROOT, read_yaml, run_tool

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACME = home.Home("acme", "https://acme.example/imagelint/docs/")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_are_valid_and_safe(path: Path) -> None:
    run_tool("check-jsonschema", "--builtin-schema=vendor.github-workflows", str(path))
    run_tool("zizmor", "--offline", "--no-config", "--persona", "pedantic", str(path))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_targets_and_files_of_workflows_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"run: make ([a-z]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for file in re.findall(r"python (tools/\S+\.py)", text):
        assert (ROOT / file).exists(), file


def test_only_the_publishing_job_has_an_identity() -> None:
    jobs: dict[str, dict[str, Any]] = read_yaml((ROOT / ".github/workflows/release.yml").read_text())["jobs"]
    assert {name for name, job in jobs.items() if "id-token" in job["permissions"]} == {"publish"}
    steps = [step["uses"].partition("@")[0] for step in jobs["publish"]["steps"]]
    assert steps == ["actions/download-artifact", "pypa/gh-action-pypi-publish"]
    assert jobs["publish"]["environment"] == "pypi"


def test_dependabot_and_issue_forms_are_valid() -> None:
    run_tool("check-jsonschema", "--builtin-schema=vendor.dependabot", str(ROOT / ".github/dependabot.yml"))
    for form in ("wrong-finding", "defect"):
        body = read_yaml((ROOT / f".github/ISSUE_TEMPLATE/{form}.yml").read_text(encoding="utf-8"))["body"]
        assert any("imagelint --version" in field["attributes"].get("description", "") for field in body)
        assert len({field["id"] for field in body}) == len(body)


def test_one_setting_fills_owner_and_home() -> None:
    before = {name: (ROOT / name).read_text(encoding="utf-8") for name in home.PATHS}
    after = {name: home.filled(name, text, ACME) for name, text in before.items()}
    for name in home.PATHS:
        assert after[name] != before[name] or name == "docs/editors.md", name
        assert "URL_OF_THIS_REPOSITORY" not in after[name].replace("replace `URL_OF_THIS_REPOSITORY`", "")
        assert home.filled(name, after[name], ACME) == after[name]
    assert f'HOME = "{ACME.home}"' in after["linter/imagelint/linting/rule.py"]
    assert 'repo_url = "https://github.com/acme/imagelint"' in after["zensical.toml"]
    assert 'Source = "https://github.com/acme/imagelint"' in after["pyproject.toml"]


def test_without_an_owner_nothing_is_filled() -> None:
    assert home.read_home() == home.Home("", "")
    for name in home.PATHS:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert home.filled(name, text, home.Home("", "")) == text


def test_the_formula_has_the_archive_and_its_hash(tmp_path: Path) -> None:
    archive = tmp_path / f"imagelint-{packages.version()}.tar.gz"
    archive.write_bytes(b"archive")
    formula = packages.formula(archive, ACME)
    assert f'sha256 "{hashlib.sha256(b"archive").hexdigest()}"' in formula
    assert f"/acme/imagelint/releases/download/v{packages.version()}/{archive.name}" in formula
    (description,) = re.findall(r'desc "(.*)"', formula)
    assert 0 < len(description) <= 80
    assert formula.count("{") == formula.count("}")
    # Each block has an end: the class, two methods.
    opened = re.findall(r"^\s*(?:class|def|test do)\b", formula, re.MULTILINE)
    assert len(opened) == len(re.findall(r"^\s*end$", formula, re.MULTILINE))


def test_a_tag_is_compared_with_the_version() -> None:
    assert packages.main(["--is-version", f"v{packages.version()}"]) == 0
    assert packages.main(["--is-version", "v99.0.0"]) == 1
    assert packages.main([]) == 2


def test_the_man_page_is_made_from_the_commands() -> None:
    assert man_page.PAGE.read_text(encoding="utf-8") == man_page.page(), "run `make man`"
    text = man_page.page()
    assert text.startswith(".TH IMAGELINT 1 ")
    assert "\\-\\-unsafe\\-fixes" in text
    assert re.findall(r"^\.(?!TH|SH|TP|B)\S+", text, re.MULTILINE) == []


def test_the_wheel_runs_in_a_clean_environment_with_what_is_locked(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path)], cwd=ROOT, check=True)
    (wheel,), (archive,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as content:
        names = {re.sub(r"^imagelint-[\d.]+\.", "", name) for name in content.namelist()}
    assert {"dist-info/licenses/LICENSE", "dist-info/licenses/NOTICE"} <= names
    assert "data/data/share/man/man1/imagelint.1" in names
    with tarfile.open(archive) as content:
        files = {name.partition("/")[2] for name in content.getnames()}
    assert {"fuzz/run.py", "NOTICE", "man/imagelint.1", ".github/workflows/ci.yml"} <= files
    venv.create(tmp_path / "clean", with_pip=True)
    pip = [str(tmp_path / "clean/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", str(ROOT / "constraints.txt")], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    shutil.copytree(ROOT / "examples/broken", tmp_path / "manifests")
    command = [str(tmp_path / "clean/bin/imagelint"), "--format=json", "manifests"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["summary"]["errors"] > 10
