"""Rules of a user: JSON Schemas over image uses in the configuration, and packs of Python modules."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

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
_GROUP = "imagelint.rules"
# An entry of `imagelint images --format json`, to try a schema on.
_SAMPLE: dict[str, Any] = {"image": "quay.io/acme/app:v1", "registry": "quay.io", "tag": "v1", "resource": {}}


def schema_rules(file: CheckedFile, known: Collection[str]) -> list[Rule]:
    """The rules under `custom-rules`. Raises InvalidFileError for a schema that is none, or a name that is taken."""
    found: list[Rule] = []
    for number, fields in enumerate(file.content.get("custom-rules", ())):
        name = fields["name"]
        if name in known or any(rule.name == name for rule in found):
            raise file.error(("custom-rules", number, "name"), f"there is a rule `{name}` already")
        way, problem = _schema_problem(_with_numbers(fields["schema"]))
        if problem is not None:
            raise file.error(("custom-rules", number, "schema", *way), f"this is no JSON Schema: {problem}")
        found.append(_schema_rule(fields))
    return found


def pack_rules(file: CheckedFile, known: Collection[str]) -> list[Rule]:
    """The rules of the packs under `plugins`. Raises InvalidFileError for one that cannot be loaded."""
    found: dict[str, Rule] = {}
    for number, name in enumerate(file.content.get("plugins", ())):
        way = ("plugins", number)
        try:
            pack = _load_pack(name, os.path.dirname(file.path))
            rules = {rule.name: rule for rule in pack.RULES if isinstance(rule, Rule)}
        except (Exception, SystemExit) as error:  # whatever the code of somebody else raises
            raise file.error(way, f"`{name}` cannot be loaded: {type(error).__name__}: {error}") from error
        taken = next((rule for rule in rules if rule in known or rule in found), None)
        if taken is not None:
            raise file.error(way, f"`{name}` has a rule `{taken}`, which there is already")
        found |= rules
    return [*found.values()]


def _schema_rule(fields: dict[str, Any]) -> Rule:
    severity = Severity(fields.get("severity", "warning"))
    module = fields["name"].replace("-", "_")
    rule: list[Rule] = []

    def check(index: Index) -> Iterator[Finding]:
        yield from _violations(rule[0], index, fields)

    rule.append(Rule(module, severity, check, page=fields["message"]))
    return rule[0]


def _violations(rule: Rule, index: Index, fields: dict[str, Any]) -> Iterator[Finding]:
    """The images that do not fit the schema of a rule."""
    from imagelint.reporting.image_rows import image_entry

    fits = _validator(_with_numbers(fields["schema"]))
    for use in index.images:
        if use.placeholder is None and not fits(image_entry(index, use)):
            yield rule.at_image(use, f"{fields['message']} (`{use.effective}`)", help=fields.get("help"))


def _validator(schema: Json) -> Callable[[object], bool]:
    import jsonschema
    import referencing

    library: Any = jsonschema
    # With a registry of its own nothing is ever fetched.
    registry: Any = referencing.Registry[Any]()
    valid: Callable[[object], bool] = library.Draft202012Validator(schema, registry=registry).is_valid
    return valid


def _schema_problem(schema: Json) -> tuple[Path, str | None]:
    """Where in a schema and why it cannot be used, None where it can."""
    import jsonschema

    library: Any = jsonschema
    try:
        library.Draft202012Validator.check_schema(schema)
    except library.SchemaError as error:
        return tuple(error.absolute_path), str(error.message)
    for way, target in _references(schema):
        if not _leads_somewhere(schema, target):
            return way, f"`{target}` leads nowhere in it"
    try:
        _validator(schema)(_SAMPLE)
    except RecursionError:
        return (), "it refers to itself without end"
    return (), None


def _references(schema: Json, way: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every `$ref` in a schema, with the way to it."""
    if isinstance(schema, dict):
        target = schema.get("$ref")
        if isinstance(target, str):
            yield (*way, "$ref"), target
        for key, part in schema.items():
            yield from _references(part, (*way, key))
    for number, part in enumerate(schema if isinstance(schema, list) else ()):
        yield from _references(part, (*way, number))


def _leads_somewhere(schema: Json, target: str) -> bool:
    """Whether a JSON pointer (`#/$defs/x`) leads to a part of a schema."""
    start, *keys = target.split("/")
    for key in keys:
        schema = schema.get(key) if isinstance(schema, dict) else None
    return start == "#" and schema is not None


def _with_numbers(schema: Json) -> Json:
    if isinstance(schema, dict):
        return {
            key: int(value) if key in _NUMBERS and isinstance(value, str) and value.isdigit() else _with_numbers(value)
            for key, value in schema.items()
        }
    return [_with_numbers(item) for item in schema] if isinstance(schema, list) else schema


def _load_pack(name: str, folder: str) -> Any:  # noqa: ANN401 - a module of somebody else
    """A module or package by its path below the configuration, or a pack that is installed, by its entry point."""
    import importlib.util
    from importlib.metadata import entry_points
    from pathlib import Path

    path = Path(folder, name)
    if path.exists():
        file = path / "__init__.py" if path.is_dir() else path
        # In a namespace of its own: a pack called `json` must not stand in for the standard library.
        spec = importlib.util.spec_from_file_location(f"imagelint_plugins.{path.stem}", file)
        if spec is None or spec.loader is None:
            raise ImportError("it is no Python module")
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    found = [entry for entry in entry_points(group=_GROUP) if entry.name == name]
    if not found:
        raise ImportError(f"there is no such path, and no entry point of that name in `{_GROUP}`")
    return found[0].load()
