"""Which files a run reads: everything a user would expect of a walk, and nothing that git ignores."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagelint.sources.discover import Discovery, InputPathError, discover

if TYPE_CHECKING:
    from pathlib import Path

CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return folder


def write(folder: Path, *names: str, text: str = "a: b\n") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def read(*paths: str, tracked: bool = False) -> list[str]:
    return [file.path for file in discover(paths or ["."], tracked=tracked).files]


def skipped(found: Discovery) -> dict[str, str]:
    return {entry.path: entry.reason for entry in found.skipped}


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], check=False, capture_output=True, text=True)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


def test_a_walk_reads_yaml_and_json_in_hidden_folders_too(tree: Path) -> None:
    write(tree, "b.yaml", "a/c.YML", ".deploy/x.json", "a/kustomization.yaml", "k/Kustomization", "notes.txt")
    write(tree, ".git/x.yaml", "node_modules/x.yaml", "env/pyvenv.cfg", "env/lib/x.yaml", "package.json")
    assert read() == [".deploy/x.json", "a/c.YML", "a/kustomization.yaml", "b.yaml", "k/Kustomization"]


def test_a_named_file_is_always_read(tree: Path) -> None:
    write(tree, "manifest.txt", "ignored.yaml", "shop/templates/pod.yaml", ".gitignore", text="*.yaml\n")
    write(tree, "shop/Chart.yaml", text=CHART)
    assert read("manifest.txt", "ignored.yaml", "shop/templates/pod.yaml") == [
        "ignored.yaml",
        "manifest.txt",
        "shop/templates/pod.yaml",
    ]


def test_overlapping_arguments_read_a_file_once(tree: Path) -> None:
    write(tree, "a/x.yaml")
    assert read("a", ".", "a/x.yaml", "./a/../a/x.yaml") == ["a/x.yaml"]
    assert discover(["a", "a/x.yaml"]).files[0].explicit


def test_paths_outside_the_working_folder_are_shown_as_given(tree: Path) -> None:
    write(tree.parent, "other/x.yaml")
    assert read("../other") == ["../other/x.yaml"]
    assert read(str(tree.parent / "other")) == [f"{tree.parent}/other/x.yaml"]
    write(tree, "y.yaml")
    assert read(str(tree)) == ["y.yaml"]


def test_one_note_for_a_chart_whatever_it_holds(tree: Path) -> None:
    write(tree, "shop/Chart.yaml", "shop/charts/db/Chart.yaml", text=CHART)
    write(tree, "shop/templates/a.yaml", "shop/templates/b/c.yaml", "shop/charts/db/templates/d.yaml")
    write(tree, "shop/values.yaml", "shop/values-prod.yaml", "shop/crds/e.yaml", "shop/ci/test.yaml")
    write(tree, "shop/files/raw.yaml", "shop/manifests/pod.yaml", "values.yaml")
    found = discover(["."])
    assert found.charts == ["shop"]
    assert [file.path for file in found.files] == ["shop/manifests/pod.yaml", "values.yaml"]


def test_a_folder_with_a_chart_file_of_something_else_is_no_chart(tree: Path) -> None:
    write(tree, "x/Chart.yaml", text="series: [1, 2]\n")
    write(tree, "x/templates/pod.yaml")
    found = discover(["."])
    assert found.charts == []
    assert [file.path for file in found.files] == ["x/templates/pod.yaml"]


def test_a_chart_without_templates_has_nothing_to_note(tree: Path) -> None:
    write(tree, "x/Chart.yaml", text=CHART)
    write(tree, "x/values.yaml")
    assert discover(["."]).charts == []


def test_links_are_told_by_their_target_and_stay_in_the_tree(tree: Path) -> None:
    write(tree, "real.yaml")
    write(tree.parent, "outside.yaml")
    for name, target in (("a.yaml", "real.yaml"), ("out.yaml", "../outside.yaml"), ("gone.yaml", "nowhere")):
        (tree / name).symlink_to(target)
    (tree / "loop").symlink_to(".")
    (tree / "self.yaml").symlink_to("self.yaml")
    found = discover(["."])
    assert [file.path for file in found.files] == ["real.yaml"]
    assert skipped(found) == {
        "out.yaml": "symbolic link out of the tree",
        "gone.yaml": "dangling symbolic link",
        "self.yaml": "dangling symbolic link",
    }


def test_a_pipe_met_on_a_walk_is_skipped_and_a_named_one_refused(tree: Path) -> None:
    os.mkfifo(tree / "pipe.yaml")
    assert skipped(discover(["."])) == {"pipe.yaml": "not a regular file"}
    with pytest.raises(InputPathError, match="is not a regular file"):
        discover(["pipe.yaml"])


def test_a_folder_that_may_not_be_read_is_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, "locked/x.yaml", "open.yaml")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root, as which containers run tests, may read everything
    found = discover(["."])
    assert [file.path for file in found.files] == ["open.yaml"]
    assert skipped(found) == {"locked": "permission denied"}


def test_a_path_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputPathError, match="no such file"):
        discover(["absent.yaml"])


def test_tracked_files_only(tree: Path) -> None:
    write(tree, "a/tracked.yaml", "a/untracked.yaml", "ignored.yaml")
    write(tree, ".gitignore", text="ignored.yaml\n")
    git("init", "--quiet")
    git("add", "--force", "a/tracked.yaml", "ignored.yaml")
    assert read(tracked=True) == ["a/tracked.yaml", "ignored.yaml"]
    assert read("a", tracked=True) == ["a/tracked.yaml"]


def test_tracked_outside_a_work_tree_is_an_error(monkeypatch: pytest.MonkeyPatch, tree: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tree.parent))
    with pytest.raises(InputPathError, match="not in a git work tree"):
        discover(["."], tracked=True)


def test_ignore_files_above_the_folder_count_up_to_the_work_tree(tree: Path) -> None:
    git("init", "--quiet")
    write(tree, "a/b/x.yaml", "a/b/keep.yaml", "a/generated/y.yaml", "a/b/local.yaml")
    write(tree, ".gitignore", text="x.yaml\n/a/generated/\n")
    write(tree, ".git/info/exclude", text="local.yaml\n")
    write(tree.parent, ".gitignore", text="keep.yaml\n")
    assert read("a/b") == ["a/b/keep.yaml"]
    assert read("a") == ["a/b/keep.yaml"]


NAMES = ["a.yaml", "b.yaml", "d/a.yaml", "d/b.yaml", "d/e/a.yaml", "d/e/c.yaml", "x y.yaml"]
PATTERNS = [
    *("*.yaml", "a.yaml", "/a.yaml", "!a.yaml", "d/", "!d/", "/d", "e", "d/*", "!d/e", "**/a.yaml", "d/**"),
    *("d/**/c.yaml", "!/d/e/c.yaml", "x\\ y.yaml", "x y.yaml", "# comment", "", "[ab].yaml", "!*.yaml", "?.yaml"),
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(above=st.lists(st.sampled_from(PATTERNS), max_size=4), below=st.lists(st.sampled_from(PATTERNS), max_size=3))
def test_what_is_ignored_is_what_git_ignores(tree: Path, above: list[str], below: list[str]) -> None:
    git("init", "--quiet")
    write(tree, *NAMES)
    write(tree, ".gitignore", text="\n".join(above) + "\n")
    write(tree, "d/.gitignore", text="\n".join(below) + "\n")
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    assert read() == sorted(name for name in listed if name.endswith(".yaml"))
