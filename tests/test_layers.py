"""Each folder of the engine imports only those above it, with the imports for annotations counted."""

from __future__ import annotations

import ast
import re
from collections import Counter

from support import ROOT

PACKAGE = ROOT / "linter/imagelint"
# In the order of the data. `cli` and `__main__` are where the command begins.
ORDER = [
    *("data", "text", "kubelet", "world", "facts", "index", "linting", "writing", "config", "sources"),
    *("processes", "runs", "session", "inputs", "reporting", "api", "diagnose", "commands", "cli", "__main__"),
]
# Who may reach the network; `lock` will, nothing else ever does.
NETWORK = {"socket", "ssl", "http", "urllib", "asyncio", "ftplib", "smtplib", "xmlrpc"}


def imports() -> list[tuple[str, str, str]]:
    """File, folder or module of the package it is in, and what it imports."""
    found: list[tuple[str, str, str]] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        own = relative.parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [(str(relative), own, name) for name in names]
    return found


def test_folders_import_only_what_is_above_them() -> None:
    for file, own, name in imports():
        package, _, other = name.partition(".")
        if package == "imagelint" and other and own != "__init__":
            assert ORDER.index(other.partition(".")[0]) <= ORDER.index(own), f"{file} imports {name}"


def test_every_folder_and_module_has_its_place() -> None:
    names = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert names - {"__init__", "__pycache__", "py.typed", "schemas"} <= {*ORDER}


def test_nothing_reaches_the_network() -> None:
    harmless = {"urllib.parse"}
    found = [(file, name) for file, own, name in imports() if own != "lock" and name not in harmless]
    assert [(file, name) for file, name in found if name.partition(".")[0] in NETWORK] == []


def test_reporters_read_texts_through_frames_only() -> None:
    reading = re.compile(r"\.sources\b|\b(?:read_source|read_bounded|open|read_bytes|read_text)\(")
    paths = (PACKAGE / "reporting").glob("*.py")
    assert [path.name for path in paths if reading.search(path.read_text(encoding="utf-8"))] == ["frames.py"]


def test_no_two_modules_have_one_name() -> None:
    paths = [path for path in PACKAGE.rglob("*.py") if path.stem not in {"__init__", "__main__"}]
    # `index/index.py` is the module that its folder is about; so is `cli.py` for none.
    assert {name for name, count in Counter(path.stem for path in paths).items() if count > 1} == set()
