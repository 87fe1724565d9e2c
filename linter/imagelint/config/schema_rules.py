"""Rules of a user without code: JSON Schemas that every image use has to fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from imagelint.config.complaints import quoted
from imagelint.config.schema_cost import cost_problem
from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from imagelint.config.validation import CheckedFile, Json
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.nodes import Path

# Keywords of JSON Schema with a number; everything in the configuration is text at first.
_NUMBERS = frozenset(
    {"minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "minimum", "maximum"}
)
# No text or list has more.
_MOST_DIGITS = 15
_MAY_NOT_BE_LINEAR = re.compile(r"\(\?[=!<]|\\[1-9]|\{\d")
_NOT_LINEAR = "lookaround, backreferences and very large repetitions are not supported"
# Bytes of a regular expression as an automaton.
_MAX_AUTOMATON = 1024 * 1024


def schema_rules(file: CheckedFile, known: Collection[str]) -> list[Rule]:
    """The rules under `custom-rules`. Raises InvalidFileError for an invalid schema, or a name that is taken."""
    found: list[Rule] = []
    for number, fields in enumerate(file.content.get("custom-rules", ())):
        name = fields["name"]
        if name in known or any(rule.name == name for rule in found):
            raise file.error(("custom-rules", number, "name"), f"the rule `{name}` already exists")
        schema = _with_numbers(fields["schema"])
        key_path, problem = _schema_problem(schema)
        if problem is not None:
            raise file.error(("custom-rules", number, "schema", *key_path), f"not a valid JSON Schema: {problem}")
        found.append(_schema_rule(fields, schema))
    return found


def _schema_rule(fields: dict[str, Any], schema: Json) -> Rule:
    severity = Severity(fields.get("severity", "warning"))
    module = fields["name"].replace("-", "_")
    rule: list[Rule] = []

    def check(index: Index) -> Iterator[Finding]:
        yield from _violations(rule[0], index, fields, _validator(schema))

    rule.append(Rule(module, severity, check, page=fields["message"]))
    return rule[0]


def _violations(rule: Rule, index: Index, fields: dict[str, Any], fits: Callable[[object], bool]) -> Iterator[Finding]:
    """The images that do not fit the schema of a rule."""
    from imagelint.linting.json_fields import image_entry

    for use in index.images:
        if use.placeholder is None and not use.is_renamed and not fits(image_entry(index, use)):
            yield rule.at_image(use, f"{fields['message']} (`{use.effective}`)", help=fields.get("help"))


def _validator(schema: Any) -> Callable[[object], bool]:  # noqa: ANN401 - as the engine calls it
    """Whether a value fits a schema. The engine is one whose regular expressions are linear in pattern and text."""
    import jsonschema_rs

    patterns = jsonschema_rs.RegexOptions(size_limit=_MAX_AUTOMATON, dfa_size_limit=_MAX_AUTOMATON)
    # Nothing is ever fetched.
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=patterns, offline=True).is_valid


def _schema_problem(schema: Json) -> tuple[Path, str | None]:
    """Where in a schema and why it cannot be used, None if it can."""
    import jsonschema

    library: Any = jsonschema
    try:
        # Without the formats: the engine decides what a regular expression is.
        library.Draft202012Validator.check_schema(schema, format_checker=library.FormatChecker(formats=()))
        problem = cost_problem(schema)
        if problem is None:
            _validator(schema)
    except library.SchemaError as error:
        return tuple(error.absolute_path), quoted(str(error.message))
    except RecursionError:
        return (), "it is nested too deeply"
    except ValueError as error:
        return _engine_problem(error)
    return problem or ((), None)


def _engine_problem(error: ValueError) -> tuple[Path, str]:
    """What the engine refuses: mostly a regular expression that is invalid, or that it cannot match in linear time."""
    key_path: Path = tuple(getattr(error, "instance_path", ()))
    message, pattern = str(getattr(error, "message", error)), getattr(error, "instance", None)
    if isinstance(pattern, str) and message.endswith('is not a "regex"'):
        hint = f"; {_NOT_LINEAR}" if _MAY_NOT_BE_LINEAR.search(pattern) else ""
        return key_path, f"'{quoted(pattern)}' is not a 'regex'{hint}"
    return key_path, quoted(message)


def _with_numbers(schema: Json) -> Json:
    if isinstance(schema, dict):
        return {
            key: int(value)
            if key in _NUMBERS and isinstance(value, str) and _is_number(value)
            else _with_numbers(value)
            for key, value in schema.items()
        }
    return [_with_numbers(item) for item in schema] if isinstance(schema, list) else schema


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
