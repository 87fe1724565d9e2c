"""Turns errors of jsonschema into places and sentences for users."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from imagelint.text.nodes import Mapping, Node, Sequence
from imagelint.text.places import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from imagelint.text.nodes import Path

# jsonschema publishes no complete types for its errors.
Problem = Any

# A wrong file may have any number.
_MOST_PROBLEMS = 100
_MOST_QUOTED = 120
_TYPES = {"object": "a mapping", "array": "a list", "string": "text", "boolean": "true or false", "null": "empty"}


def complaints(content: object, schema: dict[str, Any], root: Node | None) -> list[tuple[Span, str]]:
    """What is wrong with the content of a file, in its order: where, and in a sentence."""
    return sorted(
        complaint for problem in _problems_of(content, schema) for complaint in _complaints_about(problem, root)
    )


def _problems_of(content: object, schema: dict[str, Any]) -> list[Problem]:
    """The problem to report for each place."""
    import jsonschema

    library: Any = jsonschema
    validator = library.validators.validator_for(schema)(schema)
    by_place: dict[tuple[object, ...], list[Problem]] = {}
    for problem in islice(validator.iter_errors(content), _MOST_PROBLEMS):
        by_place.setdefault(tuple(problem.absolute_path), []).append(problem)
    return [library.exceptions.best_match(found) for found in by_place.values()]


def _complaints_about(problem: Problem, root: Node | None) -> Iterator[tuple[Span, str]]:
    """One for each wrong key, else one for the value."""
    node = root
    for part in cast("Path", tuple(problem.absolute_path)):
        if isinstance(node, Mapping) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, Sequence) and isinstance(part, int):
            node = node.items[part]
    place = node.span if node is not None else Span(1, 1, 1, 1)
    if problem.validator == "additionalProperties":
        known = sorted(problem.schema.get("properties", {}))
        keys = {key.value: key.span for key, _ in node.pairs()} if isinstance(node, Mapping) else {}
        for unknown in sorted(set(cast("dict[str, Any]", problem.instance)) - set(known)):
            hint = did_you_mean(unknown, known) or "known keys: " + ", ".join(known)
            yield keys.get(unknown, place), f"unknown key `{quoted(unknown)}`; {hint}"
        return
    if "propertyNames" in problem.absolute_schema_path and isinstance(node, Mapping):
        place = next((key.span for key, _ in node.pairs() if key.value == problem.instance), place)
    describe = _SENTENCES.get(problem.validator)
    yield place, describe(problem) if describe else quoted(str(problem.message))


def quoted(text: str) -> str:
    """Text from a file for a message: without user information (`user:password@host`), and shortened."""
    _, at, after = text.rpartition("@")
    shown = f"***@{after}" if at else text
    return shown if len(shown) <= _MOST_QUOTED else f"{shown[:_MOST_QUOTED]}…"


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """A suggestion of the closest known name, or None if none is similar."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else None


def _no_choice(problem: Problem) -> str:
    choices = cast("list[str]", problem.validator_value)
    listed = ", ".join(f"`{choice}`" for choice in choices)
    value = problem.instance
    if not isinstance(value, str):
        return f"{_subject(problem)} must be one of {listed}, {_but(cast('object', value))}"
    hint = did_you_mean(value, choices)
    return f"`{quoted(value)}` is not one of {listed}" + (f"; {hint}" if hint else "")


def _wrong_type(problem: Problem) -> str:
    wanted = cast("str | list[str]", problem.validator_value)
    names = [wanted] if isinstance(wanted, str) else wanted
    return f"{_subject(problem)} must be {' or '.join(_TYPES[name] for name in names)}, {_but(problem.instance)}"


def _missing_key(problem: Problem) -> str:
    missing = next(key for key in problem.validator_value if key not in problem.instance)
    return f"the key `{missing}` is missing"


def _wrong_form(problem: Problem) -> str:
    if problem.instance == "":
        return _empty(problem)
    # A keyword that editors use for the same purpose.
    hint = problem.schema.get("patternErrorMessage", f"does not match {problem.validator_value}")
    return f"`{quoted(problem.instance)}` {hint}"


def _empty(problem: Problem) -> str:
    return f"{_subject(problem)} must not be empty"


def _subject(problem: Problem) -> str:
    """The subject of a sentence: the key of the wrong value."""
    path = [*cast("Collection[str | int]", problem.absolute_path)]
    key = next((part for part in reversed(path) if isinstance(part, str)), None)
    if key is None:
        return "an entry of the file" if path else "the file"
    return f"an entry of `{quoted(key)}`" if isinstance(path[-1], int) else f"`{quoted(key)}`"


def _but(value: object) -> str:
    if value is None:
        return "but is empty"
    if isinstance(value, bool):
        return f"not {str(value).lower()}"
    return "not a mapping" if isinstance(value, dict) else "not a list" if isinstance(value, list) else "not text"


_SENTENCES: dict[str, Callable[[Problem], str]] = {
    "enum": _no_choice,
    "type": _wrong_type,
    "required": _missing_key,
    "pattern": _wrong_form,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
}
