"""No format lets a manifest control the terminal, the log of a CI service, or the readers of the report."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from formats import Page, hold_inert, validate
from imagelint.index.index import Index
from imagelint.linting.report import Report
from imagelint.linting.selection import RuleSetting, Selection
from imagelint.reporting import FORMATS, Style, render
from imagelint.session import Session
from imagelint.text.places import SourceId
from imagelint.text.printable import printable
from imagelint.text.source import Source
from imagelint.world.world import World
from imagelint_rules import RULES
from support import TODAY, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

EVIL = [
    "::error::owned",
    "\n  ::add-mask::owned",
    "\r\n::set-output name=a::owned",
    "%0A::error::owned%0D",
    "##vso[task.setvariable variable=a]owned",
    "###VSO[task.complete]owned",
    "x ##[add-mask]owned",
    "a];code=owned;]owned",
    "a,line=1::owned",
    "\x1b[2J\x1b]8;;http://evil.example\x1b\\owned\x07",
    "\u202eowned\u2066\u200b\u061c\ufeff",
    "\ufffe\uffff\x85\u2028\U000e0041",
    "\x00\x08\x7f",
    "</failure></testcase><owned/>",
    "]]><!--&owned;",
    "'\"><script>owned</script>",
    "[owned](http://evil.example) ![owned](http://evil.example/a.png)",
    "`[owned](http://evil.example)`",
    "a`<img src=x onerror=owned>",
    "```\n\n# owned\n\n<b>owned</b>",
    "http://evil.example/ www.evil.example :bug: ~~owned~~ **owned**",
    "@owned a|b|c",
    "{0} {owned}",
]
ALL_ON = Selection(rules={rule.name: RuleSetting(True) for rule in RULES})
# What nothing may print but line breaks: control characters, and those that reorder, hide or are not characters.
FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
NO_PATH = {ord("/"): None, 0: None}
OWN_COMMAND = {"github": r"::(?:error|warning|notice) file=", "azure": r"##vso\[task\.logissue type="}


def quoted(text: str) -> str:
    """A YAML scalar in which everything is escaped."""
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


def manifest(evil: str) -> str:
    """A pod and its secret with a text in every place that a finding can mention."""
    return f"""apiVersion: v1
kind: Pod
metadata:
  name: {quoted(evil)}
  namespace: {quoted(evil)}
  annotations: {{ignore.imagelint.dev/stale-image: {quoted(evil)}}}
spec:
  serviceAccountName: {quoted(evil)}
  imagePullSecrets: [{{name: {quoted(evil)}}}, {{name: elsewhere, {quoted(evil)}: 1}}]
  containers:
    - {{name: {quoted(evil)}, image: {quoted(evil)}, imagePullPolicy: {quoted(evil)}}}
    - {{name: {quoted(evil)}, image: "quay.io/acme/app:latest", imagePullPolicy: IfNotPresent}}
    - {{name: {quoted(evil)}, imagepullpolicy: {quoted(evil)}}}
---
apiVersion: v1
kind: Secret
metadata: {{name: elsewhere, namespace: {quoted(evil + "2")}}}
type: {quoted(evil)}
"""


def broken(evil: str) -> str:
    """A text that is not YAML."""
    return f"apiVersion: v1\nkind: Pod\nimage: [{evil}\n"


def report(text: str, path: str = "-") -> Report:
    """What all rules find in a text, with the frames that belong to it."""
    source = Source(SourceId(path), text.encode(errors="replace"))
    session = Session()
    session.update(source)
    found = session.input
    world = World(today=TODAY)
    outcome = judge(found, world, ALL_ON)
    judged = [(Index(found.files, world), found.reported)]
    return Report(outcome.findings, found, outcome.suppressed, RULES, judged=judged)


def markdown_tokens(text: str) -> Iterator[Token]:
    """Every part of a Markdown text, with strikethrough and tables as GitHub has them."""
    for token in MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(text):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("evil", EVIL)
def test_no_manifest_talks_through_a_report(evil: str, format_: str) -> None:
    path = evil.translate(NO_PATH) + ".yaml"
    reported, failed = report(manifest(evil), path), report(broken(evil), path)
    assert len({finding.rule for finding in reported.findings}) > 5
    assert {finding.rule for finding in failed.findings} == {"syntax-error"}
    for found in (reported, failed):
        hold_harmless("".join(render(found, format_, Style())), format_)


def hold_harmless(output: str, format_: str) -> None:
    """Fail if a report holds what its readers act on."""
    validate(format_, output)
    assert not FORBIDDEN.search(output)
    for line in output.splitlines():
        rest = re.sub(f"^{OWN_COMMAND[format_]}", "", line) if format_ in OWN_COMMAND else line
        # GitHub looks after blanks, and for its older form anywhere in a line, as Azure does for its own.
        assert not rest.lstrip().startswith("::") or rest.lstrip().startswith("::: "), line
        assert not re.search(r"##(?:vso)?\[", rest, re.IGNORECASE), line


@pytest.mark.parametrize("evil", EVIL)
def test_no_manifest_writes_markup_into_a_comment(evil: str) -> None:
    tokens = [*markdown_tokens("".join(render(report(manifest(evil)), "markdown", Style())))]
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert links == []
    kinds = {token.type for token in tokens}
    assert not kinds & {"image", "html_block", "strong_open", "s_open", "table_open", "hr", "blockquote_open"}
    assert {token.content for token in tokens if token.type == "html_inline"} <= {"<!-- -->"}
    titles = [token.tag for token in tokens if token.type == "heading_open"]
    assert titles == ["h2", "h3"]
    # What a comment parts does not mention anybody.
    assert not any("@owned" in token.content for token in tokens if token.type == "text")


@pytest.mark.parametrize("evil", EVIL)
def test_no_manifest_brings_more_than_text_to_a_page(evil: str) -> None:
    hold_inert(Page("".join(render(report(manifest(evil)), "html", Style()))))


@pytest.mark.parametrize("format_", FORMATS)
def test_no_password_reaches_a_report(format_: str) -> None:
    user, password = "user-canary", "Xq7-canary-vT3"
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    config = json.dumps({"auths": {"ghcr.io": {"auth": auth}, "quay.io/x": {"username": user, "password": password}}})
    data = base64.b64encode(config.encode()).decode()
    text = f"""apiVersion: v1
kind: Secret
metadata: {{name: one}}
type: kubernetes.io/dockerconfigjson
data: {{.dockerconfigjson: {data}}}
---
apiVersion: v1
kind: Secret
metadata: {{name: two}}
type: kubernetes.io/dockerconfigjson
stringData: {{.dockerconfigjson: '{config}', password: {password}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec:
  imagePullSecrets: [{{name: one}}, {{name: two}}]
  containers: [{{name: a, image: quay.io/acme/app:1}}]
"""
    found = report(text)
    assert {finding.rule for finding in found.findings} >= {"pull-secret-registry-mismatch", "committed-credentials"}
    output = "".join(render(found, format_, Style()))
    for secret in (user, password, auth, data, data[40:60]):
        assert secret not in output


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\n\x1b\x85\u200b\ud800é", r"a\tb\r\n\x1b\x85\u200b\ud800é"),
        ("\uffff\U000e0041", r"\uffff\U000e0041"),
        ("a ##[b ##vso[c ##d", r"a \x23#[b \x23#vso[c ##d"),
        ("  ::a::b", r"  \x3a:a::b"),
        ("a::b", "a::b"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown
