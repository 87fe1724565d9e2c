"""The documents of a stream, and a cheap look at which of them can matter."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from imagelint.text.places import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

# Markers start at column 0 and end even a quoted scalar. Helm writes `---# text`, which Kubernetes splits at too.
# The line feed in front lets the search run as fast as memory.
_MARKER = re.compile(rb"\n(?=---(?:[ \t\r\n#]|\Z)|\.\.\.(?:[ \t\r\n]|\Z))")
_CONTENT = re.compile(rb"^[ \t]*[^ \t\r\n#%]", re.MULTILINE)
_RENDERED_FROM = re.compile(rb"^# Source: (\S[^\r\n]*)", re.MULTILINE)
_LOOKS_KUBERNETES = re.compile(rb"^[ \t]*(?:\{[ \t]*)?[\"']?(apiVersion|kind)[\"']?[ \t]*:", re.MULTILINE)
_KEY_IN_JSON = re.compile(rb"[\"'](apiVersion|kind)[\"'][ \t]*:")
_TEMPLATE = re.compile(rb"\{\{|\{%")
# What only the source of a Helm or Jinja template holds; `{{inputs.x}}` alone may be an Argo Workflow.
_TEMPLATE_SOURCE = re.compile(
    rb"\{\{-|-\}\}|\{%|\{\{\s*(?:\.(?:Values|Release|Chart)\b|(?:include|if|range|with|end)\b)"
)

# A Secret, an object that creates one, or its content; backslash escapes may hide any of them.
_MAY_BE_SECRET = re.compile(rb"Secret|secretGenerator|stringData|\"auths|dockercfg|\\[xuU]")

# How far a text that begins with space is looked at.
_NEAR = 256

# libyaml counts these as line breaks, editors and every other YAML parser do not. None is legal in a name.
_UNUSUAL_BREAKS = (
    (b"\xe2\x80\xa8", b"\xef\xbf\xbd"),
    (b"\xe2\x80\xa9", b"\xef\xbf\xbd"),
    (b"\xc2\x85", b"\xc2\xa4"),
)


class Document(NamedTuple):
    """One document of a stream; `number` counts from 0."""

    number: int
    origin: Origin
    data: bytes

    @property
    def looks_kubernetes(self) -> bool:
        """Whether a text that does not parse was meant as a Kubernetes object."""
        pattern = _KEY_IN_JSON if looks_json(self.data) else _LOOKS_KUBERNETES
        return {match[1] for match in pattern.finditer(self.data)} == {b"apiVersion", b"kind"}

    @property
    def may_be_secret(self) -> bool:
        """Whether a text that does not parse may hold a Secret."""
        return _MAY_BE_SECRET.search(self.data) is not None

    @property
    def looks_templated(self) -> bool:
        """Whether the text holds the braces of a template language."""
        return _TEMPLATE.search(self.data) is not None

    @property
    def is_template_source(self) -> bool:
        """Whether the text is what Helm or Jinja renders from, not what they made."""
        return _TEMPLATE_SOURCE.search(self.data) is not None

    @property
    def rendered_from(self) -> str | None:
        """The template that `helm template` names above what it made of it."""
        match = _RENDERED_FROM.search(self.data) if b"# Source: " in self.data else None
        return match[1].decode().strip() if match else None


def looks_json(data: bytes) -> bool:
    """Whether a text begins as a JSON object does."""
    return data[:_NEAR].lstrip().startswith(b"{")


def split(data: bytes) -> Iterator[Document]:
    """The documents of UTF-8 text. Comments before the first marker belong to no document."""
    if not data.isascii():
        for unusual, usual in _UNUSUAL_BREAKS:
            data = data.replace(unusual, usual)
    starts = [0, *(line_feed.end() for line_feed in _MARKER.finditer(data)), len(data)]
    number, line, held = 0, 1, 0
    for start, end in pairwise(starts):
        chunk = data[start - held : end]
        content = _CONTENT.search(chunk, held + 3 if start else 0)
        if not content and not held and _has_directive(chunk):
            held = end - start  # directives belong to the document that follows
            continue
        held = 0
        if content or data.startswith(b"---", start):
            yield Document(number, Origin(line, 1), _without_comment_marker(chunk))
            number += 1
        line += _count_breaks(chunk)


def _has_directive(chunk: bytes) -> bool:
    return chunk.startswith(b"%") or b"\n%" in chunk


def _without_comment_marker(chunk: bytes) -> bytes:
    return b"--- " + chunk[3:] if chunk.startswith(b"---#") else chunk


def _count_breaks(chunk: bytes) -> int:
    breaks = chunk.count(b"\n")
    returns = chunk.count(b"\r")
    return breaks + returns - chunk.count(b"\r\n") if returns else breaks
