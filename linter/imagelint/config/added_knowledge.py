"""Entries that users add to the knowledge base, in files of the same form."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagelint.config.validation import load_checked
from imagelint.world.knowledge.base import FOLDER, PARTS, Knowledge
from imagelint.world.knowledge.known_images import STARS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.config.validation import CheckedFile


def read_knowledge(paths: Iterable[str]) -> Knowledge:
    """The built-in knowledge with the entries of the files, later files before earlier. Raises InvalidFileError.

    A file holds any of the keys `registries`, `images` and `misspellings`, each with a list of entries as
    `imagelint knowledge` shows them.
    """
    added: dict[str, list[dict[str, Any]]] = {part: [] for part in PARTS}
    for path in paths:
        file = load_checked(path, schema())
        content: dict[str, list[dict[str, Any]]] = file.content
        for part, entries in content.items():
            added[part] += entries
        for number, entry in enumerate(content.get("images", ())):
            _check_wildcards(file, number, entry)
    return Knowledge(added)


def _check_wildcards(file: CheckedFile, number: int, entry: dict[str, Any]) -> None:
    """Refuse a replacement with wildcards that the match does not fill: a remedy with them is not an image."""
    wildcards = re.findall(STARS, entry.get("replacement", ""))
    if wildcards and wildcards != re.findall(STARS, entry["match"]):
        raise file.error(
            ("images", number, "replacement"),
            f"`replacement` needs the wildcards of `match: {entry['match']}`, in the same order, or none: "
            f"`{wildcards[0]}` is what matched it",
        )


def schema() -> dict[str, Any]:
    """The JSON Schema of such a file, made of those of the built-in ones."""
    parts = {part: _part_schema(part) for part in PARTS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "imagelint knowledge",
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": parts,
    }


def _part_schema(part: str) -> dict[str, Any]:
    text = Path(FOLDER, f"{part}.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.replace('"#/$defs/', f'"#/properties/{part}/$defs/'))
    return {key: value for key, value in found.items() if key != "$schema"}
