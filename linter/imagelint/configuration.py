"""`.imagelint.yaml`: found upward from each input, checked by its schema, never merged."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from imagelint.findings import Severity
from imagelint.selection import IgnoredFindings, RuleSetting, Selection
from imagelint.settings import Declaration
from imagelint.validation import load_checked

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from imagelint.nodes import Span
    from imagelint.rule import Rule
    from imagelint.validation import CheckedFile

FILE_NAMES = (".imagelint.yaml", ".imagelint.yml", "imagelint.yaml", "imagelint.yml")
_SCHEMA = os.path.join(os.path.dirname(__file__), "schemas", "config.schema.json")


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a file says; without one everything is as it is by default."""

    selection: Selection = field(default_factory=Selection)
    # Keyword arguments of Settings that are known at once, and files that are read only for a run.
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    inventory: tuple[str, ...] = ()
    inventory_is_complete: bool = False
    knowledge: tuple[str, ...] = ()
    # The folder that its paths and globs are relative to, and what a walk below it leaves out.
    folder: str = "."
    exclude: tuple[str, ...] = ()
    # Of the user; they run with the built-in ones.
    own_rules: tuple[Rule, ...] = ()


def find_configuration(path: str) -> str | None:
    """The nearest file upward from a file or folder, up to the root of the work tree or the home."""
    folder = os.path.realpath(path if os.path.isdir(path) else os.path.dirname(path) or ".")
    home = os.path.realpath(os.path.expanduser("~"))
    while True:
        for name in FILE_NAMES:
            found = os.path.join(folder, name)
            if os.path.isfile(found):
                return found
        parent = os.path.dirname(folder)
        if folder in {parent, home} or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = parent


def load_configuration(path: str, rules: Collection[str]) -> Configuration:
    """The configuration in a file, for rules of these names. Raises InvalidFileError."""
    file = load_checked(path, schema())
    content: dict[str, Any] = file.content or {}
    folder = os.path.dirname(os.path.abspath(path))
    own_rules = _own_rules(file, content, folder, rules)
    _check_rules(file, content, [*rules, *(rule.name for rule in own_rules)])
    cluster: dict[str, Any] = content.get("cluster") or {}
    secrets: dict[str, Any] = content.get("secrets") or {}
    settings: dict[str, Any] = {
        "platform": cluster.get("platform"),
        "runtime": cluster.get("runtime"),
        "architectures": tuple(cluster.get("architectures", ())),
        "namespace": content.get("namespace"),
        "registries": tuple(Declaration(name, **fields) for name, fields in _items(content, "registries")),
        "allow_only_declared": content.get("allow-only-declared", False),
        "external_secrets": tuple(secrets.get("external", ())),
        "options": {name: value for name, value in _items(content, "rules") if isinstance(value, dict)},
        "source": path,
    }
    return Configuration(
        selection=Selection(
            folder=folder,
            rules=_rule_settings(content.get("rules") or {}),
            overrides=tuple(
                (tuple(entry["paths"]), _rule_settings(entry["rules"])) for entry in content.get("overrides", ())
            ),
            ignored=tuple(
                _ignored(entry, file.span(("ignore", number))) for number, entry in enumerate(content.get("ignore", ()))
            ),
        ),
        settings=settings,
        inventory=tuple(os.path.join(folder, name) for name in content.get("inventory", ())),
        inventory_is_complete=content.get("inventory-complete", False),
        knowledge=tuple(os.path.join(folder, name) for name in content.get("knowledge", ())),
        folder=folder,
        exclude=tuple(content.get("exclude", ())),
        own_rules=own_rules,
    )


def _own_rules(file: CheckedFile, content: dict[str, Any], folder: str, rules: Collection[str]) -> tuple[Rule, ...]:
    if not content.get("custom-rules") and not content.get("plugins"):
        return ()
    from imagelint.own_rules import pack_rules, schema_rules

    packs = pack_rules(file, folder)
    return (*packs, *schema_rules(file, [*rules, *(rule.name for rule in packs)]))


def schema() -> dict[str, Any]:
    """The JSON Schema of the file, which editors use as well."""
    with open(_SCHEMA, encoding="utf-8") as source:
        found: dict[str, Any] = json.load(source)
    return found


def _items(content: dict[str, Any], key: str) -> list[tuple[str, Any]]:
    return [*(content.get(key) or {}).items()]


def _rule_settings(rules: dict[str, Any]) -> dict[str, RuleSetting]:
    return {name: _rule_setting(value) for name, value in rules.items()}


def _rule_setting(value: str | dict[str, Any]) -> RuleSetting:
    """A severity, or a mapping with options; options alone turn the rule on with its own severity."""
    severity = value.get("severity") if isinstance(value, dict) else value
    return RuleSetting(severity != "off", Severity(severity) if severity is not None and severity != "off" else None)


def _ignored(entry: dict[str, str], span: Span) -> IgnoredFindings:
    globs = {key: value for key, value in entry.items() if key not in {"rule", "reason", "expires"}}
    expires = date.fromisoformat(entry["expires"]) if "expires" in entry else None
    return IgnoredFindings(entry["rule"], globs, entry["reason"], expires, span)


def _check_rules(file: CheckedFile, content: dict[str, Any], rules: Collection[str]) -> None:
    """Raise InvalidFileError at the first name of a rule that there is not."""
    named: list[tuple[Sequence[str | int], str]] = [(("rules", name), name) for name, _ in _items(content, "rules")]
    for number, entry in enumerate(content.get("overrides", ())):
        named += [(("overrides", number, "rules", name), name) for name in entry["rules"]]
    named += [(("ignore", number, "rule"), entry["rule"]) for number, entry in enumerate(content.get("ignore", ()))]
    for way, name in named:
        if name not in rules:
            raise file.error(way, unknown_rule(name, rules))


def unknown_rule(name: str, rules: Collection[str]) -> str:
    """That there is no rule of a name, and which one was meant."""
    from difflib import get_close_matches

    near = get_close_matches(name, rules, n=1)
    return f"there is no rule `{name}`; " + (
        f"did you mean `{near[0]}`?" if near else "`imagelint rules` lists them all"
    )
