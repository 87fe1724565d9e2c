"""The frame marks exactly the right characters of any line, and no manifest controls the terminal."""

from __future__ import annotations

import pytest

from imagelint.commands.terminal import use_links
from imagelint.linting.report import Report
from imagelint.reporting import Style, render
from imagelint.session import Session
from imagelint.text.places import SourceId
from imagelint.text.source import Source
from imagelint_rules import RULES
from support import lint, read_texts

HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
PLAIN = Style()


def frame(line: str, style: Style = PLAIN) -> str:
    """The report on a pod whose only container is written in one line."""
    text = f"{HEAD}{line}\n"
    source = Source(SourceId("<stdin>"), text.encode())
    session = Session()
    session.update(source)
    found = session.input
    findings = [finding for finding in lint({"<stdin>": text}) if finding.rule == "invalid-image-reference"]
    assert findings
    return "".join(render(Report(findings, found, rules=RULES), "text", style))


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
def test_carets_are_below_what_they_mark(line: str, marked: str) -> None:
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


def test_colour_changes_nothing_but_colour() -> None:
    import re

    line = "  - {name: a, image: UPPER}"
    assert re.sub(r"\x1b\[[0-9;]*m", "", frame(line, Style(colour=True))) == frame(line)


def test_links_lead_to_the_page_of_the_rule_if_it_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    line = "  - {name: a, image: UPPER}"
    assert frame(line, Style(links=True)) == frame(line)
    monkeypatch.setattr("imagelint.linting.rule.HOME", "https://example.org/")
    rule = "invalid-image-reference"
    link = f"\x1b]8;;https://example.org/rules/{rule}.html\x1b\\{rule}\x1b]8;;\x1b\\"
    assert frame(line, Style(links=True)).replace(link, rule) == frame(line)
    assert "\x1b" not in frame(line)


@pytest.mark.parametrize(
    ("environment", "is_terminal", "linked"),
    [({}, True, True), ({"TERM": "xterm"}, True, True), ({"TERM": "dumb"}, True, False), ({}, False, False)],
)
def test_links_are_for_terminals(environment: dict[str, str], is_terminal: bool, linked: bool) -> None:
    assert use_links(environment, is_terminal=is_terminal) is linked


def text_of(**files: str) -> str:
    """The report on several pods by name, each with the containers that are given."""
    texts = {f"{name}.yaml": HEAD.replace("name: a", f"name: {name}") + lines for name, lines in files.items()}
    return "".join(render(Report(lint(texts), read_texts(texts), rules=RULES), "text", PLAIN))


def test_one_cause_in_many_containers_is_reported_once_with_every_place() -> None:
    latest = "  - {{name: {}, image: quay.io/acme/web:latest}}\n"
    output = text_of(a=latest.format("x") + latest.format("y"), b=latest.format("z"))
    assert output.count("[latest-tag]") == 1
    assert output.endswith("""\
  = and 2 more places:
      a.yaml:7:22 Pod a, container `y`
      b.yaml:6:22 Pod b, container `z`
""")


def test_one_cause_for_many_objects_is_reported_once() -> None:
    uses = "  - {name: x, image: quay.io/acme/web:1}\n  imagePullSecrets: [{name: absent}]\n"
    output = text_of(a=uses, b=uses)
    assert output.count("[pull-secret-undefined]") == 1
    assert "and 1 more place:\n      b.yaml:7:29 Pod b (b.yaml:6:22 the image that it is for)\n" in output


def test_other_causes_are_kept_apart() -> None:
    latest = "  - {{name: x, image: quay.io/acme/{}:latest}}\n"
    output = text_of(a=latest.format("web"), b=latest.format("job"))
    assert output.count("[latest-tag]") == 2
    assert "more place" not in output


IMAGE = "registry.example.com:5000/team-with-a-long-name/application-with-a-long-name:Latest"
LONG = f"  - {{name: a, image: '{IMAGE} Build'}}"


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_lines_fit_the_terminal_and_break_between_words(width: int) -> None:
    narrow, whole = frame(LONG, Style(width=width)), frame(LONG)
    # A single word may be longer: it can be copied.
    assert [line for line in narrow.splitlines() if len(line) > width and len(line.split()) > 2] == []
    sentence = whole.partition("-->")[0]
    assert " ".join(narrow.partition("-->")[0].split()) == sentence.strip()


def test_a_label_without_room_beside_the_mark_is_below_it() -> None:
    line = "  - {name: a, image: quay.io/acme/APPLICATION}"
    beside, below = (carets(frame(line, Style(width=width)))[1] for width in (200, 50))
    assert beside.endswith("^ Pod a, container `a`")
    assert below.endswith("^^^")
    assert "\n  | Pod a, container `a`\n" in frame(line, Style(width=50))


def test_commands_are_not_wrapped() -> None:
    text = "  - {name: a, image: quay.io/acme/web:1}\n  imagePullSecrets: [{name: absent}]\n"
    texts = {"a.yaml": HEAD + text}
    output = "".join(render(Report(lint(texts), read_texts(texts), rules=RULES), "text", Style(width=60)))
    assert "--docker-server=quay.io --docker-username=USER --docker-password=PASSWORD" in output


def test_findings_are_limited_and_the_others_counted() -> None:
    latest = "  - {{name: x, image: quay.io/acme/{}:latest}}\n"
    texts = {f"{name}.yaml": HEAD + latest.format(name) for name in ("a", "b", "c")}
    report = Report(lint(texts), read_texts(texts), rules=RULES)
    for format_ in ("text", "concise"):
        output = "".join(render(report, format_, Style(most=1)))
        assert output.count("[latest-tag]") == 1
        assert output.endswith("and 2 more findings (--max-findings)\n")
        assert "more finding" not in "".join(render(report, format_, Style(most=3)))
