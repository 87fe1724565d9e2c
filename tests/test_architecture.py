"""ARCHITECTURE.md and the decisions name only files and functions that exist."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = [ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs/decisions").glob("*.md"))]
# A file, and the functions, classes and methods that the text names right after it.
_FILE = re.compile(r"`?([\w./]+\.py)`?((?:[ ,]+(?:and )?`(?!\w+\.py)[A-Za-z_][\w.]*`)*)")
_FOLDERS = (ROOT, ROOT / "linter/imagelint")


def named(page: Path) -> list[tuple[str, list[str]]]:
    text = re.sub(r"\s+", " ", page.read_text(encoding="utf-8"))
    return [(file, re.findall(r"`([A-Za-z_][\w.]*)`", names)) for file, names in _FILE.findall(text)]


def path_of(file: str) -> Path:
    found = [folder / file for folder in _FOLDERS if (folder / file).is_file()]
    assert len(found) == 1, f"{file} does not exist"
    return found[0]


def defined(tree: ast.AST, prefix: str = "") -> set[str]:
    """`check`, `Session` and `Session.read` of a module."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names |= {prefix + node.name, *defined(node, f"{prefix}{node.name}.")}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(prefix + node.target.id)
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_and_functions_exist(page: Path) -> None:
    for file, names in named(page):
        known = defined(ast.parse(path_of(file).read_text(encoding="utf-8")))
        assert {*names} <= known, f"{file} has no {sorted({*names} - known)}"


def test_the_paths_name_a_function_in_each_step() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for path in text.split("\n## The path of ")[1:]:
        steps = re.findall(r"^\d+\. (.+)$", path.partition("\n## ")[0], re.MULTILINE)
        assert len(steps) >= 12
        assert [step for step in steps if not re.match(r"`[\w./]+\.py` `[\w.]+`", step)] == []


def test_every_folder_and_module_of_the_engine_is_in_the_picture() -> None:
    table = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("| folder |")[2].partition("\n\n")[0]
    names = {path.name for path in (ROOT / "linter/imagelint").iterdir() if not path.name.startswith("__")}
    listed = {name.rstrip("/") for name in re.findall(r"`([\w.]+/?)`", table)}
    assert names - {"py.typed", "schemas"} <= listed
