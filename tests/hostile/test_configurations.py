"""Configurations, inventories and baselines from strangers: they read, write and use no more than they may."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest

from imagelint.config.containment import link_out_of_tree
from imagelint.config.file import load_configuration
from imagelint.config.search import find_configuration
from imagelint.config.toml_nodes import load_toml
from imagelint.config.validation import InvalidFileError
from imagelint.inputs import listed_paths
from imagelint.text import bounded
from imagelint.text.compose import ComposeError
from imagelint.text.errors import UserFileError
from imagelint.world import layouts
from imagelint.world.inventory import InventoryError, read_inventory
from imagelint.writing.baseline import read_baseline
from imagelint_rules import RULES
from support import imagelint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: quay.io/acme/app:1}]}\n"
INDEX = "application/vnd.oci.image.index.v1+json"
OTHER_USER = 54321


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree with a manifest, beside a file that is none of its business."""
    (tmp_path / "secret").write_text("password: CANARY\nCANARY/app:1\n", encoding="utf-8")
    path = tmp_path / "tree"
    (path / ".git").mkdir(parents=True)
    (path / "pod.yaml").write_text(POD, encoding="utf-8")
    monkeypatch.chdir(path)
    return path


@pytest.mark.parametrize("name", ["../secret", "../absent", "link", "folder/secret", "/dev/stdin", "/dev/zero"])
@pytest.mark.parametrize("key", ["inventory: [%s]", "knowledge: [%s]", "extends: %s", "plugins: [%s]"])
def test_a_configuration_names_nothing_outside_of_its_work_tree(tree: Path, key: str, name: str) -> None:
    (tree / "link").symlink_to("../secret")
    (tree / "folder").symlink_to("..")
    (tree / ".imagelint.yaml").write_text(key % name, encoding="utf-8")
    with pytest.raises(InvalidFileError) as error:
        load_configuration(".imagelint.yaml", RULES, allow_plugins=True)
    assert f"`{name}` leads out of the work tree" in str(error.value)
    assert "CANARY" not in str(error.value)


@pytest.mark.parametrize("key", ["inventory: [%s]", "knowledge: [%s]", "extends: %s", "plugins: [%s]"])
def test_a_configuration_names_no_pipe(tree: Path, key: str) -> None:
    os.mkfifo(tree / "pipe")
    (tree / ".imagelint.yaml").write_text(key % "pipe", encoding="utf-8")
    done = imagelint("--allow-plugins", ".", cwd=tree)
    assert (done.returncode, "`pipe` is not a regular file" in done.stderr) == (2, True)


def test_a_configuration_that_is_a_link_out_of_the_tree_is_not_read(tree: Path) -> None:
    (tree / ".imagelint.yaml").symlink_to("../secret")
    with pytest.raises(UserFileError, match="symbolic link out of the work tree"):
        find_configuration("pod.yaml")


def test_a_layout_with_a_link_out_of_the_tree_is_not_read(tree: Path) -> None:
    (tree / "images").mkdir()
    (tree / "images/index.json").symlink_to("../../secret")
    (tree / ".imagelint.yaml").write_text("inventory: [images]", encoding="utf-8")
    done = imagelint(".", cwd=tree)
    assert (done.returncode, "symbolic link out of the work tree" in done.stderr) == (2, True)


def test_the_command_line_may_name_an_inventory_anywhere(tree: Path) -> None:
    (tree.parent / "images.txt").write_text("quay.io/acme/app:2\n", encoding="utf-8")
    done = imagelint("--inventory=../images.txt", "--format=concise", ".", cwd=tree)
    assert "error[image-not-in-inventory]" in done.stdout


