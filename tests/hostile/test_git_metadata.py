"""Git metadata from strangers: none of it is run, even if git itself would, and it hides no manifest."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

import pytest

from imagelint.sources.git_index import read_index
from imagelint.text.source import UnreadableError
from support import clean_environment, imagelint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "quay.io/acme/App:1"}]}\n'
FOUND = "pod.yaml:4:38: error[invalid-image-reference]"
HOOKS = ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**clean_environment(), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )
    return done.stdout


def trap(folder: Path, canary: Path) -> Path:
    """Metadata with a sparse index whose tree is missing, which git fetches, and with every program that git runs."""
    source = folder / "source"
    for name in ("a/pod.yaml", "b/pod.yaml"):
        (source / name).parent.mkdir(parents=True)
        (source / name).write_text(POD, encoding="utf-8")
    git(source, "init", "--quiet")
    git(source, "add", ".")
    git(source, "commit", "--quiet", "--message=x")
    git(source, "sparse-checkout", "init", "--cone", "--sparse-index")
    git(source, "sparse-checkout", "set", "a")
    metadata = source / ".git"
    shutil.rmtree(metadata / "objects")
    for name in ("objects/info", "objects/pack", "info", "hooks"):
        (metadata / name).mkdir(parents=True, exist_ok=True)
    run = f"touch {canary};"
    settings = {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": "source",
        "remote.origin.uploadpack": run,
        "remote.other.url": "ssh://localhost/x",
        "core.sshCommand": run,
        "core.fsmonitor": run,
        "core.alternateRefsCommand": run,
        "core.hooksPath": "hooks",
        "core.pager": run,
        "filter.x.process": run,
        "diff.x.textconv": run,
    }
    for key, value in settings.items():
        git(metadata, "config", "--file", "config", key, value)
    (metadata / "info" / "attributes").write_text("* filter=x diff=x\n", encoding="utf-8")
    for name in HOOKS:
        (metadata / "hooks" / name).write_text(f"#!/bin/sh\n{run}\n", encoding="utf-8")
        (metadata / "hooks" / name).chmod(0o755)
    return metadata


def as_bare(metadata: Path, target: Path) -> None:
    """The folder itself looks like a repository."""
    shutil.copytree(metadata, target, dirs_exist_ok=True)
    git(target, "config", "--file", "config", "core.bare", "false")


def as_nested(metadata: Path, target: Path) -> None:
    """A repository inside of the repository."""
    shutil.copytree(metadata, target / ".git")


def as_file(metadata: Path, target: Path) -> None:
    """A file that points to metadata elsewhere."""
    (target / ".git").write_text(f"gitdir: {metadata}\n", encoding="utf-8")


def as_submodule(metadata: Path, target: Path) -> None:
    """A submodule, with its metadata where git keeps them."""
    shutil.copytree(metadata, target.parent / ".git" / "modules" / target.name)
    (target / ".git").write_text(f"gitdir: ../.git/modules/{target.name}\n", encoding="utf-8")


@pytest.mark.parametrize("place", [as_bare, as_nested, as_file, as_submodule])
@pytest.mark.parametrize(
    "arguments",
    [["--tracked", "m"], ["--isolated", "--tracked", "."], ["--tracked", "--context", "m", "m/pod.yaml"], ["m"], ["."]],
    ids=" ".join,
)
def test_nothing_of_a_repository_is_run_and_nothing_is_hidden(
    tmp_path: Path, place: Callable[[Path, Path], None], arguments: list[str]
) -> None:
    canary, tree = tmp_path / "ran", tmp_path / "tree"
    (tree / "m").mkdir(parents=True)
    (tree / "m" / "pod.yaml").write_text(POD, encoding="utf-8")
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    place(trap(tmp_path, canary), tree / "m")
    done = imagelint("--format=concise", *arguments, cwd=tree)
    assert not canary.exists()
    assert f"m/{FOUND}" in done.stdout, done.stderr


def test_the_trap_is_one(tmp_path: Path) -> None:
    metadata = trap(tmp_path, tmp_path / "ran")
    subprocess.run(["git", "ls-files"], cwd=metadata.parent, capture_output=True, check=False)
    assert (tmp_path / "ran").exists()


def test_the_environment_names_no_other_repository(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    canary = tmp_path / "ran"
    metadata = trap(tmp_path, canary)
    settings = {"GIT_DIR": str(metadata), "GIT_INDEX_FILE": str(metadata / "index"), "GIT_WORK_TREE": str(tmp_path)}
    done = imagelint("--format=concise", "--tracked", ".", cwd=tmp_path, **settings)
    assert (canary.exists(), done.stdout.startswith(FOUND)) == (False, True)


HEADER = b"DIRC" + struct.pack(">LL", 4, 3)
LONG = struct.pack(">10L", *(0,) * 6, 0o100644, 0, 0, 0) + bytes(20 + 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"DIRC",
        b"DIRC" + struct.pack(">LL", 2, 0xFFFFFFFF) + bytes(100),
        b"DIRC" + struct.pack(">LL", 2, 1) + bytes(20),
        b"DIRC" + struct.pack(">LL", 9, 0) + bytes(20),
        # Version 4: removes more than there is; a number without an end; a name that grows with each entry.
        HEADER + LONG + b"\x05a\0" + bytes(200),
        HEADER + LONG + b"\xff" * 4000,
        b"DIRC" + struct.pack(">LL", 4, 200_000) + (LONG + b"\0" + b"n" * 30 + b"\0") * 200_000 + bytes(20),
        # An extension that is longer than the file.
        b"DIRC" + struct.pack(">LL", 2, 0) + b"TREE" + struct.pack(">L", 0xFFFFFFFF) + bytes(20),
        # A split index without its other half, and with a name that is not a hash.
        b"DIRC" + struct.pack(">LL", 2, 0) + b"link" + struct.pack(">L", 20) + b"\1" * 20 + bytes(20),
        b"DIRC" + struct.pack(">LL", 2, 0) + b"link" + struct.pack(">L", 3) + b"\1" * 3 + bytes(20),
    ],
    ids=range(11),
)
def test_an_index_that_is_broken(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").touch()
    (tmp_path / ".git" / "index").write_bytes(content)
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    (tmp_path / ".gitignore").write_text("m\n", encoding="utf-8")
    (tmp_path / "m").mkdir()
    done = imagelint("--format=concise", ".", cwd=tmp_path)
    assert done.stdout.startswith(FOUND)
    assert done.stderr.count("Traceback") == 0
    tracked = imagelint("--tracked", ".", cwd=tmp_path)
    assert "Traceback" not in tracked.stderr
    assert tracked.returncode in {0, 2}


@pytest.mark.parametrize("name", [".git/index", ".git", ".gitignore"])
def test_a_pipe_instead_of_metadata_is_not_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").touch()
    if name == ".git":
        shutil.rmtree(tmp_path / ".git")
    os.mkfifo(tmp_path / name)
    assert imagelint("--format=concise", ".", cwd=tmp_path).stdout.startswith(FOUND)
    assert imagelint("--tracked", ".", cwd=tmp_path).returncode in {0, 2}


def test_metadata_behind_a_pointer_that_points_to_itself(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: .git\n", encoding="utf-8")
    with pytest.raises(OSError, match="Not a directory"):
        read_index(str(tmp_path))
    (tmp_path / ".git").write_text("nothing", encoding="utf-8")
    with pytest.raises(UnreadableError, match="is not a git repository"):
        read_index(str(tmp_path))


def test_a_gitignore_that_is_too_large_is_reported_and_ignores_nothing(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    (tmp_path / ".gitignore").write_bytes(b"*.yaml\n" + b"\n" * 1024 * 1024)
    done = imagelint("--format=concise", ".", cwd=tmp_path)
    assert done.stdout.startswith(FOUND)
    assert ".gitignore: larger than 1024 KiB" in done.stderr


@pytest.mark.parametrize("glob", ["*a" * 30 + "*b", "**/" + "*a*a*a*a/" * 8 + "**/*b", "*[a]" * 20 + "?b"])
@pytest.mark.parametrize("file", [".gitignore", ".imagelint.yaml", "overrides", "ignore"])
def test_globs_that_explode(tmp_path: Path, glob: str, file: str) -> None:
    folder = tmp_path.joinpath(*["a" * 120] * 8)
    folder.mkdir(parents=True)
    (folder / f"{'a' * 200}.yaml").write_text(POD.replace("name: a", f"name: {'a' * 250}", 1), encoding="utf-8")
    texts = {
        ".gitignore": glob,
        ".imagelint.yaml": f"exclude: ['{glob}']",
        "overrides": f"overrides: [{{paths: ['{glob}'], rules: {{latest-tag: off}}}}]",
        "ignore": f"ignore: [{{rule: invalid-image-reference, reason: x, path: '{glob}', name: '{glob}'}}]",
    }
    name = file if file.startswith(".") else ".imagelint.yaml"
    (tmp_path / name).write_text(texts[file], encoding="utf-8")
    assert "error[invalid-image-reference]" in imagelint("--format=concise", ".", cwd=tmp_path).stdout
