"""The Reviewdog Diagnostic Format counts bytes, and its suggestions fit the very characters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"


@pytest.mark.parametrize(("name", "column"), [("ab", 23), ("é😀", 27)])
def test_columns_are_bytes(tmp_path: Path, name: str, column: int) -> None:
    line = f"  - {{name: {name}, image: 'https://quay.io/acme/a:1'}}"
    (tmp_path / "pod.yaml").write_text(f"{HEAD}{line}\n", encoding="utf-8")
    done = imagelint("pod.yaml", "--format=rdjson", cwd=tmp_path)
    (diagnostic,) = json.loads(done.stdout)["diagnostics"]
    assert diagnostic["location"] == {
        "path": "pod.yaml",
        "range": {"start": {"line": 6, "column": column}, "end": {"line": 6, "column": column + 26}},
    }
    assert diagnostic["suggestions"] == [
        {
            "range": {"start": {"line": 6, "column": column + 1}, "end": {"line": 6, "column": column + 25}},
            "text": "quay.io/acme/a:1",
        }
    ]
    start, end = (diagnostic["suggestions"][0]["range"][side]["column"] - 1 for side in ("start", "end"))
    assert line.encode()[start:end] == b"https://quay.io/acme/a:1"


def test_a_fix_that_would_change_another_value_is_not_suggested(tmp_path: Path) -> None:
    pods = "  - {name: a, image: &image 'https://quay.io/acme/a:1'}\n  - {name: b, image: 'https://quay.io/acme/b:1'}\n"
    (tmp_path / "pod.yaml").write_text(f"{HEAD}{pods}  hostname: *image\n", encoding="utf-8")
    done = imagelint("pod.yaml", "--format=rdjson", "--select=invalid-image-reference", cwd=tmp_path)
    suggested = ["suggestions" in diagnostic for diagnostic in json.loads(done.stdout)["diagnostics"]]
    assert suggested == [False, True]
