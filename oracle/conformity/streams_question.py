"""What `kubectl apply -f` reads in a file: documents, objects, and the images of pods."""

from __future__ import annotations

import base64
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from conformity.json_values import is_object
from conformity.node_trees import tree_difference
from conformity.question import Answer, Case, Difference, Question, general
from conformity.stream_cases import minimal_streams, random_stream
from conformity.stream_images import NO_TEXT, images_in
from conformity.stream_reading import images_read, read_documents
from imagelint.facts.extract import extract
from imagelint.text.compose import TOO_DEEP, ComposeError
from imagelint.text.places import SourceId
from imagelint.text.source import Source, UnreadableError, decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.seeds import Seeds
    from imagelint.text.nodes import Node

_COMPARED = ("crash", "pods", "secrets", "service_accounts", "misplaced")
_NOT_UTF8 = "kubectl replaces what is not UTF-8 with U+FFFD; imagelint reports the file instead"
_BRACES = "a template is read before it is rendered, so that its images can be checked"
_BEHIND = "what follows the first document up to a separator is not read by either; go-yaml scans a part of it"
_MARKS = "go-yaml leaves out the first character of lines after two such marks, as far as its buffer reaches"
_METADATA_TYPE = re.compile(r"metadataOnlyObject\.metadata|ObjectMeta\.metadata")
# A number that kubectl passes on, and cannot decode as the value of a field.
_TOO_LARGE = "is too large"
_METADATA = "schema validators report the types of all metadata, imagelint only of names and namespaces"
_RETURNS = "kubectl drops the last carriage return of a line; imagelint counts lines as editors do"
_DEPTH = "hostile input must not exhaust the stack; real documents nest far less"


def _cases(random: Random, seeds: Seeds, count: int) -> Iterator[Case]:
    for text in minimal_streams():
        yield _case(text.encode("utf-8", "surrogateescape"))
    for _ in range(count):
        yield _case(random_stream(random, seeds.documents))


def _real_cases(_random: Random, seeds: Seeds, _count: int) -> Iterator[Case]:
    yield from map(_case, seeds.files())


def _case(raw: bytes) -> Case:
    return {"op": "stream", "bytes": base64.b64encode(raw).decode()}


def _compare(case: Case, answer: Answer) -> Difference | None:
    raw = base64.b64decode(case["bytes"])
    try:
        data = decode(raw)
    except UnreadableError as error:
        is_refused = "error" in answer or answer["problems"] or not answer["documents"]
        return None if is_refused else Difference(f"unreadable here ({general(error.message)}), read there", _NOT_UTF8)
    facts, quick = (extract(Source(SourceId("x.yaml"), data), is_strict=is_strict) for is_strict in (True, False))
    missed = [name for name in _COMPARED if getattr(facts, name) != getattr(quick, name)]
    if missed:
        return Difference(f"the quick look at the bytes misses {missed[0]}")
    ours = [*read_documents(data)]
    found = _documents_difference(ours, answer)
    here, there = images_read(facts), images_in(answer["objects"])
    # What is refused is reported, and read as it was meant.
    is_reported = facts.problems or any(field.is_rejected for field in facts.misplaced)
    is_refused = "error" in answer or (answer["problems"] and is_reported) or _has_refusal(ours)
    if found is None and not is_refused and not _are_same(here, there):
        found = f"{len(here)} images here, {len(there)} there"
        if _METADATA_TYPE.search(str(answer["problems"])) and not Counter(there) - Counter(here):
            return Difference("an object is refused there for a type in its metadata", _METADATA)
    if found is None:
        return None
    explained = _explained(found, answer, data, ours)
    return explained or Difference(f"{'[pods] ' if here or there else ''}{found}")


