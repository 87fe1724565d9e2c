"""The documents of a stream, and a cheap look at which of them can matter."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from imagelint.text.places import FIRST, DocumentStart
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# A pattern that begins with text is searched fifteen times as fast as one with `^`.
_FIRST_SEPARATOR, _SEPARATOR = re.compile(rb"---([^\n]*)"), re.compile(rb"\n---([^\n]*)")
# What follows `---` where YAML separates documents as well.
_AFTER_MARKER = frozenset({b"", b" ", b"\t", b"\r", b"#"})
# They make go-yaml leave out the first character of each line (`is_bom`, v2 `yamlprivateh.go`).
_TWO_MARKS = codecs.BOM_UTF8 * 2
_NOT_SEPARATED = "`---#` separates no documents here: nothing is before it, and no space follows it"
# How much of a line a message shows.
_SHOWN = 40
# As texts: most runs need none of them, and each takes longer to compile than to match.
_CONTENT = rb"(?m)(?:^|\r)[ \t]*[^ \t\r\n#%]"
_AT_COLUMN_0 = rb"[\r\n]\S"
_TAB = rb"(?m)(?:^|\r) *\t"
_RENDERED_FROM = rb"(?m)^# Source: (\S[^\r\n]*)"
_LOOKS_KUBERNETES = (
    rb"(?m)(?:^|\r|\xe2\x80[\xa8\xa9]|\xc2\x85)(?:\xef\xbb\xbf)?[ \t]*"
    rb"""(?:\{[ \t]*)?["']?(apiVersion|kind)["']?[ \t]*:"""
)
# White space as Go's `unicode.IsSpace` knows it, and a brace.
_JSON = rb"(?:\s|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)*+\{"
_KEY_IN_JSON = rb"[\"'](apiVersion|kind)[\"'][ \t]*:"
# Braces of template languages; `@NAME@`, as no scalar begins; a line that is nothing but `<THE_NAME>`; and lines that
# begin with a directive of FreeMarker (`<#if x>`), or with code of ERB or EJS (`<% if x %>`).
_TEMPLATE = (
    rb"(?m)\{\{|\{%|[:-][ \t]+@[A-Z][A-Z0-9_]*@"
    rb"|^[ \t]*(?:<[A-Z][A-Z0-9]*_[A-Z0-9_]+>[ \t]*$|</?#[a-z]|<%)"
)
# What only the source of a Helm or Jinja template holds; `{{inputs.x}}` alone may be an Argo Workflow.
_TEMPLATE_SOURCE = rb"\{\{-|-\}\}|\{%|\{\{\s*(?:\.(?:Values|Release|Chart)\b|(?:include|if|range|with|end)\b)"
# `image: {{ .Images.Web }}` without quotes, which is not YAML, and no value of Helm either.
_GO_VALUE = rb":[ \t]+\{\{-?[ \t]*\.(?!(?:Values|Release|Chart|Files|Capabilities|Template)\b)[A-Za-z]"
_GO_TEMPLATE = rb"(?m)^[ \t]*(?:- )?[\w.-]+" + _GO_VALUE
# A Secret, an object that creates one, or its content; backslash escapes may hide any of them.
_MAY_BE_SECRET = rb"Secret|secretGenerator|stringData|\"auths|dockercfg|\\[xuU]"

# How far kubectl looks for the brace of a JSON object (`GuessJSONStream`).
_NEAR = 4096


class Refusal(NamedTuple):
    """Why kubectl reads a file no further, and the 1-based line where it stops."""

    message: str
    line: int


class Document(NamedTuple):
    """One document of a stream; `number` counts from 0."""

    number: int
    start: DocumentStart
    data: bytes
    # What kubectl refuses before the text of the document is parsed.
    refusal: Refusal | None = None

    def line(self, number: int) -> bytes:
        """A line of a document by its 1-based number in the file; all of it if the two are counted differently."""
        lines = self.data.splitlines()
        index = number - self.start.line
        return lines[index] if index < len(lines) else self.data

    @property
    def looks_kubernetes(self) -> bool:
        """Whether a text that does not parse was meant as a Kubernetes object."""
        pattern = _KEY_IN_JSON if looks_json(self.data) else _LOOKS_KUBERNETES
        return {match[1] for match in re.finditer(pattern, self.data)} == {b"apiVersion", b"kind"}

    @property
    def may_be_secret(self) -> bool:
        """Whether a text that does not parse may hold a Secret."""
        return re.search(_MAY_BE_SECRET, self.data) is not None

    @property
    def looks_templated(self) -> bool:
        """Whether the text holds the marks of a template language."""
        return re.search(_TEMPLATE, self.data) is not None

    @property
    def is_template_source(self) -> bool:
        """Whether the text is what Helm or Jinja renders from, not what they made."""
        return re.search(_TEMPLATE_SOURCE, self.data) is not None

    @property
    def is_go_template(self) -> bool:
        """Whether a program renders the text with Go's templates: kubectl cannot read it, Helm has no such values."""
        # Few texts have such a value, and it is searched much faster than a line.
        has_value = b"{{" in self.data and re.search(_GO_VALUE, self.data) is not None
        return has_value and re.search(_GO_TEMPLATE, self.data) is not None

    @property
    def rendered_from(self) -> str | None:
        """The template that `helm template` names above what it made of it."""
        match = re.search(_RENDERED_FROM, self.data) if b"# Source: " in self.data else None
        return match[1].decode().strip() if match else None


def looks_json(data: bytes) -> bool:
    """Whether a text begins as a JSON object does."""
    head = data[:_NEAR].lstrip()
    # Nearly every text begins with a letter or a sign of ASCII.
    return head[:1] == b"{" or (head[:1] > b"\x7f" and re.match(_JSON, head) is not None)


def split(data: bytes, *, start: DocumentStart = FIRST) -> Iterator[Document]:
    """The documents of UTF-8 text that begins at `start`, as kubectl separates them (`YAMLReader`, v1.36 `util/yaml`).

    A line that begins with `---` ends what is before it; if nothing is, it belongs to the document that follows.
    Comments before the first separator belong to no document. What kubectl refuses is read as it was meant.
    """
    splitter = _Splitter(data, start)
    first = _FIRST_SEPARATOR.match(data)
    if first is not None:
        yield from splitter.separate(0, first.end(), first[1])
    for separator in _SEPARATOR.finditer(data):
        yield from splitter.separate(separator.start() + 1, separator.end(), separator[1])
    yield from splitter.rest()


class _Splitter:
    def __init__(self, data: bytes, start: DocumentStart) -> None:
        self._data = data
        self._start, self._number = 0, 0
        self._document_start = start
        self._refusal: Refusal | None = None
        # Whether a separator is before the document, or at its beginning.
        self._is_separated = False

    def separate(self, at: int, end: int, rest: bytes) -> Iterator[Document]:
        """The document that a line from `at` to `end` ends; `rest` is what follows its `---`."""
        stripped = rest.decode("utf-8", "replace").strip()
        is_valid = not stripped or stripped.startswith("#")
        if not is_valid and rest[:1] not in _AFTER_MARKER:
            self._refuse(at, f"`---{shortened(stripped)}` at the start of a line separates no documents")
            return
        is_ending = at > self._start
        if is_ending:
            yield from self._document(at)
        if is_valid and is_ending:
            self._advance(min(end + 1, len(self._data)))
        elif is_valid and rest.startswith(b"#"):
            self._refuse(at, _NOT_SEPARATED)
        elif not is_valid:
            self._refuse(at, f"text after a document separator: `{shortened(stripped)}`")
        self._is_separated = True

    def rest(self) -> Iterator[Document]:
        """The last document."""
        if self._start < len(self._data) or self._is_separated:
            yield from self._document(len(self._data))

    def _document(self, end: int) -> Iterator[Document]:
        chunk = self._data[self._start : end]
        has_content = chunk[:1] not in b" \t\r\n#%" or re.search(_CONTENT, chunk) is not None
        if chunk.startswith(codecs.BOM_UTF8 + b"---#"):
            self._refuse(self._start, _NOT_SEPARATED)
        if chunk.startswith(_TWO_MARKS) and re.search(_AT_COLUMN_0, chunk):
            self._refuse(self._start, "more than one byte order mark")
        if has_content or self._is_separated:
            yield Document(self._number, self._document_start, _readable(chunk), self._refusal)
            self._number += 1
        self._refusal = None
        if not has_content:
            self._refuse_without_content(chunk)
        self._advance(end)
        self._is_separated = True

    def _refuse_without_content(self, chunk: bytes) -> None:
        """The refusal of what comes before a separator; no document follows that could show it."""
        tab = re.search(_TAB, chunk)
        if not chunk.startswith(b"---") and (chunk.startswith(b"%") or b"\n%" in chunk):
            self._refuse(self._start, "a directive before the document separator")
        elif tab:
            self._refuse(self._start + tab.start(), "a line that begins with a tab")

    def _refuse(self, at: int, reason: str) -> None:
        if self._refusal is None:
            line = self._document_start.line + _count_breaks(self._data[self._start : at])
            self._refusal = Refusal(f"kubectl refuses the file here: {reason}", line)

    def _advance(self, to: int) -> None:
        breaks = _count_breaks(self._data[self._start : to])
        self._document_start = DocumentStart(self._document_start.line + breaks, 1) if breaks else self._document_start
        self._start = to


def shortened(text: str) -> str:
    """A text for a message, cut if it is long."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _readable(chunk: bytes) -> bytes:
    """A document as kubectl gives it to its parser, and without the marks that would only make that refuse it."""
    while chunk.startswith(codecs.BOM_UTF8):  # files have it that were joined on Windows
        chunk = chunk.removeprefix(codecs.BOM_UTF8)
    if chunk.startswith(b"---#"):
        chunk = b"--- " + chunk[3:]
    # The last line counts as ended, which only a block scalar shows; elsewhere it would only move errors.
    has_block = not chunk.endswith(b"\n") and (b"|" in chunk or b">" in chunk)
    return chunk + b"\n" if has_block else chunk


def _count_breaks(chunk: bytes) -> int:
    breaks = chunk.count(b"\n")
    returns = chunk.count(b"\r")
    return breaks + returns - chunk.count(b"\r\n") if returns else breaks
