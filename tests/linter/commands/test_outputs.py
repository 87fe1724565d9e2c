"""Several formats in one run: each `--output` belongs to the `--format` before it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

FAILED = """apiVersion: v1
kind: Pod
metadata: {name: failed}
spec:
  containers: [{name: a, image: "quay.io/ACME/app:1.4"}]
"""
TEXT, CONCISE, JSON = "error[invalid-image-reference]: ", "-:", '{\n  "version": 1,'


@pytest.mark.parametrize(
    ("arguments", "on_stdout", "files"),
    [
        ([], TEXT, {}),
        (["--output=a"], "", {"a": TEXT}),
        (["--format=json", "--output=a"], "", {"a": JSON}),
        (["--output=a", "--format=json"], "", {"a": JSON}),
        (["--format=text", "--format=json", "--output=a"], TEXT, {"a": JSON}),
        (["--format=json", "--output=a", "--format=text"], TEXT, {"a": JSON}),
        (["--format=json", "--output=a", "--format=text", "--output=b"], "", {"a": JSON, "b": TEXT}),
        (["--output=b", "--format=text", "--output=a", "--format=json"], "", {"a": JSON, "b": TEXT}),
        (["--output=b", "--statistics"], "", {"b": "     1  error    invalid-image-reference\n"}),
    ],
)
def test_outputs(tmp_path: Path, arguments: list[str], on_stdout: str, files: dict[str, str]) -> None:
    done = imagelint(*arguments, "-", cwd=tmp_path, text=FAILED)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith(on_stdout)
    assert bool(done.stdout) == bool(on_stdout)
    assert {path.name for path in tmp_path.iterdir()} == set(files)
    for name, start in files.items():
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_the_same_findings_in_each(tmp_path: Path) -> None:
    imagelint("--format=json", "--output=a", "--format=concise", "--output=b", "-", cwd=tmp_path, text=FAILED)
    findings = json.loads((tmp_path / "a").read_text(encoding="utf-8"))["findings"]
    lines = (tmp_path / "b").read_text(encoding="utf-8").splitlines()
    assert [f"{found['path']}:{found['line']}:{found['column']}" for found in findings] == [
        line.partition(": ")[0] for line in lines
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format=json", "--format=text"], "only one --format can go to standard output"),
        (["--format=json", "--output=a", "--format=text", "--output=a"], "two formats have the same --output a"),
    ],
)
def test_outputs_that_would_mix(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = imagelint(*arguments, "-", cwd=tmp_path, text=FAILED)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert not [*tmp_path.iterdir()]
