"""Rules of a user: JSON Schemas over image uses in the configuration, and packs of Python modules."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from imagelint.findings import Severity
from imagelint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imagelint.findings import Finding
    from imagelint.index import Index
    from imagelint.validation import CheckedFile

# Keywords of JSON Schema with a number; everything in the configuration is text at first.
_NUMBERS = frozenset({"minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains"})
_GROUP = "imagelint.rules"
Json = dict[str, "Json"] | list["Json"] | str | int | None


def schema_rules(file: CheckedFile, built_in: Sequence[str]) -> list[Rule]:
    """The rules under `custom-rules`. Raises InvalidFileError for a schema that is none, or a name that is taken."""
    found: list[Rule] = []
    for number, fields in enumerate(file.content.get("custom-rules", ())):
        name = fields["name"]
        if name in built_in or any(rule.name == name for rule in found):
            raise file.error(("custom-rules", number, "name"), f"there is a rule `{name}` already")
        problem = _schema_problem(_with_numbers(fields["schema"]))
        if problem is not None:
            raise file.error(("custom-rules", number, "schema"), f"this is no JSON Schema: {problem}")
        found.append(_schema_rule(fields))
    return found


def pack_rules(file: CheckedFile, folder: str) -> list[Rule]:
    """The rules of the packs under `plugins`. Raises InvalidFileError for one that cannot be loaded."""
    found: list[Rule] = []
    for number, name in enumerate(file.content.get("plugins", ())):
        try:
            pack = _load_pack(name, folder)
            found += [rule for rule in pack.RULES if isinstance(rule, Rule)]
        except Exception as error:  # whatever the code of somebody else raises
            way = ("plugins", number)
            raise file.error(way, f"`{name}` cannot be loaded: {type(error).__name__}: {error}") from error
    return found


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
    from imagelint.images import image_entry

    fits = _validator(_with_numbers(fields["schema"]))
    for use in index.images:
        if use.placeholder is None and not fits(image_entry(index, use)):
            yield rule.at_image(use, f"{fields['message']} (`{use.effective}`)", help=fields.get("help"))


def _validator(schema: Json) -> Callable[[object], bool]:
    import jsonschema

    library: Any = jsonschema
    valid: Callable[[object], bool] = library.Draft202012Validator(schema).is_valid
    return valid


def _schema_problem(schema: Json) -> str | None:
    import jsonschema

    library: Any = jsonschema
    try:
        library.Draft202012Validator.check_schema(schema)
    except library.SchemaError as error:
        return str(error.message)
    return None


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
        spec = importlib.util.spec_from_file_location(path.stem, file)
        if spec is None or spec.loader is None:
            raise ImportError("it is no Python module")
        module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    found = [entry for entry in entry_points(group=_GROUP) if entry.name == name]
    if not found:
        raise ImportError(f"there is no such path, and no entry point of that name in `{_GROUP}`")
    return found[0].load()