def test_the_search_ends_where_the_files_of_the_user_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".imagelint.yaml").write_text("", encoding="utf-8")
    (tmp_path / "a/b").mkdir(parents=True)
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.chdir(tmp_path / "a")
    assert find_configuration("b") is None
    monkeypatch.chdir(tmp_path)
    assert find_configuration("a/b") == str(tmp_path / ".imagelint.yaml")
    (tmp_path / "a/.git").mkdir()
    assert find_configuration("a/b") is None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_configuration_of_another_user_is_passed_over(tree: Path) -> None:
    (tree / ".imagelint.yaml").write_text("exclude: ['*']", encoding="utf-8")
    os.chown(tree / ".imagelint.yaml", OTHER_USER, OTHER_USER)
    done = imagelint("pod.yaml", cwd=tree)
    assert ".imagelint.yaml: belongs to another user, not used" in done.stderr
    (tree / "link.yaml").write_text("", encoding="utf-8")
    (tree / "imagelint.yaml").symlink_to("link.yaml")
    os.chown(tree / "link.yaml", OTHER_USER, OTHER_USER)
    assert find_configuration(str(tree)) is None


def test_a_folder_that_a_configuration_excludes_wholly_gets_a_note(tree: Path) -> None:
    (tree / ".imagelint.yaml").write_text("exclude: ['*.yaml']", encoding="utf-8")
    assert "note: .: `exclude` in the configuration leaves out the only manifest" in imagelint(".", cwd=tree).stderr


@pytest.mark.parametrize(
    "arguments",
    [["--output=out"], ["--write-baseline=out"], ["--output=folder/report"], ["--output=folder/../tree/../out"]],
)
def test_nothing_is_written_through_a_link_out_of_the_tree(tree: Path, arguments: list[str]) -> None:
    (tree / "out").symlink_to("../victim")
    (tree / "folder").symlink_to("..")
    before = sorted(os.listdir(tree.parent))
    done = imagelint(*arguments, ".", cwd=tree)
    assert (done.returncode, "leads out of the work tree" in done.stderr) == (2, True)
    assert sorted(os.listdir(tree.parent)) == before


def test_init_does_not_write_through_a_link(tree: Path) -> None:
    (tree / ".imagelint.yaml").symlink_to("../secret")
    done = imagelint("init", "--force", ".", cwd=tree)
    assert (done.returncode, "leads out of the work tree" in done.stderr) == (2, True)
    assert "CANARY" in (tree.parent / "secret").read_text(encoding="utf-8")


def test_links_inside_of_the_tree_and_paths_elsewhere_are_written(tree: Path) -> None:
    (tree / "reports").mkdir()
    (tree / "link").symlink_to("reports")
    (tree.parent / "elsewhere").symlink_to("secret")
    assert link_out_of_tree("link/report") is None
    assert link_out_of_tree("../elsewhere") is None
    assert link_out_of_tree(os.path.join(tree.parent, "report")) is None


READERS: dict[str, Callable[[str], object]] = {
    "configuration": lambda path: load_configuration(path, RULES),
    "inventory": lambda path: read_inventory([path]),
    "baseline": read_baseline,
    "list": listed_paths,
}


@pytest.mark.parametrize("reader", READERS)
def test_devices_and_files_beyond_the_limit_are_refused(tree: Path, reader: str) -> None:
    with pytest.raises(UserFileError, match="is not a regular file"):
        READERS[reader]("/dev/zero")
    with open(tree / "sparse", "wb") as file:
        file.truncate(bounded.MAX_LIST + 1)
    with pytest.raises(UserFileError, match=r"larger than (4|64) MiB, not read"):
        READERS[reader](str(tree / "sparse"))


