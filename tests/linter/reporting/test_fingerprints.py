"""Fingerprints are unique, and edits around a finding leave them as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imagelint.linting.report import Report
from imagelint.reporting.fingerprints import fingerprints as fingerprints_of
from support import imagelint, lint, read_texts

if TYPE_CHECKING:
    from pathlib import Path

POD = """apiVersion: v1
kind: Pod
metadata: {{name: {name}}}
spec:
  imagePullSecrets: [{{name: one}}, {{name: two}}]
  containers:
    - {{name: a, image: "quay.io/acme/app:latest", imagepullpolicy: Always, PullPolicy: Always}}
    - {{name: b, image: "quay.io/acme/app:latest"}}
    - {{name: b, image: "quay.io/acme/app:latest"}}
"""
FILE = "---\n".join(POD.format(name=name) for name in ("x", "y"))


def fingerprints(folder: Path, text: str, format_: str) -> list[str]:
    (folder / "pods.yaml").write_text(text, encoding="utf-8")
    report = json.loads(imagelint("pods.yaml", f"--format={format_}", cwd=folder, PYTHONHASHSEED="random").stdout)
    if format_ == "gitlab":
        return [entry["fingerprint"] for entry in report]
    return [result["partialFingerprints"]["imagelint/v2"] for result in report["runs"][0]["results"]]


@pytest.mark.parametrize("format_", ["gitlab", "sarif"])
def test_fingerprints_are_unique_and_stable(tmp_path: Path, format_: str) -> None:
    before = fingerprints(tmp_path, FILE, format_)
    assert len(before) > 10
    assert len(set(before)) == len(before)
    moved = FILE.replace("kind: Pod", "# a comment\nkind: Pod").replace("    - {", "    -   {")
    assert fingerprints(tmp_path, moved, format_) == before
    repaired = FILE.replace("app:latest", "app:1.0", 1)
    assert set(fingerprints(tmp_path, repaired, format_)) < set(before)


def test_another_tag_of_an_image_is_the_same_finding(tmp_path: Path) -> None:
    old, new = (FILE.replace("quay.io/acme/app:latest", f"k8s.gcr.io/app:{tag}") for tag in ("1.0", "1.1"))
    assert fingerprints(tmp_path, new, "gitlab") == fingerprints(tmp_path, old, "gitlab")


def test_another_file_or_object_is_another_finding(tmp_path: Path) -> None:
    before = fingerprints(tmp_path, FILE, "gitlab")
    assert not set(fingerprints(tmp_path, FILE.replace("name: x", "name: z"), "gitlab")) >= set(before)
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    assert not set(fingerprints(tmp_path / "sub", FILE, "gitlab")) & set(before)


def test_suppressing_a_twin_leaves_the_other(tmp_path: Path) -> None:
    before = fingerprints(tmp_path, FILE, "gitlab")
    lines = FILE.splitlines(keepends=True)
    lines[7] = lines[7].replace("\n", "  # imagelint: ignore[latest-tag] known\n")
    after = fingerprints(tmp_path, "".join(lines), "gitlab")
    assert len(after) == len(before) - 1
    assert set(after) < set(before)


def test_wording_does_not_count() -> None:
    texts = {"pods.yaml": FILE}
    findings = lint(texts)
    reworded = [finding._replace(message=f"other words {number}") for number, finding in enumerate(findings)]
    before, after = (
        [*fingerprints_of(Report(found, read_texts(texts)), str).values()] for found in (findings, reworded)
    )
    assert sorted(before) == sorted(after)
