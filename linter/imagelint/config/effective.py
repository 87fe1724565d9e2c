"""Every value of a configuration with its origin, for `imagelint config show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint.config.layers import is_added_to, layers, merged, schema
from imagelint.linting.selection import STRICT
from imagelint.text.paths import shown
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagelint.config.configuration import Configuration
    from imagelint.config.validation import CheckedFile, Json
    from imagelint.linting.rule import Rule

DEFAULT = "default"
# `extends` is already merged, and `rules` is expanded to one value per rule.
_TOLD_APART = frozenset({"extends", "rules"})


class Value(NamedTuple):
    """A setting: its name, its value, and where it comes from (`default`, FILE:LINE, the environment, ...)."""

    name: str
    value: Json
    origin: str


def effective_values(configuration: Configuration, rules: Iterable[Rule]) -> Iterator[Value]:
    """The effective values for an input: what its configuration files set, else the defaults; and the levels of rules.

    Raises InvalidFileError.
    """
    source = configuration.settings.source
    files = layers(source) if source else []
    content = merged(files)
    for key, known in schema()["properties"].items():
        if key not in _TOLD_APART:
            yield from _values(files, key, known, content.get(key))
    levels: dict[str, Any] = content.get("rules", {})
    for rule in (*rules, *configuration.own_rules):
        if rule.name in levels:
            yield _value(files, ("rules", rule.name), levels[rule.name])
        else:
            yield _unsaid(rule, configuration)


def _values(files: Sequence[CheckedFile], key: str, known: dict[str, Any], value: Json) -> Iterator[Value]:
    """The values under a key: one for each entry of a list, and for each key of a mapping."""
    if isinstance(value, list):
        places = [(file, number) for file in files for number in range(len(file.content.get(key, ())))]
        for (file, number), entry in zip(places, value, strict=True):
            yield Value(key, entry, _place(file, (key, number)))
    elif known.get("type") == "object":
        fields = value if isinstance(value, dict) else {}
        for name in dict.fromkeys((*known.get("properties", ()), *fields)):
            yield _value(files, (key, name), fields.get(name))
    else:
        yield _value(files, (key,), known.get("default") if value is None else value)


def _value(files: Iterable[CheckedFile], key_path: tuple[str, ...], value: Json) -> Value:
    places = [_place(file, key_path) for file in files if _says(file, key_path)]
    is_put_together = isinstance(value, dict) or is_added_to(key_path)
    return Value(".".join(key_path), value, ", ".join(places if is_put_together else places[-1:]) or DEFAULT)


def _unsaid(rule: Rule, configuration: Configuration) -> Value:
    """The level of a rule of which no file says anything."""
    selection = configuration.selection
    is_on = selection.is_on(rule, configuration.settings.runtime)
    reason = f"profile {STRICT}" if selection.profile == STRICT else f"cluster.runtime {rule.on_for}"
    return Value(f"rules.{rule.name}", rule.severity.value if is_on else "off", DEFAULT if is_on == rule.on else reason)


def _says(file: CheckedFile, key_path: tuple[str, ...]) -> bool:
    value: Json = file.content
    for key in key_path:
        if not isinstance(value, dict) or key not in value:
            return False
        value = value[key]
    return True


def _place(file: CheckedFile, key_path: tuple[str | int, ...]) -> str:
    return f"{shown(file.path)}:{file.span(key_path).line}"
