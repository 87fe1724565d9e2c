"""The parts that random cases are made of, from `parts.json`; what is more likely appears there more than once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


def parts(name: str) -> tuple[str, ...]:
    """A list of parts. Raises KeyError if there is none of that name."""
    return tuple(read_parts(Path(__file__).with_suffix(".json"))[name])


@cache
def read_parts(path: Path) -> dict[str, list[str]]:
    """The lists of a file."""
    found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return found
