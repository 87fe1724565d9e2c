"""What happens to files and to imagelint while it fixes: edits, removals, replacements, signals."""

from __future__ import annotations

import re
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support import set_limits

if TYPE_CHECKING:
    from pathlib import Path

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - {name: a, image: 'ghrc.io/a/b:1'}\n"
FIXED = POD.replace("ghrc", "ghcr")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(POD, encoding="utf-8")
    return tmp_path


def run(folder: Path, before: str, *arguments: str, shell: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command with its internals changed by `before`."""
    program = f"import os, pathlib, signal\n{before}\nfrom imagelint.cli import main\nmain()\n"
    command = [sys.executable, "-W", "error", "-c", program, *arguments]
    if shell:
        command = ["sh", "-c", f'{shell}; exec "$@"', "sh", *command]
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=set_limits,
    )


# After the files were read, and just before one of them is written.
MOMENTS = {
    "after the lint": """
from imagelint.session import Session
lint = Session.lint
def checked(*arguments, **named):
    global change
    change()
    change = lambda: None  # not again for the second lint
    return lint(*arguments, **named)
Session.lint = checked
""",
    "before the write": """
from imagelint.commands import fixes
replace_file = fixes.replace_file
def replaced(path, *arguments, **named):
    if path == "b.yaml":
        change()
    return replace_file(path, *arguments, **named)
fixes.replace_file = replaced
""",
}
CHANGES = {
    "edited": ("pathlib.Path('b.yaml').write_text('mine')", "has changed since it was read"),
    "removed": ("os.unlink('b.yaml')", "was removed since it was read"),
    "a pipe": ("os.unlink('b.yaml'); os.mkfifo('b.yaml')", "is no longer a regular file"),
    "a folder": ("os.unlink('b.yaml'); os.mkdir('b.yaml')", "is no longer a regular file"),
    "a link": (
        "os.unlink('b.yaml'); os.symlink('victim', 'b.yaml'); pathlib.Path('victim').touch()",
        "(points to a different file than when it was|has changed since it was) read",
    ),
}


def entries(folder: Path) -> dict[str, tuple[int, str]]:
    """The type of every entry, and the content of files."""
    found: dict[str, tuple[int, str]] = {}
    for path in folder.iterdir():
        kind = stat.S_IFMT(path.lstat().st_mode)
        found[path.name] = kind, path.read_text(encoding="utf-8") if kind == stat.S_IFREG else ""
    return found


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES)
def test_what_another_program_changes_is_left_alone(folder: Path, moment: str, change: str, message: str) -> None:
    reference = folder.parent / f"{folder.name}-reference"
    reference.mkdir()
    for name in "abc":
        (reference / f"{name}.yaml").write_text(POD if name == "b" else FIXED, encoding="utf-8")
    subprocess.run([sys.executable, "-c", f"import os, pathlib\n{change}"], cwd=reference, check=True)
    done = run(folder, f"def change():\n    {change}\n{moment}", "--fix", ".")
    assert done.returncode == 2
    assert re.search(f"^Error: b.yaml: {message}.*; not fixed$", done.stderr, re.MULTILINE)
    assert "2 files fixed" in done.stderr
    assert "Traceback" not in done.stderr
    assert entries(folder) == entries(reference)


def test_a_link_to_the_same_content_is_left_alone(folder: Path) -> None:
    change = "os.rename('b.yaml', 'victim'); os.symlink('victim', 'b.yaml')"
    done = run(folder, f"def change():\n    {change}\n{MOMENTS['after the lint']}", "--fix", ".")
    assert done.returncode == 2
    assert "Error: b.yaml: points to a different file than when it was read; not fixed" in done.stderr
    assert (folder / "victim").read_text(encoding="utf-8") == POD


def test_a_diff_of_what_was_changed_is_refused(folder: Path) -> None:
    done = run(folder, f"def change():\n    {CHANGES['edited'][0]}\n{MOMENTS['after the lint']}", "--diff", ".")
    assert done.returncode == 2
    assert "Error: b.yaml: has changed since it was read; not fixed" in done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("+++")] == ["+++ b/a.yaml", "+++ b/c.yaml"]


# The signal comes in the second of three files.
SIGNALLED = """
from imagelint.writing import files
files._DESCRIPTORS = files._DESCRIPTORS if {unnamed} else "/absent"
real = os.replace
def replace(source, target):
    come = target.endswith("b.yaml")
    if come and {moment!r} == "before":
        os.kill(os.getpid(), {number})
    real(source, target)
    if come and {moment!r} == "after":
        os.kill(os.getpid(), {number})
os.replace = replace
fill = files.read_unchanged
def read(path):
    if path.endswith("/b.yaml") and {moment!r} == "during":
        os.kill(os.getpid(), {number})
    return fill(path)
files.read_unchanged = read
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["before", "during", "after"])
@pytest.mark.parametrize("unnamed", [True, False])
def test_a_signal_ends_the_fixes_after_a_file(folder: Path, number: signal.Signals, moment: str, unnamed: bool) -> None:
    done = run(folder, SIGNALLED.format(unnamed=unnamed, moment=moment, number=int(number)), "--fix", ".")
    assert done.returncode == 128 + number
    assert done.stderr.splitlines() == ["interrupted: 2 files fixed", "fixed: a.yaml", "fixed: b.yaml"]
    assert entries(folder) == {
        "a.yaml": (stat.S_IFREG, FIXED),
        "b.yaml": (stat.S_IFREG, FIXED),
        "c.yaml": (stat.S_IFREG, POD),
    }


EARLY = """
from imagelint.commands import fixes
def signalled():
    os.kill(os.getpid(), signal.SIGTERM)
    yield from files
def write_fixes(found, **named):
    global files
    files = found
    return written(signalled(), **named)
written, fixes.write_fixes = fixes.write_fixes, write_fixes
"""


def test_a_signal_before_the_first_file_leaves_all(folder: Path) -> None:
    done = run(folder, EARLY, "--fix", ".")
    assert (done.returncode, done.stderr) == (143, "interrupted: 0 files fixed\n")
    assert {content for _, content in entries(folder).values()} == {POD}


@pytest.mark.parametrize("name", ["HUP", "INT", "TERM"])
def test_an_ignored_signal_stays_ignored(folder: Path, name: str) -> None:
    number = int(getattr(signal, f"SIG{name}"))
    before = SIGNALLED.format(unnamed=True, moment="during", number=number)
    done = run(folder, before, "--fix", ".", shell=f'trap "" {name}')
    assert "3 files fixed" in done.stderr
    assert {content for _, content in entries(folder).values()} == {FIXED}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_after_the_replacement_of_an_output_is_not_a_failure(folder: Path, number: signal.Signals) -> None:
    replace = "real = os.replace\ndef replace(*paths):\n    real(*paths)\n"
    before = f"{replace}    os.kill(os.getpid(), {int(number)})\nos.replace = replace"
    done = run(folder, before, "--output=report", ".")
    assert (done.returncode, done.stderr.strip()) == (128 + number, "")
    assert "ghrc.io" in (folder / "report").read_text(encoding="utf-8")
    assert {path.name for path in folder.iterdir()} == {"a.yaml", "b.yaml", "c.yaml", "report"}
