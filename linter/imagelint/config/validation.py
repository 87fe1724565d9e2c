"""YAML and TOML files of users, checked by a JSON Schema, with the line and column of what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from imagelint.text.bounded import MAX_CONFIGURATION, MAX_TOML, read_bounded
from imagelint.text.compose import ComposeError, compose
from imagelint.text.errors import UserFileError, raise_all
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence
from imagelint.text.paths import shown
from imagelint.text.places import Span
from imagelint.text.source import UnreadableError, decode, refusal
from imagelint.text.split import split

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a file holds, as `plain` makes it; numbers only if a user of it makes them.
Json = dict[str, "Json"] | list["Json"] | str | int | None
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# Where a tool keeps its settings in a pyproject.toml.
_TABLE = ("tool", "imagelint")
# Nobody nests a configuration deeper, and jsonschema takes several calls for each level.
MAX_LEVELS = 64
# What people mean who write what the parser refuses.
_HINTS = {
    "found character '\\t'": "; YAML is indented with spaces",
    "undefined alias": "; quote text that begins with `*`",
}


class InvalidFileError(UserFileError):
    """A file of a user that does not fit its schema; `line` and `column` are 1-based, 0 for the file as a whole."""

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        at = f":{line}:{column}" if line else ""
        super().__init__(f"{shown(path) or 'an empty path'}{at}: {message}")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that fits its schema. Scalars are text, but for plain `true`, `false` and null."""

    path: str
    content: dict[str, Any]
    root: Node | None

    def span(self, key_path: Iterable[str | int]) -> Span:
        """The place of the key, or else of the value, at a path of keys and indices."""
        return _span(self.root, key_path)

    def error(self, key_path: Iterable[str | int], message: str) -> InvalidFileError:
        """An error at the key, or else at the value, at a path of keys and indices."""
        span = self.span(key_path)
        return InvalidFileError(self.path, span.line, span.column, message)


def load_checked(path: str, schema: dict[str, Any]) -> CheckedFile:
    """The file at `path`, checked by `schema`: YAML, or the table `[tool.imagelint]` of a TOML file.

    A key without a value counts as absent. Raises InvalidFileError.
    """
    root = read_root(path)
    _check_keys(path, root)
    found = plain(root)
    content: Json = {} if found is None else found
    if isinstance(content, dict):
        content = dict[str, Json]((key, value) for key, value in content.items() if value is not None)
    if content != {} or "minProperties" in schema:
        _check_content(path, root, content, schema)
    return CheckedFile(path, cast("dict[str, Any]", content), root)


def read_root(path: str) -> Node | None:
    """The root node of the file at `path`, None if it says nothing. Raises InvalidFileError."""
    is_toml = path.endswith(".toml")
    try:
        data = decode(read_bounded(path, MAX_TOML if is_toml else MAX_CONFIGURATION, streams=True))
        return _toml_root(data) if is_toml else _yaml_root(data)
    except OSError as error:
        raise InvalidFileError(path, 0, 0, f"cannot be read: {refusal(error)}") from error
    except (UnreadableError, ComposeError) as error:
        hint = next((hint for start, hint in _HINTS.items() if error.message.startswith(start)), "")
        raise InvalidFileError(path, error.line, error.column, error.message + hint) from error


def plain(node: Node | None) -> Json:
    """A node as lists, dictionaries and scalars."""
    if isinstance(node, Mapping):
        return {key.value: plain(value) for key, value in node.pairs()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if node is None or node.is_null:
        return None
    return _BOOLEANS.get(node.value, node.value) if node.plain else node.value


def _yaml_root(data: bytes) -> Node | None:
    composed = (compose(document.data, start=document.start) for document in split(data))
    roots = [root for root in composed if root is not None]
    if len(roots) > 1:
        raise ComposeError(
            "the file has a second document; it must be a single document", roots[1].span.line, roots[1].span.column
        )
    return roots[0] if roots else None


def _toml_root(data: bytes) -> Node | None:
    from imagelint.config.toml_nodes import compose_toml

    root = compose_toml(data, _TABLE)
    if root is None:
        raise ComposeError("the table `[tool.imagelint]` is missing", 1, 1)
    return root


def _check_keys(path: str, root: Node | None) -> None:
    """Raise InvalidFileError at a key that appears twice in its mapping or is not text, and where it is too deep."""
    from imagelint.config.complaints import quoted

    pending = [(root, 1)]
    while pending:
        node, level = pending.pop()
        if level > MAX_LEVELS and node is not None:
            message = f"nested deeper than {MAX_LEVELS} levels"
            raise InvalidFileError(path, node.span.line, node.span.column, message)
        if isinstance(node, Sequence):
            pending += [(item, level + 1) for item in node.items]
        elif isinstance(node, Mapping):
            seen: dict[str, int] = {}
            for key, value in node.items:
                if not isinstance(key, Scalar):
                    raise InvalidFileError(path, key.span.line, key.span.column, "a key must be text")
                if key.value in seen:
                    message = f"duplicate key `{quoted(key.value)}`; it first appears on line {seen[key.value]}"
                    raise InvalidFileError(path, key.span.line, key.span.column, message)
                seen[key.value] = key.span.line
                pending.append((value, level + 1))


def _check_content(path: str, root: Node | None, content: Json, schema: dict[str, Any]) -> None:
    from imagelint.config.complaints import complaints

    found = complaints(content, schema, root)
    raise_all([InvalidFileError(path, place.line, place.column, text) for place, text in found])


def _span(root: Node | None, key_path: Iterable[str | int]) -> Span:
    node, span = root, Span(1, 1, 1, 1)
    for part in key_path:
        if isinstance(node, Mapping) and isinstance(part, str):
            found = node.entry(part)
            node, span = (found[1], found[0].span) if found else (None, span)
        elif isinstance(node, Sequence) and isinstance(part, int):
            node = node.items[part]
            span = node.span
    return span
