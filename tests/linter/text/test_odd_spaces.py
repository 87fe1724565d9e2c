"""White space that only looks like a space is named where it makes a manifest unreadable."""

from __future__ import annotations

import pytest

from support import found, lint

SPEC = "spec:\n  containers:\n    - name: web\n      image: nginx:1.29\n"
POD = f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n{SPEC}"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("      image", "\xa0 \xa0 \xa0 image", 8, "is indented with a no-break space (U+00A0), not with spaces"),
        ("    - name", "    -\xa0name", 7, "is indented with a no-break space (U+00A0), not with spaces"),
        ("    - name", "\u3000\u3000- name", 7, "is indented with an ideographic space (U+3000), not with spaces"),
        ("      image", "  \u2003   image", 8, "is indented with an em space (U+2003), not with spaces"),
        ("      image", "\u200b      image", 8, "is indented with a zero width space (U+200B), not with spaces"),
        ("image: ", "image:\u202f", 8, "has a narrow no-break space (U+202F) where YAML needs a space"),
    ],
)
def test_the_line_and_the_character_are_named(old: str, new: str, line: int, message: str) -> None:
    findings = lint(POD.replace(old, new) + "      tty: true\n")
    assert found(findings) == [("syntax-error", line)]
    assert findings[0].message == f"line {line} {message}"
    assert findings[0].help == ("replace it with spaces" if "indented" in message else "replace it with a space")


def test_a_line_above_that_is_indented_alike_is_counted() -> None:
    text = POD.replace("      image", "\xa0\xa0\xa0\xa0\xa0\xa0image").replace("    - name", "\xa0\xa0\xa0 - name")
    assert [one.message for one in lint(text + "      tty: true\n")] == [
        "line 8 is indented with a no-break space (U+00A0), not with spaces, and so is a line above"
    ]


@pytest.mark.parametrize("text", ["# a\xa0comment\n", "a: |\n  \xa0text\n", "a: 'no\xa0break'\n"])
def test_white_space_in_a_text_is_not_to_blame(text: str) -> None:
    (finding,) = lint(f"{text}{POD}  broken: [\n")
    assert (finding.rule, "U+00A0" in finding.message) == ("syntax-error", False)


def test_tabs_are_named_too() -> None:
    for new in ("\timage", "      \timage", "\t\timage"):
        (finding,) = lint(POD.replace("      image", new))
        assert (finding.place.span.line, "a tab is used for indentation" in finding.message) == (8, True)
