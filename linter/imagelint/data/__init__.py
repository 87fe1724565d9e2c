"""The data files of the engine, as JSON: kinds, paths, messages."""

from __future__ import annotations

import json
import os
from typing import Any


def load_data(name: str) -> Any:  # noqa: ANN401 - any JSON value
    """The content of a data file, such as `core_kinds.json`."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return json.load(file)
