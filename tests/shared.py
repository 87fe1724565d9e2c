"""Vectors and incidents that lie beside the project, not in it: their tests are skipped without them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED: Path = Path(__file__).resolve().parents[2] / "shared"

needs_shared: pytest.MarkDecorator = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is absent")


def vectors(name: str) -> list[dict[str, Any]]:
    """The cases of `vectors/{name}.json`, none if the file is absent."""
    path = SHARED / "vectors" / f"{name}.json"
    if not path.is_file():
        return []
    cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return cases
