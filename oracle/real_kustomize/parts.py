"""The parts that random trees are made of, from `parts.json`."""

from __future__ import annotations

from pathlib import Path

from conformity.parts import read_parts


def parts(name: str) -> tuple[str, ...]:
    """A list of parts. Raises KeyError if there is none of that name."""
    return tuple(read_parts(Path(__file__).with_suffix(".json"))[name])
