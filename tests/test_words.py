"""The texts of the project avoid phrases that a native reader would stumble over; `words.json` lists alternatives."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support import ROOT

WORDS: list[dict[str, str]] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
FOLDERS = ("linter", "rules", "docs", "templates", "tools", "fuzz", "bench")
FILES = ("README.md", "SECURITY.md", "action.yml", ".pre-commit-hooks.yaml", "pyproject.toml", "Makefile")
SUFFIXES = {".py", ".md", ".json", ".yaml", ".yml", ".toml"}
# A phrase may continue on the next line, also of a comment.
LINE_BREAK = re.compile(r"\s*\n\s*(?:# )?")


def texts() -> dict[str, str]:
    """Every text that is searched, by its path in the project, on one line."""
    paths = [ROOT / name for name in FILES]
    for folder in FOLDERS:
        paths += [path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    return {str(path.relative_to(ROOT)): LINE_BREAK.sub(" ", path.read_text(encoding="utf-8")) for path in paths}


TEXTS = texts()


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word["write"])
def test_no_text_has_the_phrase(word: dict[str, str]) -> None:
    pattern = re.compile(word["pattern"], re.IGNORECASE)
    found = [
        f"{path}: …{text[max(0, match.start() - 40) : match.end() + 40]}…"
        for path, text in TEXTS.items()
        for match in pattern.finditer(text)
    ]
    assert not found, f"write: {word['write']}"


def test_phrases_are_found_across_lines_and_comments() -> None:
    assert LINE_BREAK.sub(" ", "# without\n    # a word") == "# without a word"
    assert any(re.search(word["pattern"], "skips it without a word") for word in WORDS)
