"""A path in the repository: from the root of the work tree, through links and from any folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.reporting.report_paths import RepositoryPaths

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "apps" / "base").mkdir(parents=True)
    (root / "apps" / "base" / "pod.yaml").touch()
    return root


@pytest.mark.parametrize("folder", [".", "apps", "apps/base"])
def test_from_any_folder(repository: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / folder)
    path_of = RepositoryPaths()
    absolute = repository / "apps/base/pod.yaml"
    assert path_of(str(absolute)) == "apps/base/pod.yaml"
    assert path_of("../" * (len(folder.split("/")) * (folder != ".")) + "apps/base/pod.yaml") == "apps/base/pod.yaml"


def test_links_lead_to_the_file_that_git_knows(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "link.yaml").symlink_to("apps/base/pod.yaml")
    (repository / "linked").symlink_to("apps")
    (repository.parent / "outside.yaml").touch()
    (repository / "out.yaml").symlink_to("../outside.yaml")
    (repository.parent / "elsewhere").symlink_to("repository")
    monkeypatch.chdir(repository.parent / "elsewhere")
    path_of = RepositoryPaths()
    assert path_of("link.yaml") == "apps/base/pod.yaml"
    assert path_of("linked/base/pod.yaml") == "apps/base/pod.yaml"
    assert path_of("out.yaml") == "out.yaml"


def test_linked_work_trees_and_submodules_have_a_file(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "apps" / ".git").write_text("gitdir: ../.git/modules/apps\n", encoding="utf-8")
    monkeypatch.chdir(repository)
    assert RepositoryPaths()("apps/base/pod.yaml") == "apps/base/pod.yaml"
    monkeypatch.chdir(repository / "apps")
    assert RepositoryPaths()("base/pod.yaml") == "base/pod.yaml"


def test_outside_of_the_work_tree_of_the_working_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.parent)
    path_of = RepositoryPaths()
    assert path_of("repository/apps/base/pod.yaml") == "apps/base/pod.yaml"
    assert path_of("plain.yaml") == "plain.yaml"
    assert path_of("<stdin>") == "<stdin>"
