"""Every report format as a program on the other side reads it: by its schema, and back into places."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from imagelint.reporting import FORMATS
from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMAS = ROOT / "tests/schemas"
_JSON_SCHEMAS = {
    "json": ROOT / "linter/imagelint/schemas/report.schema.json",
    "sarif": SCHEMAS / "sarif-2.1.0.json",
    "gitlab": SCHEMAS / "gitlab.json",
    "rdjson": SCHEMAS / "rdjson.json",
}
_XML_SCHEMAS = {"junit": SCHEMAS / "junit.xsd", "checkstyle": SCHEMAS / "checkstyle.xsd"}
# Of `path:line:column`, the column in the unit of the format.
_POSITION = r"(?P<path>.+?):(?P<line>\d+):(?P<column>\d+)"
_PLAIN = re.compile(rf"^{_POSITION}: (?:error|warning|info)\[(?P<rule>[\w-]+)\] ")
_GITHUB = re.compile(rf"^::(?:error|warning|notice) [^:]*title=imagelint \((?P<rule>[\w-]+)\)::{_POSITION}: ")
_AZURE = re.compile(rf"^##vso\[task\.logissue [^\]]*code=(?P<rule>[\w-]+);\]{_POSITION}: ")
_MORE = re.compile(r"^GitHub shows 10 annotations per level and step\. \d+ more findings? (?:is|are) listed here:$")
_LINES = {"concise": [_PLAIN], "github": [_GITHUB, _PLAIN, _MORE], "azure": [_AZURE, _PLAIN]}
_TITLE = re.compile(r"^(?:error|warning|info)\[([\w-]+)\]: ")
_FRAME = re.compile(rf"^ +--> {_POSITION}$")
_OTHER = re.compile(rf"^ {{5,}}{_POSITION} ")


class Found(NamedTuple):
    """A finding as a report has it; the column is None if the format has none."""

    path: str
    line: int
    column: int | None
    rule: str


def validate(format_: str, text: str) -> None:
    """Fail if a report is not what its format demands; text for people has no grammar."""
    if format_ in _JSON_SCHEMAS:
        _json_validator(format_).validate(json.loads(text))
    elif format_ in _XML_SCHEMAS:
        _xml_validator(format_).validate(text)
    for line in text.splitlines() if format_ in _LINES else ():
        assert not line or any(pattern.match(line) for pattern in _LINES[format_]), line


def read_back(format_: str, text: str) -> list[Found]:
    """The findings of a report in its order, without those that are suppressed."""
    return list(_READERS[format_](text))


@cache
def _json_validator(format_: str) -> Any:  # its method has no complete type
    return Draft202012Validator(json.loads(_JSON_SCHEMAS[format_].read_text(encoding="utf-8")))


@cache
def _xml_validator(format_: str) -> Any:  # xmlschema is loaded for the XML formats alone
    import xmlschema

    return xmlschema.XMLSchema(_XML_SCHEMAS[format_])


def _of(match: re.Match[str], rule: str | None = None) -> Found:
    return Found(match["path"], int(match["line"]), int(match["column"]), rule or match["rule"])


def _text(text: str) -> Iterator[Found]:
    rule, in_others = "", False
    for line in text.splitlines():
        if title := _TITLE.match(line):
            rule, in_others = title[1], False
        elif frame := _FRAME.match(line):
            yield _of(frame, rule)
        elif re.match(r"^ +\| *$", line) is None and " = and " in line:
            in_others = True
        elif in_others and (other := _OTHER.match(line)):
            yield _of(other, rule)


def _lines(format_: str) -> Callable[[str], Iterator[Found]]:
    def read(text: str) -> Iterator[Found]:
        for line in text.splitlines():
            for match in (pattern.match(line) for pattern in _LINES[format_]):
                if match is not None and match.re is not _MORE:
                    yield _of(match)

    return read


def _json(text: str) -> Iterator[Found]:
    for one in json.loads(text)["findings"]:
        yield Found(one["path"], one["line"], one["column"], one["rule"])


def _sarif(text: str) -> Iterator[Found]:
    for result in json.loads(text)["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        path = unquote(place["artifactLocation"]["uri"])
        if not result["suppressions"]:
            yield Found(path, region["startLine"], region["startColumn"], result["ruleId"])


def _gitlab(text: str) -> Iterator[Found]:
    for one in json.loads(text):
        yield Found(one["location"]["path"], one["location"]["lines"]["begin"], None, one["check_name"])


def _rdjson(text: str) -> Iterator[Found]:
    for one in json.loads(text)["diagnostics"]:
        start = one["location"]["range"]["start"]
        yield Found(one["location"]["path"], start["line"], start["column"], one["code"]["value"])


def _junit(text: str) -> Iterator[Found]:
    for case in ET.fromstring(text.encode()).iter("testcase"):
        if named := re.fullmatch(r"([\w-]+) at (\d+):(\d+)", case.get("name", "")):
            yield Found(case.get("classname", ""), int(named[2]), int(named[3]), named[1])


def _checkstyle(text: str) -> Iterator[Found]:
    for file in ET.fromstring(text.encode()).iter("file"):
        for one in file.iter("error"):
            rule = one.get("source", "").removeprefix("imagelint.")
            yield Found(file.get("name", ""), int(one.get("line", 0)), int(one.get("column", 0)), rule)


def _markdown(text: str) -> Iterator[Found]:
    path = ""
    for token in MarkdownIt().parse(text):
        children = token.children or []
        if token.type == "inline" and token.level == 1 and len(children) == 1 and children[0].type == "code_inline":
            path = children[0].content
        elif place := re.match(r"\W+ \w+ \S+ in line (\d+), column (\d+):", token.content):
            rule = next(child.content for child in children if child.type == "code_inline")
            yield Found(path, int(place[1]), int(place[2]), rule)


_TAGS = {
    *("html", "head", "meta", "title", "style", "script", "body", "header", "main", "section", "form", "div"),
    *("h1", "h2", "p", "table", "caption", "thead", "tbody", "tr", "th", "td", "small", "details", "summary", "b"),
    *("code", "pre", "i", "mark", "a", "dl", "dt", "dd", "ul", "li", "span", "svg", "path", "text"),
}


class Page(HTMLParser):
    """A report for browsers: its findings, and what could make a browser do something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.findings: dict[tuple[str, Found], None] = {}
        self._finding: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "details":
            self._finding = ["", "", ""]
        if tag not in {"meta", "input", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "details":
            message, place, rule = self._finding
            match = re.fullmatch(_POSITION, place.partition("\n")[0])
            assert match, place
            self.findings[message, _of(match, rule)] = None
            self._finding = []

    def handle_data(self, data: str) -> None:
        tag = self.open[-1] if self.open else ""
        self.texts.setdefault(tag, []).append(data)
        if not self._finding:
            return
        if "summary" in self.open:
            self._finding[0] += data
        elif tag == "i" and not self._finding[1]:
            self._finding[1] = data
        elif tag == "a" and not self._finding[2]:
            self._finding[2] = data


def hold_inert(page: Page) -> None:
    """Fail if a page has anything but its own script, or leads anywhere else."""
    assert {tag for tag, _ in page.tags} <= _TAGS
    assert [tag for tag, _ in page.tags].count("script") == 1
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    for _, attrs in page.tags:
        assert not any(name.startswith("on") or name in {"src", "style", "action"} for name in attrs)
        target = attrs.get("href")
        assert target is None or target.removeprefix("#") in ids
    assert page.open == []


def _html(text: str) -> Iterator[Found]:
    yield from (found for _, found in Page(text).findings)


_READERS: dict[str, Callable[[str], Iterator[Found]]] = {
    "text": _text,
    "concise": _lines("concise"),
    "json": _json,
    "sarif": _sarif,
    "github": _lines("github"),
    "gitlab": _gitlab,
    "junit": _junit,
    "checkstyle": _checkstyle,
    "rdjson": _rdjson,
    "azure": _lines("azure"),
    "markdown": _markdown,
    "html": _html,
}
assert _READERS.keys() == FORMATS.keys(), "a format without a reader"
