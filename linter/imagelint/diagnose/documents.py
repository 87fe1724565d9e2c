"""JSON and YAML of the API server, alone or in the middle of a text: cut out, and parsed to plain values."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.nodes import Node

_JSON_START = re.compile(r"\s*(?:\{|\[\s*(?:\{|$))")
_YAML_START = re.compile(
    r"(?P<indent> *)(?:- )?(?:apiVersion|kind|metadata|status|spec|containerStatuses|initContainerStatuses|"
    r"involvedObject|items):(?: |$)"
)
_YAML_LINE = re.compile(r"\s|-(?: |$)|---|#|[a-z][\w./-]*:(?: |$)")
# Attempts at texts in braces that are not JSON; each may cost as much as what is left of the text.
_MOST_FAILED = 8
# As deep as `compose` reads.
_MAX_DEPTH = 256


def split_documents(lines: list[str]) -> tuple[list[Any], list[str]]:
    """The documents in some lines, as plain values, and the other lines."""
    documents, rest = _without_json(lines)
    found, rest = _without_yaml(rest)
    return [*documents, *found], rest


def _without_json(lines: list[str]) -> tuple[list[Any], list[str]]:
    starts = [number for number, line in enumerate(lines) if _JSON_START.match(line)]
    if not starts:
        return [], lines
    text = "\n".join(lines)
    offsets = _offsets(lines)
    decoder = json.JSONDecoder(strict=False)
    documents: list[Any] = []
    taken: list[tuple[int, int]] = []
    end = failed = 0
    for number in starts:
        start = offsets[number] + len(lines[number]) - len(lines[number].lstrip())
        if start < end or failed == _MOST_FAILED:
            continue
        try:
            while start < len(text) and text[start] in "{[":
                document, end = decoder.raw_decode(text, start)
                documents.append(document)
                taken.append((start, end))
                start = end + len(text[end : end + 200]) - len(text[end : end + 200].lstrip(" \t\r\n"))
        except (ValueError, RecursionError):
            failed += 1
    return documents, _outside(lines, offsets, taken)


def _offsets(lines: list[str]) -> list[int]:
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    return offsets


def _outside(lines: list[str], offsets: list[int], taken: list[tuple[int, int]]) -> list[str]:
    """The lines that hold nothing of what was taken."""
    rest: list[str] = []
    spans = iter(taken)
    span = next(spans, None)
    for number, line in enumerate(lines):
        while span is not None and span[1] <= offsets[number]:
            span = next(spans, None)
        if span is None or offsets[number + 1] <= span[0]:
            rest.append(line)
    return rest


def _without_yaml(lines: list[str]) -> tuple[list[Any], list[str]]:
    documents: list[Any] = []
    rest: list[str] = []
    number = 0
    while number < len(lines):
        start = _YAML_START.match(lines[number])
        if start is None:
            rest.append(lines[number])
            number += 1
            continue
        end = _yaml_end(lines, number, len(start["indent"]))
        parts = [*_parts(lines[number:end], len(start["indent"]))]
        parsed = [document for part in parts for document in _yaml_document(part)]
        documents += parsed
        number = end
    return documents, rest


def _yaml_end(lines: list[str], start: int, indent: int) -> int:
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if line.strip() and (line[:indent].strip() or not _YAML_LINE.match(line[indent:])):
            return number
    return len(lines)


def _parts(lines: list[str], indent: int) -> Iterator[list[str]]:
    part: list[str] = []
    for line in lines:
        if line.startswith("---", indent):
            yield part
            part = []
        else:
            part.append(line[indent:])
    yield part


def _yaml_document(lines: list[str]) -> Iterator[Any]:
    """The document of these lines; of one that was cut off, what is in front of the break."""
    for _ in range(3):
        try:
            node = compose("\n".join(lines).encode("utf-8", "replace"))
        except ComposeError as error:
            lines = _before_break(lines, error.line)
        else:
            if node is not None:
                yield plain(node)
            return


def _before_break(lines: list[str], at: int) -> list[str]:
    """The lines in front of an error, with a quoted text that has no end closed."""
    lines = lines[: max(at, 1)]
    for number in range(len(lines) - 1, max(len(lines) - 40, -1), -1):
        opened = re.match(r"\s*(?:- )?[\w.-]+: (['\"])", lines[number])
        if opened is not None:
            return [*lines[:-1], lines[-1] + opened[1]] if number > len(lines) - 20 else lines[:number]
    return lines[:-1]


def plain(node: Node, depth: int = 0) -> Any:  # noqa: ANN401 - what YAML can hold
    """A node as dictionaries, lists and texts; what is nested too deep is left out."""
    if isinstance(node, Scalar) or depth > _MAX_DEPTH:
        return node.value if isinstance(node, Scalar) else None
    if isinstance(node, Mapping):
        return {key.value: plain(value, depth + 1) for key, value in node.pairs()}
    return [plain(item, depth + 1) for item in node.items]
