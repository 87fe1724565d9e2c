"""Where a text may hold secrets, for outputs that quote more of it than the place of a finding.

A Secret is recognised by its content, since its kind may be written differently, or not at all: a template of an
operator, an item of a list, a document that does not parse.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from imagelint.facts.screen import NO_HEADING
from imagelint.facts.secrets import hidden_spans
from imagelint.text.compose import ComposeError, compose
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.places import FIRST, DocumentStart, Span
from imagelint.text.split import looks_json, split
from imagelint.text.user_info import split_user_info

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.json_nodes import Listing
    from imagelint.text.split import Document

# Fields that hold the content of Secrets, in them and in what makes them.
_CONTENT = frozenset({"stringData", "encryptedData", "literals", "last-applied-configuration"})
_LAST_APPLIED = "/last-applied-configuration"
# Where a password may be anything: hidden if an image that is shown shares their line.
_ARGUMENTS = frozenset({"args", "command"})
_BOOLEANS = frozenset({"true", "false", ""})
# Kinds with a field `data` that holds nothing secret.
_OPEN_KINDS = frozenset({"ConfigMap"})
_CREDENTIAL = re.compile(
    r".*(?:passw(?:or)?d|pwd?\b|passphrase|token|credentials?|\.dockerconfigjson|\.dockercfg|auths?"
    r"|(?<![a-z])pass|(?:api|secret|access|private)[-_]?key)",
    re.IGNORECASE,
)
# `--password=…` and `DB_PASSWORD=…`, and the text of a docker config.
_ASSIGNED = re.compile(
    r"(?:passw(?:or)?d|\bpwd?|passphrase|token|secret|credentials?|key)=|\"?auths?\"?\s*:", re.IGNORECASE
)
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)
# A document whose comments may repeat a secret.
_OF_A_SECRET = re.compile(rb"\bSecret\b|stringData|\\[xuU]")
_MORE = re.compile(rb"\s*+[^\s#]")
_TELLS = re.compile(
    rb"#.*(?:passw(?:or)?d|\bpwd?|passphrase|token|secret|credentials?|api[-_]?key)\s*[:=]\s*\S", re.IGNORECASE
)
_END_OF_TEXT = 1 << 62


def hidden_places(data: bytes) -> Iterator[Span]:
    """The places in UTF-8 text that may be secret; all of a document that does not parse, and of what follows one."""
    start = FIRST
    if looks_json(data):
        from imagelint.facts.json_nodes import document_starts, json_stream

        text = data.decode()
        stream = json_stream(text)
        *starts, start = document_starts(text, [*(listing.start for listing in stream.listings), stream.rest])
        for listing, begin in zip(stream.listings, starts, strict=True):
            yield from _places_in_json(text, listing, begin)
        data = text[stream.rest :].encode()
    yield from _places_in_yaml([*split(data, start=start)])


def _places_in_json(text: str, listing: Listing, begin: DocumentStart) -> Iterator[Span]:
    from imagelint.facts.json_nodes import JsonObject, compose_json

    try:
        root = compose_json(text, JsonObject(listing.start, listing.end, NO_HEADING), begin)
    except ComposeError:
        yield Span(*begin, _END_OF_TEXT, 1)
    else:
        yield from _places(root)


def _places_in_yaml(documents: list[Document]) -> Iterator[Span]:
    ends = [document.start for document in documents[1:]] + [DocumentStart(_END_OF_TEXT, 1)]
    for document, end in zip(documents, ends, strict=False):
        try:
            root = compose(document.data, start=document.start)
        except ComposeError:
            yield Span(*document.start, *end)
            continue
        found = [*_places(root)] if root is not None else []
        yield from found
        if root is not None and _has_more(document, root.span):
            yield Span(root.span.end_line, root.span.end_column, *end)
        of_secret = bool(found) and _OF_A_SECRET.search(document.data) is not None
        if of_secret or _TELLS.search(document.data):
            yield from _comments(document.data, document.start, all_of_them=of_secret)


def _has_more(document: Document, root: Span) -> bool:
    """Whether a document goes on behind its root node, so that it has content that no parser reads."""
    lines = document.data.splitlines()
    last = root.end_line - document.start.line
    rest = lines[last].decode("utf-8", "replace")[root.end_column - 1 :] if last < len(lines) else ""
    return any(_MORE.match(line) for line in (rest.encode(), *lines[last + 1 :]))


def _places(root: Node) -> Iterator[Span]:
    """The places in a document; each node is visited once, even if aliases refer to it."""
    pending, seen = [root], set[int]()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            if _ASSIGNED.search(node.value) or split_user_info(node.value):
                yield node.span
        elif isinstance(node, Sequence):
            yield from _behind_flags(node)
            pending += node.items
        else:
            yield from _places_in(node)
            pending += node.nodes


def _places_in(node: Mapping) -> Iterator[Span]:
    kind = node.get("kind")
    name = kind.value if isinstance(kind, Scalar) else None
    if name == "Secret":
        yield from hidden_spans(node)
        return
    is_variable = isinstance(node.get("name"), Scalar)
    for key, value in node.items:
        field = key.value if isinstance(key, Scalar) else ""
        is_content = field in _CONTENT or field.endswith(_LAST_APPLIED) or (field == "data" and name not in _OPEN_KINDS)
        is_credential = _CREDENTIAL.fullmatch(field) is not None or (field == "value" and is_variable)
        is_beside = field in _ARGUMENTS and node.span.line == node.span.end_line
        if is_content or is_beside or (is_credential and _holds_value(value)):
            yield value.span


def _holds_value(node: Node) -> bool:
    return isinstance(node, Sequence) or (isinstance(node, Scalar) and node.value not in _BOOLEANS)


def _behind_flags(node: Sequence) -> Iterator[Span]:
    """The values after `--password` in a list of arguments."""
    for item, following in pairwise(node.items):
        is_flag = isinstance(item, Scalar) and item.value.startswith("-")
        if is_flag and isinstance(item, Scalar) and _CREDENTIAL.fullmatch(item.value):
            yield following.span


def _comments(data: bytes, start: DocumentStart, *, all_of_them: bool) -> Iterator[Span]:
    """Comments of a document: beside a secret any may repeat it, elsewhere those that name a password."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n")):
        found = _COMMENT.search(line)
        if found is not None and (all_of_them or _TELLS.search(found[0].encode())):
            column = found.start() + (1 if number else start.column)
            yield Span(start.line + number, column, start.line + number, column + len(found[0]))