def _explained(found: str, answer: Answer, data: bytes, ours: list[Node | ComposeError]) -> Difference | None:
    if b"{{" in data and found.startswith("refused there"):
        return Difference("braces of a template are refused there", _BRACES)
    error = answer.get("error", "")
    is_of_json = error.startswith("json: offset") and b"\\/" in data
    if is_of_json or ("unknown escape character" in error and _has_escape_behind(ours, data)):
        return Difference("an escape behind the first document is refused there", _BEHIND)
    if re.match("refused here, read there: (special|control) characters", found):
        return Difference("a control character behind the first document is refused here", _BEHIND)
    if found.startswith("refused here, read there") and "more than one byte order mark" in found:
        return Difference("more than one byte order mark at the beginning of a document is refused here", _MARKS)
    if found.endswith("white space") and b"\r\r\n" in data:
        return Difference("a carriage return before the end of a line makes a line here", _RETURNS)
    return Difference(found, _DEPTH) if TOO_DEEP in found else None


def _has_escape_behind(ours: list[Node | ComposeError], data: bytes) -> bool:
    """Whether the escape that only JSON has is in a line after a document, and in no other document."""
    lines = data.splitlines()
    held = {
        line
        for node in ours
        if not isinstance(node, ComposeError)
        for line in range(node.span.line, node.span.end_line + 1)
    }
    return any(b"\\/" in line for number, line in enumerate(lines, 1) if number not in held)


def _are_same(here: list[tuple[str, str, str]], there: list[tuple[str, str, str]]) -> bool:
    is_untold = any(image == NO_TEXT for *_, image in there)
    return here == there or (is_untold and len(here) == len(there))


def _has_refusal(documents: list[Node | ComposeError]) -> bool:
    return any(isinstance(one, ComposeError) for one in documents)


def _documents_difference(ours: list[Node | ComposeError], answer: Answer) -> str | None:
    theirs = answer["documents"]
    for number, value in enumerate(theirs):
        if number >= len(ours):
            return "fewer documents here"
        node = ours[number]
        if isinstance(node, ComposeError):
            # What is not an object of Kubernetes is refused there as well, a step later.
            is_refused_later = not _is_manifest(value) or (answer["problems"] and node.message.endswith(_TOO_LARGE))
            return None if is_refused_later else f"refused here, read there: {general(node.message)}"
        found = tree_difference(node, value)
        if found:
            return f"tree: {found}"
    rest = ours[len(theirs) :]
    if "error" in answer:
        # Both refuse the file; kubectl reads no further.
        here = "read" if rest else "no document"
        return None if _has_refusal(ours) else f"refused there, {here} here: {_refusal(answer)}"
    if rest:
        return f"more documents here: {'an error' if isinstance(rest[0], ComposeError) else type(rest[0]).__name__}"
    return None


def _is_manifest(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether kubectl can apply a document: a comment glued to a separator may become a field that nothing has."""
    is_object_of_kubernetes = is_object(value) and {"apiVersion", "kind"} <= value.keys()
    return is_object_of_kubernetes and not any(key.startswith("---#") for key in value)


def _refusal(answer: Answer) -> str:
    text = re.sub(r"^error converting YAML to JSON: |line \d+: |json: offset.*", "", answer["error"], flags=re.DOTALL)
    text = re.sub(r"(separator|invalid map key|unsupported map key).*", r"\1", text, flags=re.DOTALL)
    text = re.sub(r"cannot decode .* as an? !!\w+", "cannot decode by its tag", text, flags=re.DOTALL)
    return general(re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "X", text))


def _smaller(case: Case) -> Iterator[Case]:
    raw = base64.b64decode(case["bytes"])
    lines = raw.split(b"\n")
    size = max(1, len(lines) // 2)
    while True:
        for at in range(0, len(lines), size):
            yield _case(b"\n".join(lines[:at] + lines[at + size :]))
        if size == 1:
            break
        size //= 2
    if len(raw) < 200:
        yield from (_case(raw[:at] + raw[at + 1 :]) for at in range(len(raw)))


STREAMS = Question("stream", 12_000, _cases, _compare, _smaller)
FILES = Question("file", 0, _real_cases, _compare, _smaller)
