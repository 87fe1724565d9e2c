"""`.imagelint.yaml`, or `[tool.imagelint]` of pyproject.toml: what a file and those that it extends make of a run."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from imagelint.config.charts import chart_settings
from imagelint.config.configuration import Configuration
from imagelint.config.layers import layers, merged
from imagelint.linting.finding import Severity
from imagelint.linting.selection import DEFAULT_PROFILE, IgnoredFindings, RuleSetting, Selection, glob_problem
from imagelint.text.errors import UserFileError, raise_all
from imagelint.text.places import Place, SourceId
from imagelint.world.rule_options import InvalidOptionError, RuleOptions, options_of, read_options
from imagelint.world.settings import Declaration, Settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from imagelint.config.validation import CheckedFile
    from imagelint.linting.rule import Rule

_KeyPath = tuple[str | int, ...]
_PLUGINS_REFUSED = (
    "plugins are code: pass `--allow-plugins` to run them, or `--isolated` to lint without this configuration"
)


def load_configuration(path: str, rules: Sequence[Rule], *, allow_plugins: bool = False) -> Configuration:
    """The configuration in a file, for these rules. Raises InvalidFileError, also for plugins unless they may run."""
    files = layers(path)
    known = {rule.name: rule for rule in rules}
    ignored: list[IgnoredFindings] = []
    for file in files:
        known |= {rule.name: rule for rule in _own_rules(file, known, allow_plugins=allow_plugins)}
        raise_all([*_rule_errors(file, known), *_glob_errors(file)])
        ignored += _ignored(file)
    content = merged(files)
    return Configuration(
        selection=Selection(
            folder=os.path.dirname(os.path.abspath(path)),
            profile=content.get("profile", DEFAULT_PROFILE),
            rules=_rule_settings(content.get("rules", {})),
            overrides=tuple(
                (tuple(entry["paths"]), _rule_settings(entry["rules"])) for entry in content.get("overrides", ())
            ),
            ignored=tuple(ignored),
            tells_all=content.get("all", False),
        ),
        settings=_settings(path, content, _options(content.get("rules", {}), known)),
        inventory=tuple(content.get("inventory", ())),
        inventory_is_complete=content.get("inventory-complete", False),
        knowledge=tuple(content.get("knowledge", ())),
        exclude=tuple(content.get("exclude", ())),
        charts=chart_settings(content.get("charts", {})),
        renders=content.get("render", "auto") != "off",
        own_rules=(*known.values(),)[len(rules) :],
    )


def unknown_rule(name: str, rules: Collection[str]) -> str:
    """The message for an unknown rule, with a suggestion."""
    from imagelint.config.complaints import did_you_mean

    return f"there is no rule `{name}`; {did_you_mean(name, rules) or 'run `imagelint rules` to list all rules'}"


def _settings(path: str, content: dict[str, Any], options: dict[type[RuleOptions], RuleOptions]) -> Settings:
    cluster: dict[str, Any] = content.get("cluster", {})
    registries: dict[str, dict[str, Any] | None] = content.get("registries", {})
    return Settings(
        platform=cluster.get("platform"),
        kubernetes=tuple(map(int, cluster["kubernetes"].split("."))) if "kubernetes" in cluster else None,
        runtime=cluster.get("runtime"),
        architectures=tuple(cluster.get("architectures", ())),
        systems=tuple(cluster.get("os", ())),
        namespace=content.get("namespace"),
        registries=tuple(Declaration(name, **(fields or {})) for name, fields in registries.items()),
        allow_only_declared=content.get("allow-only-declared", False),
        external_secrets=tuple(content.get("secrets", {}).get("external", ())),
        source=path,
        options=options,
    )


def _options(settings: dict[str, Any], rules: Mapping[str, Rule]) -> dict[type[RuleOptions], RuleOptions]:
    """The options of rules; `_rule_errors` has read them before, at their places."""
    found = {
        rules[name].options: read_options(rules[name].options, _without_severity(cast("dict[str, Any]", setting)))
        for name, setting in settings.items()
        if isinstance(setting, dict)
    }
    return {kind: options for kind, options in found.items() if kind is not RuleOptions}


def _without_severity(setting: dict[str, Any]) -> dict[str, Any]:
    return {option: value for option, value in setting.items() if option != "severity"}


def _own_rules(file: CheckedFile, known: Collection[str], *, allow_plugins: bool) -> tuple[Rule, ...]:
    if not file.content.get("custom-rules") and not file.content.get("plugins"):
        return ()
    if file.content.get("plugins") and not allow_plugins:
        raise file.error(("plugins",), _PLUGINS_REFUSED)
    from imagelint.config.own_rules import pack_rules
    from imagelint.config.schema_rules import schema_rules

    packs = pack_rules(file, known)
    return (*packs, *schema_rules(file, [*known, *(rule.name for rule in packs)]))


def _rule_settings(rules: dict[str, Any]) -> dict[str, RuleSetting]:
    return {name: _rule_setting(value) for name, value in rules.items()}


def _rule_setting(value: str | dict[str, Any]) -> RuleSetting:
    """A severity, or a mapping with options; options alone turn the rule on with its own severity."""
    severity = value.get("severity") if isinstance(value, dict) else value
    return RuleSetting(severity != "off", Severity(severity) if severity is not None and severity != "off" else None)


def _ignored(file: CheckedFile) -> Iterator[IgnoredFindings]:
    entries: Sequence[dict[str, str]] = file.content.get("ignore", ())
    for number, entry in enumerate(entries):
        globs = {key: value for key, value in entry.items() if key not in {"rule", "reason", "expires"}}
        try:
            expires = date.fromisoformat(entry["expires"]) if "expires" in entry else None
        except ValueError as error:
            raise file.error(("ignore", number, "expires"), f"{entry['expires']} is not a valid date") from error
        place = Place(SourceId(file.path), file.span(("ignore", number)))
        yield IgnoredFindings(entry["rule"], globs, entry["reason"], expires, place)


def _named_rules(content: dict[str, Any]) -> Iterator[tuple[_KeyPath, str, str | dict[str, Any] | None]]:
    """Every rule that a file names: its key path, its name and its setting."""
    for name, setting in content.get("rules", {}).items():
        yield ("rules", name), name, setting
    for number, entry in enumerate(content.get("overrides", ())):
        for name, setting in entry["rules"].items():
            yield ("overrides", number, "rules", name), name, setting
    for number, entry in enumerate(content.get("ignore", ())):
        yield ("ignore", number, "rule"), entry["rule"], None


def _rule_errors(file: CheckedFile, rules: Mapping[str, Rule]) -> Iterator[UserFileError]:
    """An error at each rule that there is not, and at each option that a rule does not have."""
    from imagelint.config.complaints import did_you_mean

    for key_path, name, setting in _named_rules(file.content):
        if name not in rules:
            yield file.error(key_path, unknown_rule(name, rules))
            continue
        options = rules[name].options if key_path[0] == "rules" else RuleOptions
        try:
            read_options(options, _without_severity(setting) if isinstance(setting, dict) else {})
        except InvalidOptionError as error:
            known = ("severity", *(option.name for option in options_of(options)))
            hint = did_you_mean(error.name, known) or f"its options are: {', '.join(known)}"
            unknown = f"the rule `{name}` has no option `{error.name}` here; {hint}"
            yield file.error((*key_path, error.name), str(error) if error.option else unknown)


def _glob_errors(file: CheckedFile) -> Iterator[UserFileError]:
    """An error at each path pattern that .gitignore would not take."""
    key_paths: list[tuple[_KeyPath, list[str]]] = [(("exclude",), file.content.get("exclude", []))]
    overrides = enumerate(file.content.get("overrides", ()))
    key_paths += [(("overrides", number, "paths"), entry["paths"]) for number, entry in overrides]
    for key_path, globs in key_paths:
        for number, glob in enumerate(globs):
            problem = glob_problem(glob)
            if problem is not None:
                yield file.error((*key_path, number), problem)
    for glob in file.content.get("charts", {}):
        problem = glob_problem(glob)
        if problem is not None:
            yield file.error(("charts", glob), problem)
