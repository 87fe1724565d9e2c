"""The texts of the project avoid phrases that a native reader would stumble over; `words.json` lists alternatives."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support import ROOT

WORDS: list[dict[str, str]] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
FOLDERS = (".github", "linter", "rules", "docs", "templates", "tools", "fuzz", "bench", "examples", "tests", "oracle")
FILES = (".ci/run", ".pre-commit-hooks.yaml", "Dockerfile", "Makefile", "NOTICE", "action.yml", "pyproject.toml")
SUFFIXES = {".py", ".md", ".json", ".yaml", ".yml", ".toml"}
# What other projects wrote, inputs and recorded answers, and the phrases themselves.
FOREIGN = (
    "tests/schemas",
    "tests/recorded",
    "tests/cases",
    "tests/words.json",
    "tests/test_words.py",
    "tests/linter/diagnose",
)
# A phrase may continue on the next line, also of a comment; the name of a test is one.
LINE_BREAK = re.compile(r"\s*\n\s*(?:# )?")
TEST_NAME = re.compile(r"\btest_\w+")


def texts() -> dict[str, str]:
    """Every text that is searched, by its path in the project, on one line."""
    paths = [*ROOT.glob("*.md"), *(ROOT / name for name in FILES)]
    for folder in FOLDERS:
        paths += [path for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES]
    by_name = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    return {name: plain(text) for name, text in by_name.items() if not name.startswith(FOREIGN)}


def plain(text: str) -> str:
    """A text on one line, with the names of tests as sentences."""
    return TEST_NAME.sub(lambda name: name[0].replace("_", " "), LINE_BREAK.sub(" ", text))


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
    assert plain("# without\n    # a word") == "# without a word"
    assert plain("def test_it_ends_without_a_word()") == "def test it ends without a word()"
    assert any(re.search(word["pattern"], "skips it without a word") for word in WORDS)
