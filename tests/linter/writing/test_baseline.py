"""A baseline holds what was there, by object and not by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

POD = """apiVersion: v1
kind: Pod
metadata: {name: a, namespace: ns}
spec:
  containers:
    - {name: one, image: "quay.io/acme/app:latest"}
    - {name: two, image: "quay.io/acme/other"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two findings and their baseline."""
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    done = imagelint(".", "--write-baseline=baseline.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "baseline.json: 2 findings written" in done.stderr
    return tmp_path


def rules(folder: Path, text: str, name: str = "pod.yaml") -> list[str]:
    (folder / "pod.yaml").unlink(missing_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    done = imagelint(".", "--baseline=baseline.json", "--format=json", cwd=folder)
    return [finding["rule"] for finding in json.loads(done.stdout)["findings"]]


def test_it_has_no_lines_and_is_sorted(folder: Path) -> None:
    content = json.loads((folder / "baseline.json").read_text(encoding="utf-8"))
    assert [entry["rule"] for entry in content["findings"]] == ["latest-tag", "missing-tag"]
    assert "line" not in content["findings"][0]
    assert content["findings"][0]["image"] == "quay.io/acme/app"


def test_what_was_there_is_suppressed(folder: Path) -> None:
    done = imagelint(".", "--baseline=baseline.json", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 findings suppressed" in done.stderr


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# moved\n\n" + POD, []),
        (POD.replace("one", "three"), ["latest-tag"]),
        (POD + "    - {name: new, image: 'quay.io/acme/new:latest'}\n", ["latest-tag"]),
        (POD.replace("name: a,", "name: b,"), ["latest-tag", "missing-tag"]),
        (POD.replace("app:latest", "changed:latest"), ["latest-tag"]),
    ],
)
def test_moves_are_old_and_all_else_is_new(folder: Path, text: str, left: list[str]) -> None:
    assert rules(folder, text) == left


def test_the_same_object_in_another_file_is_new(folder: Path) -> None:
    assert rules(folder, POD, name="other.yaml") == ["latest-tag", "missing-tag"]


def test_one_more_of_the_same_is_new(folder: Path) -> None:
    twice = POD + "    - {name: one, image: 'quay.io/acme/app:latest'}\n"
    assert rules(folder, twice) == ["latest-tag"]


REPAIRED = POD.replace("quay.io/acme/other", "quay.io/acme/other:1")


def baseline(folder: Path) -> str:
    return (folder / "baseline.json").read_text(encoding="utf-8")


def test_what_is_repaired_is_noted_and_removed_on_request(folder: Path) -> None:
    before = baseline(folder)
    (folder / "pod.yaml").write_text(REPAIRED, encoding="utf-8")
    done = imagelint(".", "--baseline=baseline.json", cwd=folder)
    note = "baseline.json: 1 finding of the baseline repaired; use --prune-baseline to remove them"
    assert (done.returncode, f"note: {note}\n" in done.stderr, baseline(folder)) == (0, True, before)
    done = imagelint(".", "--baseline=baseline.json", "--prune-baseline", cwd=folder)
    assert "note: baseline.json: 1 finding of the baseline removed as repaired\n" in done.stderr
    assert [entry["rule"] for entry in json.loads(baseline(folder))["findings"]] == ["latest-tag"]
    assert "note" not in imagelint(".", "--baseline=baseline.json", "--prune-baseline", cwd=folder).stderr
    (folder / "pod.yaml").write_text(POD, encoding="utf-8")
    assert rules(folder, POD) == ["missing-tag"]


def test_a_file_that_is_gone_is_repaired_and_one_that_was_not_read_is_not(folder: Path) -> None:
    (folder / "other.yaml").write_text(REPAIRED, encoding="utf-8")
    assert "note" not in imagelint("other.yaml", "--baseline=baseline.json", cwd=folder).stderr
    (folder / "pod.yaml").unlink()
    assert "2 findings of the baseline" in imagelint("other.yaml", "--baseline=baseline.json", cwd=folder).stderr


@pytest.mark.parametrize("option", ["--select=latest-tag", "--ignore=missing-tag"])
def test_rules_that_did_not_run_say_nothing_of_a_baseline(folder: Path, option: str) -> None:
    (folder / "pod.yaml").write_text(REPAIRED, encoding="utf-8")
    assert "note" not in imagelint(".", "--baseline=baseline.json", option, cwd=folder).stderr


def test_a_baseline_is_written_the_same_each_time(folder: Path) -> None:
    before = baseline(folder)
    (folder / "pod.yaml").write_text(f"# moved\n{POD}", encoding="utf-8")
    imagelint(".", "--write-baseline=baseline.json", cwd=folder, PYTHONHASHSEED="1")
    assert baseline(folder) == before
    (folder / "pod.yaml").write_text(f"{POD}    - {{name: mid, image: quay.io/acme/mid}}\n", encoding="utf-8")
    imagelint(".", "--write-baseline=baseline.json", cwd=folder)
    left = iter(baseline(folder).splitlines())
    assert all(line in left for line in before.splitlines())


def test_pruning_needs_a_baseline(folder: Path) -> None:
    done = imagelint(".", "--prune-baseline", cwd=folder)
    assert (done.returncode, "--prune-baseline requires --baseline" in done.stderr) == (2, True)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"findings": [{}]}', '{"findings": 1}'])
def test_what_is_not_a_baseline_is_refused(folder: Path, text: str) -> None:
    (folder / "bad.json").write_text(text, encoding="utf-8")
    done = imagelint(".", "--baseline=bad.json", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "bad.json: not a baseline of imagelint" in done.stderr
    assert imagelint(".", "--baseline=absent.json", cwd=folder).returncode == 2


def test_rules_are_selected_and_ignored(folder: Path) -> None:
    def reported(*arguments: str) -> list[str]:
        out = imagelint(".", "--format=concise", *arguments, cwd=folder).stdout
        return [line.partition("[")[2].partition("]")[0] for line in out.splitlines()]

    assert reported("--select=latest-tag") == ["latest-tag"]
    assert reported("--ignore=latest-tag") == ["missing-tag"]
    assert reported("--select", "latest-tag,digest-required", "--ignore", "latest-tag") == ["digest-required"] * 2
    done = imagelint(".", "--select=latest-tagg", cwd=folder)
    assert (done.returncode, "did you mean `latest-tag`?" in done.stderr) == (2, True)


def test_exit_status_and_quiet_and_statistics(folder: Path) -> None:
    assert imagelint(".", "--exit-zero", cwd=folder).returncode == 0
    assert imagelint(".", "--quiet", cwd=folder).stderr == ""
    done = imagelint(".", "--statistics", cwd=folder)
    assert done.stdout.split() == ["1", "warning", "latest-tag", "1", "warning", "missing-tag"]
