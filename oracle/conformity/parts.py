"""The parts that random cases are made of, from `parts.json`; what is more likely appears there more than once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


def parts(name: str) -> tuple[str, ...]:
    """A list of parts. Raises KeyError if there is none of that name."""
    return tuple(_all_parts()[name])


@cache
def _all_parts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return found
