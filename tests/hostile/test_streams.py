"""Outputs that are full, closed or cut off, and signals: never a traceback, a half file or one left over."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support import clean_environment, imagelint, set_limits

if TYPE_CHECKING:
    from pathlib import Path

BAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: quay.io/ACME/app:1.4}]}\n"
COMMAND = [sys.executable, "-W", "error", "-m", "imagelint"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    return tmp_path


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which `imagelint` is the command."""
    script = f'imagelint() {{ {" ".join(COMMAND)} "$@"; }}\n{command}'
    return subprocess.run(
        ["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False, env=clean_environment()
    )


@pytest.mark.parametrize("where", ["--output=/dev/full bad.yaml", "bad.yaml >/dev/full", "images bad.yaml >/dev/full"])
def test_a_full_disk(folder: Path, where: str) -> None:
    done = shell(folder, f"imagelint {where}")
    assert done.returncode == 2
    assert "cannot be written: no space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("streams", "status"),
    [(">&-", 1), ("2>&-", 1), (">&- 2>&-", 1), ("<&-", 1), ("2>/dev/full", 1), ("--nonsense 2>/dev/full", 2)],
)
def test_closed_and_full_streams(folder: Path, streams: str, status: int) -> None:
    done = shell(folder, f"imagelint bad.yaml {streams}")
    assert done.returncode == status
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_closed_standard_input_is_reported(folder: Path) -> None:
    assert "cannot be read: standard input is closed" in shell(folder, "imagelint - <&-").stdout


def test_an_output_is_replaced_as_a_whole_or_not_at_all(folder: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    (folder / "many.yaml").write_text("---\n".join([BAD] * 100), encoding="utf-8")
    report = folder / "report"
    report.write_text("as it was", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "--format=json", "--output=report", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    assert (done.returncode, report.read_text(encoding="utf-8")) == (2, "as it was")
    assert "report: cannot be written: file too large" in done.stderr
    assert {path.name for path in folder.iterdir()} == {"bad.yaml", "many.yaml", "report"}


def test_an_output_keeps_permissions_and_links(folder: Path) -> None:
    target = folder / "target"
    target.write_text("", encoding="utf-8")
    target.chmod(0o640)
    (folder / "link").symlink_to("target")
    imagelint("--output=link", "--format=json", "--output=new", "bad.yaml", cwd=folder)
    assert (folder / "link").is_symlink()
    assert "invalid-image-reference" in target.read_text(encoding="utf-8")
    assert target.stat().st_mode & 0o777 == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert (folder / "new").stat().st_mode & 0o777 == 0o666 & ~mask


def test_pipes_and_standard_output_can_be_outputs(folder: Path) -> None:
    assert "bad.yaml:4:38" in shell(folder, "imagelint --format=concise --output=/dev/stdout bad.yaml").stdout
    piped = shell(folder, "mkfifo p; cat p & imagelint --format=concise --output=p bad.yaml; wait")
    assert "bad.yaml:4:38" in piped.stdout
    assert (folder / "p").is_fifo()


SLOW = """
import sys, time
from imagelint import cli
from imagelint.commands import lint
def render(*_):
    yield "x" * 1000000
    print("ready", flush=True)
    time.sleep(60)
lint.render = render
cli.main()
"""


@pytest.mark.parametrize(
    ("number", "statuses"), [(signal.SIGINT, {130}), (signal.SIGTERM, {143, -signal.SIGTERM})], ids=["int", "term"]
)
@pytest.mark.parametrize("arguments", [["--output=report", "bad.yaml"], ["bad.yaml"], ["--output=new", "bad.yaml"]])
def test_signals_while_writing(folder: Path, number: signal.Signals, statuses: set[int], arguments: list[str]) -> None:
    (folder / "report").write_text("as it was", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=set_limits,  # noqa: PLW1509 - there are no threads
    ) as process:
        assert process.stdout is not None
        while b"ready" not in process.stdout.readline():
            pass
        process.send_signal(number)
        _, error = process.communicate()
    assert process.returncode in statuses
    assert error.strip() == b""
    assert {path.name for path in folder.iterdir()} == {"bad.yaml", "report"}
    assert (folder / "report").read_text(encoding="utf-8") == "as it was"
