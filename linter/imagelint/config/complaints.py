"""What a problem that jsonschema reports means for whoever wrote the file: a place and a sentence."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from imagelint.text.nodes import Mapping, Node, Sequence
from imagelint.text.places import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from imagelint.text.nodes import Path

# jsonschema publishes no complete types for its errors.
Problem = Any

# Of so many the one to report is chosen.
_MOST_PROBLEMS = 100
_MOST_QUOTED = 120
_TYPES = {"object": "a mapping", "array": "a list", "string": "text", "boolean": "true or false", "null": "empty"}


def first_problem(content: object, schema: dict[str, Any]) -> Problem | None:
    """The problem to tell of a file's content; None where it fits the schema."""
    import jsonschema

    library: Any = jsonschema
    validator = library.validators.validator_for(schema)(schema)
    return library.exceptions.best_match(islice(validator.iter_errors(content), _MOST_PROBLEMS))


def place_of(problem: Problem, root: Node | None) -> Span:
    """Where a problem stands: the key that is wrong, else the value."""
    node = root
    for part in cast("Path", tuple(problem.absolute_path)):
        if isinstance(node, Mapping) and isinstance(part, str):
            node = node.get(part)
        elif isinstance(node, Sequence) and isinstance(part, int):
            node = node.items[part]
    wrong = _wrong_keys(problem)
    if wrong and isinstance(node, Mapping):
        return next((key.span for key, _ in node.pairs() if key.value in wrong), node.span)
    return node.span if node is not None else Span(1, 1, 1, 1)


def sentence(problem: Problem) -> str:
    """What is wrong, and what may have been meant."""
    tell = _SENTENCES.get(problem.validator)
    return tell(problem) if tell else quoted(str(problem.message))


def quoted(text: str) -> str:
    """A part of a file as messages show it: without user information (`user:password@host`), and not too long."""
    _, at, after = text.rpartition("@")
    shown = f"***@{after}" if at else text
    return shown if len(shown) <= _MOST_QUOTED else f"{shown[:_MOST_QUOTED]}…"


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """A question for the name that was meant, or None where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    return f"did you mean `{near[0]}`?" if near else None


def _wrong_keys(problem: Problem) -> list[str]:
    if problem.validator == "additionalProperties":
        known = cast("dict[str, Any]", problem.schema.get("properties", {}))
        return [key for key in cast("dict[str, Any]", problem.instance) if key not in known]
    return [problem.instance] if "propertyNames" in problem.absolute_schema_path else []


def _unknown_key(problem: Problem) -> str:
    unknown = _wrong_keys(problem)[0]
    known = sorted(problem.schema.get("properties", {}))
    return f"unknown key `{quoted(unknown)}`; {did_you_mean(unknown, known) or 'there are: ' + ', '.join(known)}"


def _no_choice(problem: Problem) -> str:
    choices = cast("list[str]", problem.validator_value)
    listed = ", ".join(f"`{choice}`" for choice in choices)
    value = problem.instance
    if not isinstance(value, str):
        return f"{_subject(problem)} has to be one of {listed}, {_but(cast('object', value))}"
    hint = did_you_mean(value, choices)
    return f"`{quoted(value)}` is none of {listed}" + (f"; {hint}" if hint else "")


def _wrong_type(problem: Problem) -> str:
    wanted = cast("str | list[str]", problem.validator_value)
    names = [wanted] if isinstance(wanted, str) else wanted
    return f"{_subject(problem)} has to be {' or '.join(_TYPES[name] for name in names)}, {_but(problem.instance)}"


def _missing_key(problem: Problem) -> str:
    missing = next(key for key in problem.validator_value if key not in problem.instance)
    return f"the key `{missing}` is missing"


def _wrong_form(problem: Problem) -> str:
    if problem.instance == "":
        return _empty(problem)
    # The keyword of editors for this very purpose; without it the pattern has to speak for itself.
    hint = problem.schema.get("patternErrorMessage", f"does not match {problem.validator_value}")
    return f"`{quoted(problem.instance)}` {hint}"


def _empty(problem: Problem) -> str:
    return f"{_subject(problem)} must not be empty"


def _subject(problem: Problem) -> str:
    """What is spoken of, by the key that it stands under."""
    way = [*cast("Collection[str | int]", problem.absolute_path)]
    key = next((part for part in reversed(way) if isinstance(part, str)), None)
    if key is None:
        return "an entry of the file" if way else "the file"
    return f"an entry of `{quoted(key)}`" if isinstance(way[-1], int) else f"`{quoted(key)}`"


def _but(value: object) -> str:
    if value is None:
        return "but is empty"
    if isinstance(value, bool):
        return f"not {str(value).lower()}"
    return "not a mapping" if isinstance(value, dict) else "not a list" if isinstance(value, list) else "not text"


_SENTENCES: dict[str, Callable[[Problem], str]] = {
    "additionalProperties": _unknown_key,
    "enum": _no_choice,
    "type": _wrong_type,
    "required": _missing_key,
    "pattern": _wrong_form,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
}
