"""Patterns of .gitignore: git itself says what is right."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imagelint.text.ignore_patterns import IgnorePatterns

if TYPE_CHECKING:
    from pathlib import Path

PIECES = [
    *("a", "b", "ab", "ä", "*", "**", "***", "?", "/", "/", "\\/", " ", "  ", "\t", "!", "#", "."),
    *("\\", "\\a", "\\*", "\\ ", "\\\\", "[ab]", "[!a]", "[^b]", "[a-b]", "[b-a]", "[a-]", "[]-a]", "[--0]", "[a-c-e]"),
    *("[[:alpha:]]", "[[:alpha:][:digit:]]", "[[:punct:]-z]", "[[:nothing:]]", "[[:]", "[[]", "[]a]", "[\\]a]"),
    *("[a-\\b]", "[a/]", "[a", "[!", "]", "\r", "\0", "-"),
]
NAMES = [
    "a",
    "b",
    "ab",
    "ba",
    "aab",
    "a b",
    "*",
    "[a]",
    "c",
    "!a",
    "#a",
    "ä",
    "-",
    "a ",
    "z",
    "]",
    "a\\",
    "1",
    "\\",
    ".",
]
# Few of each kind meet each other more often.
PLAIN, PLAIN_NAMES = ["a", "b", "/", "*", "**", "**/", "?", "!"], ["a", "b", "ab", "aa"]
LINES = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), min_size=1, max_size=3)
PATHS = st.lists(st.lists(st.sampled_from(NAMES[:-1]), min_size=1, max_size=4).map("/".join), min_size=8, max_size=24)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


def ignored_by_git(repository: Path, content: bytes, paths: list[str]) -> set[str]:
    (repository / ".gitignore").write_bytes(content)
    done = subprocess.run(
        ["git", "-c", f"core.excludesFile={os.devnull}", "check-ignore", "-z", "--no-index", "--stdin"],
        cwd=repository,
        input=b"\0".join(map(os.fsencode, paths)) + b"\0",
        capture_output=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return {os.fsdecode(path) for path in done.stdout.split(b"\0") if path}


@settings(max_examples=100, deadline=None)
@given(lines=LINES, paths=PATHS, end=st.sampled_from(["", "\n", "\r\n"]), mark=st.sampled_from([b"", b"\xef\xbb\xbf"]))
@example(lines=["a"], paths=["a"] * 8, end="", mark=b"\xef\xbb\xbf")
@example(lines=["[[:alpha:]]"], paths=["a", "1", "a/1"], end="\n", mark=b"")
@example(lines=["a\\"], paths=["a\\", "a"], end="\n", mark=b"")
@example(lines=["*"], paths=["a", "b/c"], end="\n", mark=b"")
@example(lines=["**"], paths=["a", "b/c"], end="\n", mark=b"")
@example(lines=["a/**", "!a/b"], paths=["a", "a/b", "a/c", "a/b/c"], end="\n", mark=b"")
@example(lines=["a**/b"], paths=["aab/c/b", "ab/b", "a/b"], end="\n", mark=b"")
@example(lines=["*", "!*/", "!a/b"], paths=["a/b", "a/c", "b"], end="\n", mark=b"")
def test_what_is_ignored_is_what_git_ignores(
    repository: Path, lines: list[str], paths: list[str], end: str, mark: bytes
) -> None:
    content = mark + "\n".join(lines).encode() + end.encode()
    patterns = IgnorePatterns(content)
    assert {path for path in paths if patterns.cover(path)} == ignored_by_git(repository, content, paths)


@settings(max_examples=100, deadline=None)
@given(
    lines=st.lists(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=5).map("".join), min_size=1, max_size=2),
    paths=st.lists(st.lists(st.sampled_from(PLAIN_NAMES), min_size=1, max_size=3).map("/".join), min_size=16),
)
@example(lines=["**/a"], paths=["a", "b/a", "a/b"])
def test_stars_and_slashes(repository: Path, lines: list[str], paths: list[str]) -> None:
    content = "\n".join(lines).encode()
    patterns = IgnorePatterns(content)
    assert {path for path in paths if patterns.cover(path)} == ignored_by_git(repository, content, paths)


def test_a_path_that_leads_out_is_judged_by_its_names() -> None:
    patterns = IgnorePatterns(b"*.yaml\n..\n/x\n")
    assert patterns.cover("../../y.yaml")
    assert not patterns.cover("../../x/y.json")


def test_a_long_glob_matches_nothing() -> None:
    assert not IgnorePatterns(b"*" * 5000).cover("a")
