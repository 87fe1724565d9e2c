"""Every format holds the same findings in the same order, and is what its schema demands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from formats import Found, read_back, validate
from imagelint.cli import cli
from imagelint.reporting import FORMATS
from imagelint.reporting.report_paths import RepositoryPaths
from support import ROOT, imagelint

if TYPE_CHECKING:
    from pathlib import Path

CASES = sorted(path for path in (ROOT / "tests/cases").iterdir() if path.is_dir())
# They name a file by its path in the repository.
IN_REPOSITORY = {"sarif", "gitlab"}


def reports(folder: Path, to: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The report on `manifests` in each format, all of one run."""
    monkeypatch.chdir(folder)
    options = [part for name in FORMATS for part in ("--format", name, "--output", str(to / name))]
    cli.main(["manifests", "--quiet", *options], standalone_mode=False)
    return {name: (to / name).read_text(encoding="utf-8") for name in FORMATS}


def expected(report: str, format_: str) -> list[Found]:
    """The findings of the JSON report as another format has them."""
    findings = json.loads(report)["findings"]
    if format_ in {"github", "junit", "markdown"}:  # they name the other places of a cause in its text
        numbers = [one["group"] for one in findings]
        findings = [findings[numbers.index(number)] for number in dict.fromkeys(numbers)]
    if format_ == "github":  # the worst first, and those beyond the tenth of a level last
        levels = [[one for one in findings if one["severity"] == level] for level in ("error", "warning", "info")]
        findings = [one for level in levels for one in level[:10]] + [one for level in levels for one in level[10:]]
    path_of = RepositoryPaths() if format_ in IN_REPOSITORY else str
    return [
        Found(path_of(one["path"]), one["line"], None if format_ == "gitlab" else one["column"], one["rule"])
        for one in findings
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_format_reports_the_same(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_format = reports(case, tmp_path, monkeypatch)
    for format_, report in by_format.items():
        validate(format_, report)
        reported, due = read_back(format_, report), expected(by_format["json"], format_)
        if format_ in {"text", "html"}:  # one cause is reported once, with all its places; the worst image first
            reported, due = sorted(reported), sorted(due)
        assert reported == due, format_


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_found(format_: str, tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: quay.io/acme/a:1}]\n",
        encoding="utf-8",
    )
    done = imagelint("pod.yaml", f"--format={format_}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    validate(format_, done.stdout)
    assert read_back(format_, done.stdout) == []
    if format_ == "gitlab":
        assert done.stdout == "[]\n"
    if format_ == "junit":  # a file without a test counts as broken
        assert '<testcase name="no findings"' in done.stdout


@pytest.mark.parametrize("format_", FORMATS)
def test_the_exit_status_is_the_same(format_: str, tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: UPPER}]\n"
    done = imagelint("-", f"--format={format_}", cwd=tmp_path, text=text)
    assert done.returncode == 1, done.stderr
    validate(format_, done.stdout)
    assert read_back(format_, done.stdout) == [
        Found("<stdin>", 5, None if format_ == "gitlab" else 33, "invalid-image-reference")
    ]


def test_an_info_fails_no_test_of_junit(tmp_path: Path) -> None:
    containers = "[{name: a, image: 'k8s.gcr.io/pause:3.9'}]"
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: {containers}}}\n"
    report = imagelint("-", "--format=junit", "--today=2026-11-24", cwd=tmp_path, text=text).stdout
    assert '<testsuites name="imagelint" tests="1" failures="0" errors="0">' in report
    assert "<system-out>registry `k8s.gcr.io` is frozen" in report


def test_markdown_has_all_that_is_needed(tmp_path: Path) -> None:
    text = """apiVersion: v1
kind: Pod
metadata: {name: a*b}
spec:
  imagePullSecrets: [{name: none}]
  containers: [{name: a, image: "acme.azurecr.io/app:1"}]
"""
    report = imagelint("-", "--format=markdown", cwd=tmp_path, text=text).stdout
    assert (
        report
        == """## imagelint

1 workload may not start: 1 warning in 1 file (1 file and 1 object read)

### `<stdin>`

- ⚠️ warning `pull-secret-undefined` in line 5, column 29:
  pull secret `none` of Pod a\\*b is not defined in its namespace (not stated in any file): no input file creates it
  (Pod a\\*b; predicts `ErrImagePull`; `<stdin>:6` the image that it is for)

  ```
  kubectl create secret docker-registry none \\
    --docker-server=acme.azurecr.io --docker-username=USER --docker-password=PASSWORD
  or add it to the files (encrypted):
  apiVersion: v1
  kind: Secret
  metadata:
    name: none
  type: kubernetes.io/dockerconfigjson
  data:
    .dockerconfigjson: BASE64_OF_DOCKER_CONFIG_JSON
  ```
"""
    )
