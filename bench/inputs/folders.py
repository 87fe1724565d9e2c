"""Many files and folders: charts, `.gitignore`, configurations of their own, paths of the command line."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from inputs.rows import Rows, configured, pod, secret, stream

if TYPE_CHECKING:
    from pathlib import Path

ROWS = Rows()
_LINT = ["check", "."]


def _files(folder: Path, n: int, name: str = "p{}.yaml") -> None:
    for i in range(n):
        path = folder / name.format(i)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pod(f"p{i}", "nginx:latest"), encoding="utf-8")


@ROWS.add("files")
def _many(folder: Path, n: int) -> list[str]:
    _files(folder, n)
    return _LINT


@ROWS.add("folders")
def _many_folders(folder: Path, n: int) -> list[str]:
    _files(folder, n, "f{0}/p{0}.yaml")
    return _LINT


@ROWS.add("named files")
def _named(folder: Path, n: int) -> list[str]:
    _files(folder, n)
    return ["check", *(f"p{i}.yaml" for i in range(n))]


@ROWS.add("named files below a large pyproject.toml")
def _named_project(folder: Path, n: int) -> list[str]:
    (folder / "pyproject.toml").write_text("# imagelint\n" + "#\n" * n, encoding="utf-8")
    _files(folder, n)
    return ["check", *(f"p{i}.yaml" for i in range(n))]


@ROWS.add("named files beside walked ones, with `exclude`")
def _beside(folder: Path, n: int) -> list[str]:
    _files(folder, n, "walked/p{}.yaml")
    _files(folder, n, "named/p{}.yaml")
    configured(folder, exclude=["nothing"])
    return ["check", "walked", *(f"named/p{i}.yaml" for i in range(n))]


@ROWS.add("paths in a list of files")
def _listed(folder: Path, n: int) -> list[str]:
    _files(folder, n)
    (folder / "list").write_text("".join(f"p{i}.yaml\n" for i in range(n)), encoding="utf-8")
    return ["check", "--files-from", "list"]


@ROWS.add("one path again and again in a list of files", 100_000)
def _repeated(folder: Path, n: int) -> list[str]:
    _files(folder, 1)
    (folder / "list").write_text("p0.yaml\n" * n, encoding="utf-8")
    return ["check", "--files-from", "list"]


@ROWS.add("folders with a configuration of their own", 100)
def _configurations(folder: Path, n: int) -> list[str]:
    _files(folder, n, "f{0}/p{0}.yaml")
    for i in range(n):
        configured(folder / f"f{i}", rules={"latest-tag": "error"}, exclude=[f"x{i}"])
    return ["check", *(f"f{i}" for i in range(n))]


@ROWS.add("folders with a namespace of their own in a configuration", 100)
def _namespaces(folder: Path, n: int) -> list[str]:
    _files(folder, n, "f{0}/p{0}.yaml")
    for i in range(n):
        configured(folder / f"f{i}", namespace=f"n{i}")
    return ["check", *(f"f{i}" for i in range(n))]


@ROWS.add("folders with registries, secrets and a namespace of their own", 100)
def _worlds(folder: Path, n: int) -> list[str]:
    for i in range(n):
        own = folder / f"f{i}"
        own.mkdir()
        configured(
            own,
            namespace=f"n{i}",
            registries={f"r{i}.example": {"auth": "secret"}},
            secrets={"external": [f"n{i}/s"]},
        )
        pods = [pod("a", f"r{i}.example/a:latest", namespace=None, secrets=["s", "t"]), pod("b", namespace=None)]
        text = stream([*pods, secret("t", f"r{i}.example", namespace=None)])
        (own / "m.yaml").write_text(text, encoding="utf-8")
    return ["check", *(f"f{i}" for i in range(n))]


@ROWS.add("folders with an inventory and knowledge that they share", 50)
def _shared_lists(folder: Path, n: int) -> list[str]:
    _files(folder, n, "f{0}/p{0}.yaml")
    (folder / "images.txt").write_text("".join(f"r{i}.example/a{i}:1\n" for i in range(n)), encoding="utf-8")
    entries = [{"host": f"gh{i}.example", "likely": "ghcr.io", "kind": "typo"} for i in range(n)]
    (folder / "k.yaml").write_text(json.dumps({"misspellings": entries}), encoding="utf-8")
    (folder / ".git").mkdir()
    for i in range(n):
        configured(folder / f"f{i}", inventory=["../images.txt"], knowledge=["../k.yaml"], namespace=f"n{i}")
    return ["check", *(f"f{i}" for i in range(n))]


@ROWS.add("named folders below a large pyproject.toml", 100)
def _folders_below_project(folder: Path, n: int) -> list[str]:
    (folder / "pyproject.toml").write_text("# imagelint\n" + "#\n" * n, encoding="utf-8")
    _files(folder, n, "f{0}/p{0}.yaml")
    return ["check", *(f"f{i}" for i in range(n))]


@ROWS.add("charts")
def _charts(folder: Path, n: int) -> list[str]:
    _files(folder, n, "c{0}/templates/p.yaml")
    for i in range(n):
        (folder / f"c{i}" / "Chart.yaml").write_text(f"name: c{i}\n", encoding="utf-8")
    return _LINT


@ROWS.add("files of one chart")
def _chart(folder: Path, n: int) -> list[str]:
    _files(folder, n, "templates/p{}.yaml")
    (folder / "Chart.yaml").write_text("name: a\n", encoding="utf-8")
    return _LINT


@ROWS.add("lines of a .gitignore x files")
def _gitignore(folder: Path, n: int) -> list[str]:
    _files(folder, n)
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("".join(f"q{i}*.yaml\n" for i in range(n)), encoding="utf-8")
    return _LINT


@ROWS.add(".gitignore files")
def _gitignores(folder: Path, n: int) -> list[str]:
    _files(folder, n, "f{0}/p{0}.yaml")
    for i in range(n):
        (folder / f"f{i}" / ".gitignore").write_text(f"x{i}\n", encoding="utf-8")
    (folder / ".git").mkdir()
    return _LINT


@ROWS.add("links")
def _links(folder: Path, n: int) -> list[str]:
    _files(folder, n)
    for i in range(n):
        (folder / f"l{i}.yaml").symlink_to(f"p{i}.yaml")
    return _LINT


@ROWS.add("tracked files")
def _tracked(folder: Path, n: int) -> list[str]:
    _files(folder, n, "f{0}/p{0}.yaml")
    for command in ("init", "add ."):
        subprocess.run(["git", *command.split()], cwd=folder, check=True, capture_output=True)
    return ["check", "--tracked", "."]


@ROWS.add("files of `--context`")
def _context(folder: Path, n: int) -> list[str]:
    _files(folder, n, "named/p{}.yaml")
    _files(folder, n, "context/p{}.yaml")
    return ["check", "--context", "context", "named"]
