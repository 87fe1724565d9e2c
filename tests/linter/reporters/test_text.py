"""The frame stands under the very characters, whatever the line holds, and no manifest talks to the terminal."""

from __future__ import annotations

import pytest

from imagelint.engine import Input
from imagelint.extract import extract
from imagelint.reporters import FORMATS, Report, Style, render
from imagelint.reporters.printable import printable
from imagelint.reporters.summary import summary
from imagelint.source import Source
from support import lint

HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"


def frame(line: str, *, colour: bool = False, format_: str = "text") -> str:
    """The report on a pod whose only container is written in one line."""
    text = f"{HEAD}{line}\n"
    source = Source("<stdin>", text.encode())
    found = Input(files={"<stdin>": extract(source)}, reported={"<stdin>"}, stdin=source)
    findings = [finding for finding in lint({"<stdin>": text}) if finding.rule == "invalid-image-reference"]
    assert findings
    return "".join(render(Report(findings, found), format_, Style(colour=colour)))


def carets(output: str) -> tuple[str, str]:
    """The line of the frame and the carets below it, without the gutter."""
    lines = output.splitlines()
    at = next(number for number, line in enumerate(lines) if "^" in line)
    return lines[at - 1].partition("| ")[2], lines[at].partition("| ")[2]


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("  - {name: a, image: UPPER}", "UPPER"),
        ("  - {name: a, image: 'UPPER:1'}", "'UPPER:1'"),
        ("  - {name: a,\timage: UPPER}", "UPPER"),
        ("  - {name: \u00e9, image: UPPER}", "UPPER"),
    ],
)
def test_carets_stand_below_what_they_mark(line: str, marked: str) -> None:
    shown, below = carets(frame(line))
    start = below.index("^")
    assert shown[start : start + below.count("^")] == marked


def test_wide_characters_take_two_cells() -> None:
    shown, below = carets(frame("  - {name: 日本, image: UPPER}"))
    assert below.index("^") == shown.index("UPPER") + 2


def test_a_minified_line_is_cut_to_what_matters() -> None:
    output = frame(f"  - {{name: a, env: [{', '.join(['x'] * 5000)}], image: UPPER}}")
    assert carets(output)[0] == "UPPER"
    assert max(map(len, output.splitlines())) < 250


@pytest.mark.parametrize("format_", FORMATS)
def test_control_characters_are_escaped(format_: str) -> None:
    output = frame('  - {name: "a\\e[2J\\u202e", image: "UPPER\\e]0;x\\a"}', format_=format_)
    assert "\x1b" not in output
    assert "\x07" not in output
    assert "\u202e" not in output


def test_colour_changes_nothing_but_colour() -> None:
    import re

    line = "  - {name: a, image: UPPER}"
    assert re.sub(r"\x1b\[[0-9;]*m", "", frame(line, colour=True)) == frame(line)


def test_printable() -> None:
    assert printable("a\tb\r\n\x1b\x85\u200b\ud800é") == r"a\tb\r\n\x1b\x85\u200b\ud800é"


def test_summary_counts_by_severity() -> None:
    findings = lint(
        f"{HEAD}  - {{name: a, image: UPPER}}\n  - {{name: b, image: nginx}}\n  - {{name: c, image: nginx}}\n"
    )
    found = Input(reported={"input.yaml"})
    assert summary(Report(findings, found)) == "1 error, 2 warnings in 1 file (1 file and 0 objects read)"
    assert summary(Report([], found)) == "no findings (1 file and 0 objects read)"