def test_too_many_values_of_json_are_refused(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MAX_VALUES", 100)
    (tree / "many.json").write_text(json.dumps([{}] * 100), encoding="utf-8")
    (tree / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    for reader in ("inventory", "baseline"):
        with pytest.raises(UserFileError, match="holds more than 100 values, not read"):
            READERS[reader](str(tree / "many.json"))
    monkeypatch.setattr(bounded, "MAX_VALUES", 1_000_000)
    for reader in ("inventory", "baseline"):
        with pytest.raises(UserFileError, match="nested too deeply"):
            READERS[reader](str(tree / "deep.json"))


def test_too_many_images_are_refused(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagelint.world.inventory.MAX_IMAGES", 10)
    (tree / "images").write_text("".join(f"quay.io/acme/app:{n}\n" for n in range(11)), encoding="utf-8")
    with pytest.raises(InventoryError, match="more than 10 images"):
        read_inventory([str(tree / "images")])


def archive(**members: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as file:
        for name, content in members.items():
            info = tarfile.TarInfo(name.replace("_", "."))
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return target.getvalue()


def test_archives_are_bounded(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tree / "images.tar"

    def refused(content: bytes, message: str) -> None:
        path.write_bytes(content)
        with pytest.raises(InventoryError, match=message):
            read_inventory([str(path)])

    bomb = archive(layer=b"\0" * 3_000_000, manifest_json=b"[]")
    monkeypatch.setattr(layouts, "MAX_MEMBERS", 3)
    refused(archive(a=b"", b=b"", c=b"", d=b""), "more than 3 members")
    monkeypatch.setattr(layouts, "MAX_UNPACKED", 1024**2)
    refused(gzip.compress(bomb), "unpacks to more than 1 MiB")
    monkeypatch.setattr(layouts, "MAX_INDEXES", 1024**2)
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 10 * 1024**3
    refused(header.tobuf(tarfile.GNU_FORMAT), "more than 1 MiB of headers and indexes")
    monkeypatch.setattr(layouts, "MAX_INDEX", 1024**2)
    refused(archive(manifest_json=b" " * 2 * 1024**2), "manifest.json is larger than 1 MiB")


def test_indexes_that_name_each_other_are_read_once(tree: Path) -> None:
    digests = [f"{number:064x}" for number in range(60)]
    (tree / "blobs/sha256").mkdir(parents=True)
    descriptors = [{"mediaType": INDEX, "digest": f"sha256:{digest}"} for digest in digests]
    for digest in digests[:-1]:
        (tree / "blobs/sha256" / digest).write_text(json.dumps({"manifests": descriptors[:1] * 60}), encoding="utf-8")
    named = {**descriptors[0], "annotations": {"org.opencontainers.image.ref.name": "quay.io/acme/app:1"}}
    (tree / "index.json").write_text(json.dumps({"manifests": [named]}), encoding="utf-8")
    read_inventory([str(tree)])
    for digest, child in zip(digests, descriptors[1:], strict=False):
        (tree / "blobs/sha256" / digest).write_text(json.dumps({"manifests": [child] * 60}), encoding="utf-8")
    with pytest.raises(InventoryError, match="indexes nested deeper than 4 levels"):
        read_inventory([str(tree)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"[{'a.' * 20_000}a]", "a key of more than 32 parts"),
        ("'a' . " * 20_000 + "a = 1", "a key of more than 32 parts"),
        (f"a = {'[' * 100_000}", "nested deeper than 64 levels"),
        (f"a = {'9' * 5000}", "a number has too many digits"),
    ],
)
def test_toml_that_takes_too_much_is_refused(text: str, message: str) -> None:
    with pytest.raises(ComposeError, match=message):
        load_toml(text.encode())


@pytest.mark.parametrize(
    "text", [f"a = 0x{'f' * 5000}", f"a = {'9' * 5000}", f"a = {'[' * 400}{']' * 400}", f"a.{'a.' * 9000}a = 1"]
)
def test_toml_of_a_stranger_is_a_wrong_configuration(tree: Path, text: str) -> None:
    (tree / "pyproject.toml").write_text(f"[tool.imagelint]\n{text}\n", encoding="utf-8")
    done = imagelint("pod.yaml", cwd=tree)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: pyproject.toml:")


def test_pipes_that_the_command_line_names_are_read(tree: Path) -> None:
    command = (
        'exec "$0" -m imagelint --format=concise --inventory=<(echo quay.io/acme/app:2) --config=/dev/null pod.yaml'
    )
    done = subprocess.run(
        ["bash", "-c", command, sys.executable], cwd=tree, capture_output=True, text=True, check=False
    )
    assert "error[image-not-in-inventory]" in done.stdout
