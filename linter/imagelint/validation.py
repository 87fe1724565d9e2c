"""YAML files of users, checked by a JSON Schema, with the line and column of what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from imagelint.compose import ComposeError, compose
from imagelint.errors import UserFileError
from imagelint.nodes import Mapping, Node, Scalar, Sequence, Span
from imagelint.source import UnreadableError, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


class InvalidFileError(UserFileError):
    """A file of a user that does not fit its schema; `line` and `column` are 1-based."""

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {message}")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A YAML file that fits its schema. Scalars are text, but for plain `true`, `false` and null."""

    path: str
    content: Any
    root: Node | None

    def span(self, way: Iterable[str | int]) -> Span:
        """Where the key, or else the value, stands that keys and indices lead to."""
        return _span(self.root, way)

    def error(self, way: Iterable[str | int], message: str) -> InvalidFileError:
        """An error at the key, or else the value, that keys and indices lead to."""
        span = self.span(way)
        return InvalidFileError(self.path, span.line, span.column, message)


def load_checked(path: str, schema: dict[str, Any]) -> CheckedFile:
    """The YAML file at `path`, checked by `schema`.

    Raises InvalidFileError.
    """
    try:
        root = compose(read_source(path).data)
    except UnreadableError as error:
        raise InvalidFileError(path, error.line, error.column, error.message) from error
    except ComposeError as error:
        raise InvalidFileError(path, error.line, error.column, error.message) from error
    content = plain(root)
    problem = _first_problem({} if content is None else content, schema)
    if problem is not None:
        place = _place(root, problem.absolute_path, problem)
        raise InvalidFileError(path, place.line, place.column, _message(problem))
    return CheckedFile(path, content, root)


def plain(node: Node | None) -> Any:  # noqa: ANN401 - whatever the file holds
    """A node as lists, dictionaries and scalars."""
    if isinstance(node, Mapping):
        return {key.value: plain(value) for key, value in node.pairs()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if node is None or node.is_null:
        return None
    return _BOOLEANS.get(node.value, node.value) if node.plain else node.value


def _span(root: Node | None, way: Iterable[str | int]) -> Span:
    node, span = root, Span(1, 1, 1, 1)
    for part in way:
        if isinstance(node, Mapping) and isinstance(part, str):
            found = node.entry(part)
            node, span = (found[1], found[0].span) if found else (None, span)
        elif isinstance(node, Sequence) and isinstance(part, int):
            node = node.items[part]
            span = node.span
    return span


def _first_problem(content: object, schema: dict[str, Any]) -> Any:  # noqa: ANN401 - jsonschema has no complete types
    import jsonschema

    library: Any = jsonschema
    return library.exceptions.best_match(library.Draft202012Validator(schema).iter_errors(content))


def _place(root: Node | None, way: Iterable[str | int], problem: Any) -> Span:  # noqa: ANN401 - as above
    """Where a problem stands: the key that is not known, else the value that is wrong."""
    node = root
    for part in way:
        if isinstance(node, Mapping) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, Sequence) and isinstance(part, int):
            node = node.items[part]
    if problem.validator == "additionalProperties" and isinstance(node, Mapping):
        unknown = _unknown_keys(problem)
        key = next((key for key, _ in node.pairs() if key.value in unknown), None)
        return key.span if isinstance(key, Scalar) else node.span
    return node.span if node is not None else Span(1, 1, 1, 1)


def _unknown_keys(problem: Any) -> list[str]:  # noqa: ANN401 - as above
    known = cast("dict[str, Any]", problem.schema.get("properties", {}))
    return [key for key in cast("dict[str, Any]", problem.instance) if key not in known]


def _message(problem: Any) -> str:  # noqa: ANN401 - as above
    from difflib import get_close_matches

    if problem.validator == "additionalProperties":
        unknown = _unknown_keys(problem)[0]
        known = sorted(problem.schema.get("properties", {}))
        near = get_close_matches(unknown, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
        return f"unknown key `{unknown}`; {hint}"
    if problem.validator == "enum":
        near = get_close_matches(str(problem.instance), [str(value) for value in problem.validator_value], n=1)
        choices = ", ".join(f"`{value}`" for value in problem.validator_value)
        return f"`{problem.instance}` is none of {choices}" + (f"; did you mean `{near[0]}`?" if near else "")
    if problem.validator == "required":
        missing = next(key for key in problem.validator_value if key not in problem.instance)
        return f"the key `{missing}` is missing"
    if problem.validator == "type":
        return f"this has to be of type {problem.validator_value}"
    return str(problem.message)
