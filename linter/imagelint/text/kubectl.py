"""Documents as kubectl reads them: what its parser accepts and JSON cannot hold is refused with a reason.

Source: go-yaml v2 (`go.yaml.in/yaml/v2` v2.4.3) and `sigs.k8s.io/yaml` v1.6.0, as kubectl v1.36 uses them.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from itertools import chain
from typing import TYPE_CHECKING

from imagelint.text.compose import TOO_MANY, ComposeError, compose
from imagelint.text.nodes import INFINITE, Mapping, Node, Scalar, Sequence, is_integer, is_merge
from imagelint.text.places import FIRST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imagelint.text.places import DocumentStart, Span

# A document without any of these has nothing to refuse: most documents are not walked. Each begins with a character
# that is searched much faster than a choice would be, and that most documents do not have.
_SUSPICIOUS_KEY = rb":(?:(?<![^ \t\n{,~\]}]:)|(?<=null:)|(?<=N(?:ull|ULL):)|(?<=[0-9A-Fa-f_]{16}:))"
_SUSPICIOUS = {
    b"*": rb"\*[\w-]+:",
    b"?": rb"\?(?:[ \n\r]|\xc2\x85|\xe2\x80)",
    b"<": b"<<",
    b"\\": rb"\\/",
    b"!": rb"!!null|2002:null",
    b"&": rb"&[\w-]+:",
    b".": b"|".join(re.escape(word.encode()) for word in sorted(INFINITE) if word.startswith(".")),
}
# In braces a key may be a mapping or a list, as in templates, most of which have nothing else to refuse.
_SUSPICIOUS_BRACES = {b"{": rb"\{\s*[\[{]", b",": rb",\s*[\[{]"}
# The first key of an object with a byte order mark, and the key without which it would be no object.
_MARKED_KEYS = {"\ufeffapiVersion": "kind", "\ufeffkind": "apiVersion"}
_QUESTION = "within brackets or braces, a value with a question mark has to be in quotes"
_REFUSED = "kubectl refuses this: "
# As texts: most runs need none of them, and each takes longer to compile than to match.
_DIRECTIVE = (
    rb"(?m)(?<=\n)%(?:YAML[ \t]+[0-9]{1,9}\.[0-9]{1,9}|TAG[ \t]+!(?:[\w-]*!)?[ \t]+\S+)[ \t]*(?:\s\#[^\r\n]*)?\r?$"
)
# Where a line feed ends the directive, the separator behind it makes it a document of its own.
_OTHER_VERSION = rb"(?:\s|#[^\r\n]*)*+%YAML[ \t]+(?!1\.1(?!\d))"
_LINE_BREAK = "\r\n|[\r\n]"
_QUOTED = r'(?s)(?:[!&]\S*\s+|#[^\n\r]*\s+)*+(".*)'
_ESCAPED_SLASH = r"(?s)(?:[^\\]|\\[^/])*\\/"


def compose_manifest(data: bytes, *, start: DocumentStart = FIRST, needs_reason: bool = True) -> Node | None:
    """As `compose`, of a document that kubectl reads. Raises ComposeError as well for what kubectl refuses."""
    try:
        return _as_kubectl(data, start)
    except ComposeError as refusal:
        raise (explained(refusal, data, start) if needs_reason else refusal) from None


def _as_kubectl(data: bytes, start: DocumentStart) -> Node | None:
    if b"{{" in data:
        try:
            return _checked(compose(data, start=start, lifts=False, is_manifest=True), data, start)
        except ComposeError:
            pass  # then its expressions count as text
    try:
        return _checked(compose(data, start=start, is_manifest=True), data, start)
    except ComposeError:
        directive = re.search(_DIRECTIVE, data)
        if directive is None:
            raise
        # A directive ends a document; what follows it belongs to none.
        root = compose(data[: directive.start()], start=start, is_manifest=True)
        if isinstance(root, Scalar) and root.plain:
            raise  # of which the line would be a part
        return _checked(root, data, start)


def explained(refusal: ComposeError, data: bytes, start: DocumentStart) -> ComposeError:
    """A refusal with its reason, and what was meant where it is YAML 1.2."""
    if refusal.message == TOO_MANY:  # which is the reason, and takes long to find again
        return refusal
    unmarked = data.replace(BOM_UTF8, b"")
    try:
        meant = compose(unmarked, start=start)
    except ComposeError as error:
        from imagelint.text.odd_spaces import at_odd_space

        return at_odd_space(error, unmarked, start)
    if len(unmarked) < len(data):
        before = re.split(_LINE_BREAK, data[: data.index(BOM_UTF8)].decode())
        line, column = len(before) - 1, len(before[-1])
        place = start.line + line, column + (1 if line else start.column)
        return ComposeError(f"{_REFUSED}a byte order mark that is not at the beginning of a document", *place, meant)
    try:
        _checked(meant, data, start)
    except ComposeError as error:
        refusal = error
    reason = _QUESTION if _character(refusal, data, start) == "?" else refusal.message.removeprefix(_REFUSED)
    return ComposeError(f"{_REFUSED}{reason}", refusal.line, refusal.column, meant)


def _character(refusal: ComposeError, data: bytes, start: DocumentStart) -> str:
    """What is written where a text is refused."""
    line = re.split(_LINE_BREAK, data.decode())[refusal.line - start.line]
    column = refusal.column - (1 if refusal.line > start.line else start.column)
    return line[column : column + 1]


def _checked(root: Node | None, data: bytes, start: DocumentStart) -> Node | None:
    if b"%YAML" in data and re.match(_OTHER_VERSION, data):
        raise ComposeError(f"{_REFUSED}the version of YAML is not 1.1", *start)
    if root is not None:
        has_values = _is_suspicious(data)
        if has_values or _has_any(data, _SUSPICIOUS_BRACES):
            lines = re.split(_LINE_BREAK, data.decode("utf-8", "replace")) if b"\\/" in data else []
            values = _refused_values(root) if has_values else ()
            for node, reason in chain(_refused_nodes(root, lines, start), values):
                raise ComposeError(f"{_REFUSED}{reason}", node.span.line, node.span.column)
    return root


def _is_suspicious(data: bytes) -> bool:
    """Whether any node may be refused, not only a key in braces."""
    if re.search(_SUSPICIOUS_KEY, data) or (not data.isascii() and BOM_UTF8 in data):
        return True
    return _has_any(data, _SUSPICIOUS)


def _has_any(data: bytes, patterns: dict[bytes, bytes]) -> bool:
    return any(first in data and re.search(pattern, data) for first, pattern in patterns.items())


def _refused_nodes(root: Node, lines: list[str], start: DocumentStart) -> Iterator[tuple[Node, str]]:
    """Nodes that go-yaml cannot decode, and why; `lines` are those of the document if an escape is suspicious."""
    for node in _walk(root, lambda mapping: mapping.nodes):
        if isinstance(node, Mapping):
            for key, value in node.items:
                if not isinstance(key, Scalar):
                    yield key, "a mapping or a list cannot be a key"
                elif is_merge(key) and not _is_mergeable(value):
                    yield value, "`<<` takes a mapping, or a list of mappings"
        elif lines and isinstance(node, Scalar) and not node.plain and _has_escaped_slash(node, lines, start):
            yield node, "`\\/` is an escape of JSON, and not of YAML 1.1"


def _refused_values(root: Node) -> Iterator[tuple[Node, str]]:
    """Nodes that have no form in JSON, and why: of keys that are repeated or merged, only the ones that count."""
    for node in _walk(root, lambda mapping: [value for _, value in mapping.pairs()]):
        if isinstance(node, Mapping):
            for key, _ in node.pairs():
                if key.is_null:
                    yield key, "null cannot be a key"
                elif key.plain and _is_unsigned(key.value):
                    yield key, "a number of more than 63 bits cannot be a key"
                elif key.value in _MARKED_KEYS and _is_marked(node, key.value):
                    yield key, "a byte order mark is in the first key of the document"
        elif isinstance(node, Scalar) and node.is_infinite:
            yield node, f"`{node.value}` has no form in JSON"


def _is_marked(node: Mapping, key: str) -> bool:
    return node.get(_MARKED_KEYS[key]) is not None and node.get(key[1:]) is None


def _is_unsigned(value: str) -> bool:
    """Whether a number is beyond what Go's `int64` holds, though not what `uint64` does."""
    return value[:1].isdigit() and is_integer(value) and not is_integer(f"+{value}")


def _walk(root: Node, children: Callable[[Mapping], Iterable[Node]]) -> Iterator[Node]:
    """A node and those below it, each once."""
    pending = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            if isinstance(node, Mapping):
                pending.extend(children(node))
            elif isinstance(node, Sequence):
                pending.extend(node.items)


def _is_mergeable(value: Node) -> bool:
    sources = value.items if isinstance(value, Sequence) else [value]
    return all(isinstance(source, Mapping) for source in sources)


def _has_escaped_slash(node: Scalar, lines: list[str], start: DocumentStart) -> bool:
    return re.match(_ESCAPED_SLASH, _written(node.span, lines, start)) is not None


def _written(span: Span, lines: list[str], start: DocumentStart) -> str:
    """A scalar in double quotes as it is written, without its tag and its anchor; other scalars are empty."""
    first, last = span.line - start.line, span.end_line - start.line
    text = "\n".join(lines[first : last + 1])
    begin = span.column - (1 if first else start.column)
    quoted = re.compile(_QUOTED).match(text, begin, len(text) - len(lines[last]) + span.end_column - 1)
    return quoted[1] if quoted else ""
