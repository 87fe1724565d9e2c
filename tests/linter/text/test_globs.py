"""Globs of names: a plain recursive matcher says what is right, as it is slow and simple."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from imagelint.text.glob_table import GlobTable
from imagelint.text.globs import glob_matches, joined_by_stars


def matches(glob: str, text: str) -> bool:
    """Stars and question marks, by trying everything."""
    if not glob:
        return not text
    if glob[0] == "*":
        return matches(glob[1:], text) or (text != "" and matches(glob, text[1:]))
    return text != "" and glob[0] in {"?", text[0]} and matches(glob[1:], text[1:])


@given(glob=st.text("ab/*?", max_size=9), text=st.text("ab/", max_size=9))
@example(glob="a*b*a", text="abba")
@example(glob="*ab", text="aab\n")
def test_stars(glob: str, text: str) -> None:
    assert glob_matches(glob, text) is matches(glob, text)


@given(
    globs=st.lists(st.text("ab/*?[]!\\", max_size=9), max_size=6),
    text=st.text("ab/", max_size=9),
)
@example(globs=["*ab*", "*ba*", "a*b", "[ab]", "\\a*", "*"], text="abba")
def test_a_table_misses_no_glob_that_matches(globs: list[str], text: str) -> None:
    near = GlobTable((glob, number) for number, glob in enumerate(globs)).near(text)
    assert near == sorted(near)
    assert {number for number, glob in enumerate(globs) if glob_matches(glob, text)} <= {*near}


def test_a_table_finds_few_of_many_globs() -> None:
    for form in ("x{}*", "*x{}", "*x{}*", "app-*-x{}*", "*-app-*x{}*-app-*", "x{}"):
        table = GlobTable((form.format(1000 + number), number) for number in range(1000))
        assert table.near(form.format(1042).replace("*", "-")) == [42], form


def test_classes_escapes_and_what_is_not_valid() -> None:
    for glob, text, expected in (
        ("v[0-9].[!0-9]", "v1.x", True),
        ("v[0-9].[!0-9]", "v1.2", False),
        ("[[:digit:]_]*", "_a", True),
        ("[a/]b", "/b", True),
        (r"\*\[", "*[", True),
        (r"\*", "a", False),
        ("[a", "[a", False),
        ("a\\", "a\\", False),
        ("[z-a]", "y", False),
        ("[!z-a]", "y", True),
        ("[[:vowel:]]", "a", False),
        ("é?", "éa", True),
    ):
        assert glob_matches(glob, text) is expected, glob


def test_stars_are_groups() -> None:
    assert joined_by_stars(["a", "b", "c"], "[^/]") == "a(?>([^/]*?)b)([^/]*)c"
    assert joined_by_stars(["a", "b"], ".", to_end=False) == "a(?>(.*?)b)"
    assert joined_by_stars(["a"], ".") == "a"
