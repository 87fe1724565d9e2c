"""The index of git: what it holds is what `git ls-files` prints, in every version and form."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from imagelint.sources.git_index import read_index


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {"GLOBAL": os.devnull, "SYSTEM": os.devnull}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    return tmp_path


def git(*arguments: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def write(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(name, encoding="utf-8")


def listed() -> list[str]:
    return sorted({name for name in git("ls-files", "-z").split("\0") if name})


@pytest.mark.parametrize("hash_name", ["sha1", "sha256"])
@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_versions_and_split_indexes(folder: Path, hash_name: str, version: str) -> None:
    git("init", "--quiet", f"--object-format={hash_name}")
    assert read_index(str(folder)).names == ()
    # Every padding, and more than the 64 bits of a word of the bitmaps.
    names = [f"{'d' * (n % 3 + 1)}/{'ä' * (n % 5)}{'n' * (n % 17)}{n}.yaml" for n in range(150)]
    write(*names, "later.yaml")
    git("add", *names)
    git("update-index", "--index-version", version)
    git("add", "--intent-to-add", "later.yaml")  # which needs version 3
    assert list(read_index(str(folder)).names) == listed()
    git("update-index", "--split-index")
    assert list(read_index(str(folder)).names) == listed()
    git("rm", "--quiet", "--cached", *listed()[3:90], listed()[-1])
    Path(listed()[0]).write_text("changed", encoding="utf-8")
    write("new.yaml")
    git("add", listed()[0], "new.yaml")
    assert list(Path(".git").glob("sharedindex.*"))
    assert list(read_index(str(folder)).names) == listed()


def test_conflicts_and_submodules(folder: Path) -> None:
    git("init", "--quiet", "--initial-branch=main")
    write("a.yaml")
    git("add", ".")
    git("commit", "--quiet", "--message=x")
    for branch in ("one", "two"):
        git("switch", "--quiet", "--create", branch, "main")
        Path("a.yaml").write_text(branch, encoding="utf-8")
        git("commit", "--quiet", "--all", f"--message={branch}")
    subprocess.run(["git", "merge", "one"], check=False, capture_output=True)
    commit = git("rev-parse", "HEAD").strip()
    git("update-index", "--add", "--cacheinfo", f"160000,{commit},sub")
    index = read_index(str(folder))
    assert index.names == ("a.yaml",)
    assert index.submodules == {"sub"}


def test_a_sparse_index_tracks_whole_folders(folder: Path) -> None:
    git("init", "--quiet")
    write("a/x.yaml", "b/c/y.yaml", "b/z.yaml", "top.yaml")
    git("add", ".")
    git("commit", "--quiet", "--message=x")
    git("sparse-checkout", "init", "--cone", "--sparse-index")
    git("sparse-checkout", "set", "a")
    index = read_index(str(folder))
    assert index.names == ("a/x.yaml", "b/", "top.yaml")
    assert [index.holds(path) for path in ("a/x.yaml", "a/y.yaml", "b/c/y.yaml", "b")] == [True, False, True, False]
    assert [index.holds_below(path) for path in ("", "a", "b", "b/c", "c")] == [True, True, True, True, False]
