"""Comments and annotations suppress the rules that they name, in their place, and nothing else."""

from __future__ import annotations

import pytest

from imagelint.world.world import World
from support import TODAY, found, judge, lint, read_texts

POD = """apiVersion: v1
kind: Pod
metadata:
  name: a
spec:
  containers:
    - name: one
      image: quay.io/acme/app:latest{trailing}
      env:
        - name: x
          value: y{env}
    - name: two
      image: quay.io/acme/app:latest
"""
BOTH = [("latest-tag", 8), ("latest-tag", 13)]
IGNORE = "# imagelint: ignore[latest-tag] as agreed"


def pod(trailing: str = "", env: str = "") -> str:
    return POD.format(trailing=f"  {trailing}" if trailing else "", env=f"  {env}" if env else "")


def before(line: str, comment: str) -> str:
    """The pod with a comment on a line of its own above a line."""
    indent = line[: len(line) - len(line.lstrip())]
    return pod().replace(f"{line}\n", f"{indent}{comment}\n{line}\n", 1)


def rules(text: str) -> list[tuple[str, int]]:
    return found(lint(text))


def test_at_the_end_of_the_line_or_of_any_line_of_the_container() -> None:
    assert rules(pod()) == BOTH
    assert rules(pod(trailing=IGNORE)) == BOTH[1:]
    assert rules(pod(env=IGNORE)) == BOTH[1:]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("    - name: one", [14]),
        ("      image: quay.io/acme/app:latest", [14]),
        ("  containers:", []),
        ("spec:", []),
        ("apiVersion: v1", []),
        ("    - name: two", [8]),
    ],
)
def test_above_an_item_it_covers_all_of_it(line: str, left: list[int]) -> None:
    text = before(line, IGNORE)
    assert [place for _, place in rules(text)] == left


def test_above_a_document_it_covers_that_document() -> None:
    assert rules(f"{IGNORE}\n---\n{pod()}---\n{pod()}") == [("latest-tag", 24), ("latest-tag", 29)]


def test_a_whole_file() -> None:
    text = f"{pod()}---\n{pod()}"
    assert rules(f"# imagelint: file-ignore[latest-tag] as agreed\n{text}") == []


@pytest.mark.parametrize(
    "text",
    [
        "metadata:\n  name: a\n  annotations: {imagelint.dev/ignore: latest-tag=as agreed}",
        "metadata:\n  name: a\n  annotations: {imagelint.dev/ignore: 'missing-tag; latest-tag=x'}",
        "metadata:\n  name: a\n  annotations: {ignore.imagelint.dev/latest-tag: as agreed}",
    ],
)
def test_annotations(text: str) -> None:
    findings = rules(pod().replace("metadata:\n  name: a", text))
    assert [rule for rule, _ in findings if rule == "latest-tag"] == []


def test_an_annotation_of_the_pod_template_counts_for_the_workload() -> None:
    text = """apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  selector: {}
  template:
    metadata: {annotations: {ignore.imagelint.dev/latest-tag: as agreed}}
    spec: {containers: [{name: a, image: "quay.io/acme/app:latest"}]}
"""
    assert rules(text) == []


def test_text_is_not_a_comment() -> None:
    text = pod().replace("          value: y", "          value: |\n            # imagelint: ignore[latest-tag] text")
    assert [rule for rule, _ in rules(text)] == ["latest-tag", "latest-tag"]
    quoted = pod(env="").replace("value: y", 'value: "y # imagelint: ignore[latest-tag] text"')
    assert rules(quoted) == BOTH


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# imagelint: ignore[missing-tag] x", "`missing-tag` reports nothing here"),
        ("# imagelint: ignore[latest-tag, missing-tag, short-name] x", "`missing-tag` reports nothing here"),
        ("# imagelint: ignore[latest-tags] x", "there is no rule `latest-tags` to ignore"),
        ("# imagelint: ignore[latest-tag, latest] x", "there is no rule `latest` to ignore"),
        ("# imagelint: ignore x", "must name the rules"),
        ("# imagelint: ignore[] x", "must name the rules"),
        ("# image-lint: ignore", "is not understood: write `# imagelint: ignore[RULE] reason`"),
        ("# image-lint: ignore[latest-tag]", "write `# imagelint: ignore[latest-tag] reason`"),
        ("# imageLint disable latest-tag", "write `# imagelint: ignore[latest-tag] reason`"),
        ("# IMAGELINT: ignore[latest-tag]", "write `# imagelint: ignore[latest-tag] reason`"),
        ("#imagelint:disable", "is not understood"),
        ("# imagelint: IGNORE[latest-tag]", "write `# imagelint: ignore[latest-tag] reason`"),
        ("# imagelint: File-Ignore[latest-tag]", "write `# imagelint: ignore[latest-tag] reason`"),
        ("## imagelint: off", "is not understood"),
    ],
)
def test_what_suppresses_nothing_is_reported(comment: str, message: str) -> None:
    findings = [finding for finding in lint(pod(trailing=comment)) if finding.rule == "unused-ignore"]
    assert len(findings) == 1
    assert message in findings[0].message
    assert findings[0].place.span.line == 8


@pytest.mark.parametrize("comment", ["# our image lint ignores this", "# image-linting is off", "# the imagelint job"])
def test_other_comments_are_left_alone(comment: str) -> None:
    assert rules(pod(trailing=comment)) == BOTH


@pytest.mark.parametrize("sign", ["##", "###"])
def test_a_comment_may_begin_with_several_signs(sign: str) -> None:
    assert rules(pod(trailing=IGNORE.replace("#", sign))) == BOTH[1:]


def test_rules_that_are_off_are_not_held_against_a_comment() -> None:
    assert rules(pod(trailing="# imagelint: ignore[short-name] x")) == BOTH


def test_suppressed_findings_keep_their_reason() -> None:
    outcome = judge(read_texts({"a.yaml": pod(trailing=IGNORE)}), World(today=TODAY))
    assert [(finding.rule, reason) for finding, reason, in_source in outcome.suppressed if in_source] == [
        ("latest-tag", "as agreed")
    ]


@pytest.mark.parametrize("text", [pod(trailing=IGNORE).replace("\n", "\r\n"), "\ufeff" + pod(trailing=IGNORE)])
def test_line_ends_and_marks_do_not_matter(text: str) -> None:
    assert rules(text) == BOTH[1:]
