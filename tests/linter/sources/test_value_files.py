"""Files that a helmfile names as values are read as such, and nothing that was not read anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

HELMFILE = """\
releases:
  - name: shop
    namespace: store
    chart: acme/shop
    values:
      - envs/prod.yaml
      - missing.yaml
      - image: {repository: quay.io/acme/shop, tag: latest}
    set:
      - name: worker.image
        value: quay.io/acme/worker:latest
"""
VALUES = "image:\n  repository: quay.io/acme/shop\n  tag: 1.10\n"


def write(tree: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, encoding="utf-8")


def test_files_of_a_helmfile(tmp_path: Path) -> None:
    write(tmp_path, {"helmfile.yaml": HELMFILE, "envs/prod.yaml": VALUES})
    done = imagelint(".", "--format=concise", cwd=tmp_path)
    assert [line.partition("] ")[0] for line in done.stdout.splitlines()] == [
        "envs/prod.yaml:3:8: warning[number-as-tag",
        "helmfile.yaml:8:53: warning[latest-tag",
        "helmfile.yaml:11:16: warning[latest-tag",
    ]


def test_files_of_another_name_hold_no_values(tmp_path: Path) -> None:
    write(tmp_path, {"envs/prod.yaml": VALUES, "pod.yaml": "apiVersion: v1\nkind: ConfigMap\n"})
    assert imagelint(".", cwd=tmp_path).stdout == ""


@pytest.mark.parametrize("name", ["../out.yaml", "/etc/hostname", "link.yaml", ".", "{{ .Values.x }}"])
def test_nothing_else_is_read(name: str, tmp_path: Path) -> None:
    named = f"releases: [{{values: [{name!r}]}}]"
    write(tmp_path, {"out.yaml": VALUES, "tree/.git/HEAD": "", "tree/helmfile.yaml": named})
    (tmp_path / "tree/link.yaml").symlink_to("../out.yaml")
    done = imagelint(".", cwd=tmp_path / "tree")
    assert (done.stdout, done.returncode) == ("", 0)


def test_images_are_listed_with_their_keys(tmp_path: Path) -> None:
    write(tmp_path, {"helmfile.yaml": HELMFILE, "envs/prod.yaml": VALUES})
    table = imagelint("images", ".", cwd=tmp_path).stdout.splitlines()
    assert [line.split() for line in table[1:]] == [
        ["quay.io/acme/shop:1.10", "Values", "prod.yaml", "image", "IfNotPresent", "default", "-", "envs/prod.yaml:2"],
        ["quay.io/acme/shop:latest", "Release", "store/shop", "image", "Always", "default", "-", "helmfile.yaml:8"],
        [
            "quay.io/acme/worker:latest",
            "Release",
            "store/shop",
            "worker.image",
            "Always",
            "default",
            "-",
            "helmfile.yaml:11",
        ],
    ]
