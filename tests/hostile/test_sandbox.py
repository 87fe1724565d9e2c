"""A run opens no socket, starts no program, runs nothing from its input, and writes only what the user named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from imagelint.reporting import FORMATS
from support import ROOT, clean_environment

if TYPE_CHECKING:
    from pathlib import Path

# The events of a process that Python reports (docs.python.org, "Audit events table"), as far as it leaves the process.
WATCHED = """
import json, os, sys
printed = []
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chown"}
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "pty.spawn", "ctypes.dlopen"}
def hook(event, arguments):
    if event.startswith("socket.") or event in CHANGES or event in PROGRAMS:
        printed.append([event, str(arguments[1] if event == "subprocess.Popen" else arguments)])
    elif event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        printed.append([event, str(arguments[0])])
sys.addaudithook(hook)
from imagelint.cli import cli
for arguments in json.loads(sys.argv[1]):
    cli.main(arguments, standalone_mode=False)
sys.stderr.write(chr(0) + json.dumps(printed))
"""
INERT = "apiVersion: v1\nkind: Pod\nx: !!python/object/apply:os.system [touch ran]\ny: !!python/name:os.system\n"


def events(folder: Path, runs: list[list[str]]) -> list[tuple[str, str]]:
    """What left the process in these runs of the command."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, json.dumps(runs)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        # Charts are rendered by the helm of the user: see `test_charts.py`.
        env={**clean_environment(), "PATH": "/nonexistent"},
    )
    return [(event, printed) for event, printed in json.loads(done.stderr.rpartition("\0")[2])]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All cases and examples, and tags that other loaders make objects of."""
    for source in ("tests/cases", "examples"):
        shutil.copytree(ROOT / source, tmp_path / source)
    (tmp_path / "pods.txt").write_text("web-1   0/1   ErrImagePull   0   5m\n", encoding="utf-8")
    (tmp_path / "inert.yaml").write_text(INERT, encoding="utf-8")
    return tmp_path


def test_a_run_that_prints_leaves_nothing(folder: Path) -> None:
    checks = [[f"--format={format_}", "."] for format_ in FORMATS]
    images = [["images", f"--format={format_}", "."] for format_ in ("table", "json", "plain")]
    others = [["--statistics", "."], ["--diff", "--unsafe-fixes", "."], ["rules"], ["explain", "latest-tag"]]
    others += [["diagnose", f"--format={format_}", "pods.txt"] for format_ in ("text", "json", "github", "markdown")]
    assert events(folder, [*checks, *images, *others, ["knowledge", "quay.io"]]) == []
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        (["--output=report", "."], {"report"}),
        (["--write-baseline=base.json", "."], {"base.json"}),
        (["init", "."], {".imagelint.yaml", ".imagelint.schema.json"}),
    ],
)
def test_only_what_the_user_named_is_written(folder: Path, arguments: list[str], written: set[str]) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {event for event, _ in events(folder, [arguments])} <= {"open", "os.link", "os.rename"}
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {path.name for path in after.keys() - before.keys()} == written
    assert {path: after[path] for path in before} == before


def test_not_even_git_is_started_for_tracked_files(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "."], cwd=folder, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    assert events(folder, [["--tracked", "."], ["."]]) == []
