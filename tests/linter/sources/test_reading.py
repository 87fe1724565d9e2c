"""Any number of processes, and the screen, find the same; nothing that happens to a process shows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from imagelint.facts.model import FileFacts
from imagelint.processes import read_files
from imagelint.session import Request, Session
from imagelint.sources.discover import InputFile, discover
from shared import SHARED, needs_shared
from support import ROOT, imagelint, restore_signals

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="other systems start processes more slowly")

FAILED = "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec: {{containers: [{{name: a, image: A:{n}}}]}}\n"
# A worker that dies in the middle of its files, as if memory runs out.
KILLED = """import os, signal, sys
from imagelint import processes as reading
from imagelint.cli import main
read_file = reading.read_file
parent = os.getpid()
def deadly(file, *, is_strict):
    if os.getpid() != parent and "17" in file.path:
        os.kill(os.getpid(), signal.SIGKILL)
    return read_file(file, is_strict=is_strict)
reading.read_file = deadly
sys.argv[0] = "imagelint"
main()
"""
# Workers that do not come to an end by themselves.
ENDLESS = r"""import os, sys, time
from imagelint import processes as reading
from imagelint.cli import main
parent = os.getpid()
def endless(file, *, is_strict):
    os.write(1, f"{os.getpid()}\n".encode())
    time.sleep(60)
reading.read_file = endless
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for n in range(40):
        (tmp_path / f"{n}.yaml").write_text(FAILED.format(n=n), encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\n  a: b\n", encoding="utf-8")
    (tmp_path / "binary.yaml").write_bytes(b"\0\xff\xfe\0")
    return tmp_path


@pytest.mark.parametrize("number", [2, 3, 7])
@pytest.mark.parametrize("format_", ["text", "json", "sarif"])
def test_any_number_of_processes_prints_the_same(folder: Path, number: int, format_: str) -> None:
    one = imagelint("--jobs=1", f"--format={format_}", "--today=2026-11-25", ".", cwd=folder)
    assert one.returncode == 1
    arguments = (f"--jobs={number}", f"--format={format_}", "--today=2026-11-25", ".")
    several = imagelint(*arguments, cwd=folder, PYTHONHASHSEED=str(number))
    assert (several.returncode, several.stdout, several.stderr) == (1, one.stdout, one.stderr)


def test_small_inputs_are_read_in_this_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagelint.processes._in_processes", None)
    results = [*read_files([InputFile(str(folder / "1.yaml"), True)] * 3, jobs=None, is_strict=False)]
    assert all(isinstance(result, FileFacts) and result.pods for result in results)


def test_a_killed_worker_costs_nothing(folder: Path) -> None:
    expected = imagelint("--jobs=1", "--format=json", ".", cwd=folder)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, "--jobs=2", "--format=json", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, expected.stdout)


@pytest.mark.parametrize(
    ("number", "statuses"),
    [(signal.SIGINT, {130}), (signal.SIGTERM, {143, -signal.SIGTERM}), (signal.SIGKILL, {-signal.SIGKILL})],
    ids=["int", "term", "kill"],
)
def test_no_process_outlives_a_signal(folder: Path, number: signal.Signals, statuses: set[int]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, "--jobs=2", "."],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=restore_signals,  # noqa: PLW1509 - there are no threads
    ) as process:
        assert process.stdout is not None
        workers = {int(process.stdout.readline()) for _ in range(2)}
        # As a terminal does it: Ctrl-C reaches all of them.
        for pid in (process.pid, *(workers if number is signal.SIGINT else ())):
            os.kill(pid, number)
        _, error = process.communicate(timeout=30)
    assert process.returncode in statuses
    assert error.strip() == b""
    for _ in range(100):
        if not any(_is_alive(pid) for pid in workers):
            return
        time.sleep(0.1)
    pytest.fail("a worker is left")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A child that no process waited for is dead as well.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


def findings(*arguments: str) -> list[str]:
    done = imagelint("--format=concise", "--today=2026-11-25", "--quiet", *arguments, cwd=ROOT)
    assert done.returncode == 1
    return done.stdout.splitlines()


@needs_shared
def test_the_screen_hides_nothing_but_syntax_errors_in_the_corpus() -> None:
    """Half of the trees; the other half is in the test below."""
    trees = sorted(str(path) for path in (SHARED / "corpus").iterdir())[1::2]
    fast, full = findings(*trees), findings("--no-screen", *trees)
    assert set(fast) <= set(full)
    assert {line.partition(": ")[2].partition(" ")[0] for line in set(full) - set(fast)} == {"error[syntax-error]"}


@needs_shared
def test_the_screen_hides_no_object_of_the_corpus() -> None:
    """Half of the trees: the facts themselves, not only what rules make of them."""
    trees = sorted(str(path) for path in (SHARED / "corpus").iterdir())[::2]
    assert discover(trees).files
    fast, full = (Session(is_strict=is_strict).read(Request(trees, jobs=1)) for is_strict in (False, True))
    for path, facts in full.files.items():
        found = fast.files[path]
        # Documents that hold no facts have no findings to set aside either.
        found = found._replace(not_deployed=facts.not_deployed, trace=facts.trace)
        if facts.templated:  # sources of templates are counted if they are parsed only
            found = found._replace(objects=facts.objects, serves_hosts=facts.serves_hosts, templated=True)
        if not facts.problems:
            assert found == facts, path
