"""Files, links, pipes and folders that are not what they seem, or that change while they are read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from imagelint.session import Request, Session
from imagelint.text import source
from support import clean_environment, imagelint, set_limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from imagelint.sources.discover import InputFile

BAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: quay.io/ACME/app:1.4}]}\n"
FINDING = "bad.yaml:4:38: error[invalid-image-reference]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "tree"
    path.mkdir()
    (path / "bad.yaml").write_text(BAD, encoding="utf-8")
    return path


def concise(folder: Path, *arguments: str) -> str:
    """The findings, which a run has to end in."""
    done = imagelint("--format=concise", *arguments, cwd=folder)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert FINDING in done.stdout
    return done.stdout + done.stderr


def test_pipes_sockets_and_devices_on_a_walk_are_noted_not_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pipe.yaml", ".gitignore", "Chart.yaml", "kustomization.yaml"):
        os.mkfifo(folder / name)
    os.symlink("/dev/zero", folder / "zero.yaml")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(folder)  # the path of a socket is short
        server.bind("socket.yaml")
    printed = concise(folder, ".")
    assert "note: kustomization.yaml, pipe.yaml, socket.yaml: not a regular file, skipped" in printed


def test_configuration_that_is_a_pipe_is_not_opened(folder: Path) -> None:
    os.mkfifo(folder / ".imagelint.yaml")
    concise(folder, ".")


def test_stars_in_gitignore_cost_little(folder: Path) -> None:
    (folder / ".gitignore").write_text(f"{'*a' * 40}b\n{'*' * 5000}x\n", encoding="utf-8")
    (folder / f"{'a' * 200}.yaml").write_text(BAD, encoding="utf-8")
    assert concise(folder, ".").count("error[invalid-image-reference]") == 2


def test_links_that_loop_or_lead_out_of_the_tree(folder: Path) -> None:
    (folder.parent / "outside.yaml").write_text(BAD, encoding="utf-8")
    os.symlink("loop.yaml", folder / "loop.yaml")
    os.symlink(".", folder / "self")
    os.symlink("..", folder / "up.yaml")
    os.symlink("../outside.yaml", folder / "out.yaml")
    os.symlink("bad.yaml", folder / "again.yaml")
    printed = concise(folder, ".")
    assert printed.count("error[invalid-image-reference]") == 1
    assert "note: loop.yaml: dangling symbolic link, skipped" in printed
    assert "note: out.yaml: symbolic link out of the tree, skipped" in printed


def test_names_that_look_like_options_or_hold_odd_characters(folder: Path) -> None:
    names = ["--fix.yaml", "-.yaml", "a\nb.yaml", "a\x1b[31m.yaml", "::error::.yaml", "%0A.yaml", "a b.yaml", "..yaml"]
    raw = [*map(os.fsencode, names), b"\xff\xfe.yaml"]
    for name in raw:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(BAD.encode())
    printed = concise(folder, ".")
    assert printed.count("error[invalid-image-reference]") == len(raw) + 1
    assert "\x1b" not in printed
    assert "--fix.yaml:4:38" in imagelint("--format=concise", "--", "--fix.yaml", cwd=folder).stdout
    assert imagelint("--write-baseline=base.json", ".", cwd=folder).returncode == 0


def test_deep_and_long_paths(folder: Path) -> None:
    path = folder
    for _ in range(15):
        path = path / ("d" * 250)
        path.mkdir()
    (path / "bad.yaml").write_text(BAD, encoding="utf-8")
    assert concise(folder, ".").count("error[invalid-image-reference]") == 2


def changed_while_reading(folder: Path, change: str) -> dict[str, str]:
    """The problems of the files of a walk, if one changes between the walk and the reading."""
    path = folder / "changed.yaml"
    path.write_text(BAD, encoding="utf-8")

    def progress(files: Sequence[InputFile]) -> Iterable[InputFile]:
        match change:
            case "vanishes":
                path.unlink()
            case "becomes a folder":
                path.unlink()
                path.mkdir()
            case "grows":
                with path.open("r+b") as file:
                    file.truncate(200_000_000)
            case _:
                path.write_text("", encoding="utf-8")
        return files

    found = Session().read(Request([str(folder)]), progress)
    return {
        os.path.basename(name.path): facts.problems[0].message for name, facts in found.files.items() if facts.problems
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("vanishes", "cannot be read: no such file or directory"),
        ("becomes a folder", "cannot be read: is a directory"),
        ("grows", "larger than 128 MiB, not read"),
        ("shrinks", None),
    ],
)
def test_files_that_change_during_the_run(folder: Path, change: str, message: str | None) -> None:
    expected = {} if message is None else {"changed.yaml": message}
    assert changed_while_reading(folder, change) == expected


def test_a_file_without_permission_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "closed.yaml").write_text(BAD, encoding="utf-8")
    whole = source.read_source

    def refuse(path: str) -> source.Source:
        if path.endswith("closed.yaml"):
            monkeypatch.setattr("imagelint.text.source._read", closed)
        return whole(path)

    def closed(_: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("imagelint.processes.read_source", refuse)
    found = Session().read(Request([str(folder)]))
    (problem,) = next(facts for name, facts in found.files.items() if name.path.endswith("closed.yaml")).problems
    assert problem.message == "cannot be read: permission denied"


def test_a_file_that_changes_shows_no_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The places that are hidden are those of the text that was read: another text has others."""
    from imagelint.linting.report import Report
    from imagelint.reporting import Style, render
    from support import lint

    monkeypatch.chdir(folder)
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: CANARY}\n---\n"
    (folder / "bad.yaml").write_text(secret + BAD, encoding="utf-8")
    found = Session().read(Request(["bad.yaml"]))
    findings = lint({"bad.yaml": secret + BAD})
    (folder / "bad.yaml").write_text("#\n" * 5 + secret + BAD, encoding="utf-8")
    assert "CANARY" not in "".join(render(Report(findings, found), "text", Style()))


def test_a_home_that_is_read_only_or_absent(folder: Path) -> None:
    home = folder.parent / "home"
    home.mkdir(mode=0o500)
    concise(folder, ".")
    for environment in ({"HOME": str(home)}, {"HOME": "/nonexistent"}, {}):
        kept = {key: value for key, value in clean_environment().items() if key != "HOME"}
        command = [sys.executable, "-m", "imagelint", "-q", "."]
        done = subprocess.run(
            command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (1, "")
    assert [*home.iterdir()] == []


def test_a_working_folder_that_is_gone(folder: Path) -> None:
    gone = folder.parent / "gone"
    gone.mkdir()
    command = f"rmdir {gone} && exec {sys.executable} -m imagelint {folder}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=gone, capture_output=True, text=True, check=False, preexec_fn=set_limits
    )
    assert done.returncode == 2
    assert "Error: the working folder does not exist any more\n" in done.stderr
    assert "Traceback" not in done.stderr
