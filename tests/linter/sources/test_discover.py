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

# bford.info/cachedir
SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"
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
    write(tree, ".git/x.yaml", "node_modules/x.yaml", "env/lib/x.yaml", "package.json")
    write(tree, "env/pyvenv.cfg", text="home = /usr/bin\n")
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


def test_one_note_for_a_chart_with_any_content(tree: Path) -> None:
    write(tree, "shop/Chart.yaml", "shop/charts/db/Chart.yaml", text=CHART)
    write(tree, "shop/templates/a.yaml", "shop/templates/b/c.yaml", "shop/charts/db/templates/d.yaml")
    write(tree, "shop/values.yaml", "shop/values-prod.yaml", "shop/crds/e.yaml", "shop/ci/test.yaml")
    write(tree, "shop/files/raw.yaml", "shop/manifests/pod.yaml", "values.yaml")
    found = discover(["."])
    assert found.charts == ["shop"]
    values = ["shop/values-prod.yaml", "shop/values.yaml"]
    assert [file.path for file in found.files] == ["shop/manifests/pod.yaml", *values, "values.yaml"]


def test_values_of_a_chart_inside_a_chart_belong_to_it(tree: Path) -> None:
    write(tree, "shop/Chart.yaml", "shop/charts/db/Chart.yaml", text=CHART)
    write(tree, "shop/charts/db/values.yaml", "shop/values.schema.json")
    assert [file.path for file in discover(["."]).files] == []


def test_a_folder_with_a_chart_file_of_another_tool_is_not_a_chart(tree: Path) -> None:
    write(tree, "x/Chart.yaml", text="series: [1, 2]\n")
    write(tree, "x/templates/pod.yaml")
    found = discover(["."])
    assert found.charts == []
    assert [file.path for file in found.files] == ["x/templates/pod.yaml"]


def test_a_chart_without_templates_has_nothing_to_note(tree: Path) -> None:
    write(tree, "x/Chart.yaml", text=CHART)
    write(tree, "x/values.yaml")
    assert discover(["."]).charts == []


def test_links_are_read_by_their_target_and_stay_in_the_tree(tree: Path) -> None:
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


def test_a_folder_that_may_not_be_read_is_reported(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_what_git_tracks_is_never_left_out(tree: Path) -> None:
    write(tree, "m/a.yaml", "m/b/c.yaml", "m/local.yaml", "cache/x.yaml", "env/x.yaml", ".tox/x.yaml", "new/x.yaml")
    write(tree, "cache/CACHEDIR.TAG", text=f"{SIGNATURE}\n")
    write(tree, "env/pyvenv.cfg", text="home = /usr/bin\n")
    tracked = ["cache/x.yaml", "env/x.yaml", "m/a.yaml", "m/b/c.yaml"]
    git("init", "--quiet")
    git("add", *tracked)
    write(tree, ".gitignore", text="m\n")
    assert read() == [*tracked, "new/x.yaml"]
    write(tree, ".gitignore", text="*\n")
    assert read() == tracked
    assert read("m", "new") == ["m/a.yaml", "m/b/c.yaml"]
    write(tree, ".gitignore", text="**\n")
    assert read() == read(tracked=True) == tracked


def test_a_submodule_is_not_ignored_and_read_as_tracked_when_it_is_named(tree: Path) -> None:
    write(tree.parent, "other/pod.yaml", "other/local.yaml")
    git("init", "--quiet", "../other")
    git("-C", "../other", "add", "pod.yaml")
    git("-C", "../other", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message=x")
    git("init", "--quiet")
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../other", "sub")
    write(tree, ".gitignore", text="sub\n")
    write(tree, "sub/local.yaml")
    assert read() == ["sub/local.yaml", "sub/pod.yaml"]
    assert read(tracked=True) == []
    assert read("sub", tracked=True) == ["sub/pod.yaml"]


def test_a_linked_work_tree_has_its_own_index_and_shares_what_is_excluded(tree: Path) -> None:
    write(tree, "pod.yaml")
    git("init", "--quiet")
    git("add", "pod.yaml")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message=x")
    git("worktree", "add", "--quiet", "../linked")
    write(tree, ".git/info/exclude", text="local.yaml\n")
    write(tree.parent, "linked/local.yaml", "linked/new.yaml")
    assert read("../linked") == ["../linked/new.yaml", "../linked/pod.yaml"]
    assert read("../linked", tracked=True) == ["../linked/pod.yaml"]


@pytest.mark.parametrize(
    ("name", "text", "is_cache"),
    [
        ("CACHEDIR.TAG", SIGNATURE, True),
        ("CACHEDIR.TAG", f"{SIGNATURE}\n# made by a tool\n", True),
        ("CACHEDIR.TAG", "", False),
        ("CACHEDIR.TAG", f" {SIGNATURE}", False),
        ("CACHEDIR.TAG", SIGNATURE[:-1], False),
        ("pyvenv.cfg", "version = 3.13.0\nhome = /usr/bin\n", True),
        ("pyvenv.cfg", "", False),
        ("pyvenv.cfg", "homes = x\n", False),
    ],
)
def test_the_mark_of_a_cache_needs_its_content(tree: Path, name: str, text: str, is_cache: bool) -> None:
    write(tree, "m/x.yaml", "m/deep/y.yaml")
    write(tree, f"m/{name}", text=text)
    assert read() == ([] if is_cache else ["m/deep/y.yaml", "m/x.yaml"])
    assert read("m") == ["m/deep/y.yaml", "m/x.yaml"]


def test_manifests_that_are_left_out_are_found_again_for_a_note(tree: Path) -> None:
    manifest = "apiVersion: v1\nkind: Pod\n"
    write(tree, "m/pod.yaml", "m/deep/pod.yaml", "cache/pod.yaml", "one.yaml", "kept/pod.yaml", text=manifest)
    write(tree, "m/values.yaml", "m/node_modules/x.yaml")
    write(tree, "cache/CACHEDIR.TAG", text=SIGNATURE)
    write(tree, ".gitignore", text="m\n/one.yaml\nlink\n")
    (tree / "link").symlink_to("kept")
    found = discover(["."])
    assert [file.path for file in found.files] == ["kept/pod.yaml"]
    assert found.hidden == ["cache/pod.yaml", "m/deep/pod.yaml", "m/pod.yaml", "one.yaml"]


def test_a_link_is_ignored_by_its_own_name(tree: Path) -> None:
    write(tree, "m/x.yaml")
    (tree / "link.yaml").symlink_to("m/x.yaml")
    write(tree, ".gitignore", text="m\nlink.yaml\n")
    assert read() == []
    write(tree, ".gitignore", text="m\n")
    assert read() == ["link.yaml"]


def test_a_folder_without_tracked_manifests_is_reported(tree: Path) -> None:
    write(tree, "a/x.yaml")
    git("init", "--quiet")
    assert skipped(discover(["a"], tracked=True)) == {"a": "git tracks no manifests in it"}


def test_tracked_outside_a_work_tree_is_an_error() -> None:
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
