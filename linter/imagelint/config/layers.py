"""Configurations as they are found and put together: the nearest one upward, and those that it extends."""

from __future__ import annotations

import json
import os
import stat
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from imagelint.sources.gitignore import upward
from imagelint.world.rule_options import options_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.config.validation import CheckedFile, Json
    from imagelint.linting.rule import Rule

FILE_NAMES = (".imagelint.yaml", ".imagelint.yml", "imagelint.yaml", "imagelint.yml")
# Where `imagelint init` puts the schema, for editors.
SCHEMA_NAME = ".imagelint.schema.json"
_PROJECT = "pyproject.toml"
_SCHEMA = os.path.join(os.path.dirname(os.path.dirname(__file__)), "schemas", "config.schema.json")
# Keys with paths of files, which are relative to the file that names them; globs are not.
_FILES = ("inventory", "knowledge")


def find_configuration(path: str) -> str | None:
    """The nearest file upward from a file or folder, up to the root of the work tree or the home."""
    start = os.path.realpath(path if os.path.isdir(path) else os.path.dirname(path) or ".")
    home = os.path.realpath(os.path.expanduser("~"))
    for folder in upward(start):
        for name in FILE_NAMES:
            found = os.path.join(folder, name)
            # A folder or a broken link of that name is told when it is read, not passed over.
            if os.path.lexists(found) and not _is_stream(found):
                return found
        project = os.path.join(folder, _PROJECT)
        if os.path.isfile(project) and _has_table(project):
            return project
        if folder == home or os.path.exists(os.path.join(folder, ".git")):
            break
    return None


def _is_stream(path: str) -> bool:
    """Whether a path leads to a pipe, a socket or a device: to open one may never end."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _has_table(path: str) -> bool:
    """Whether a pyproject.toml speaks of imagelint. One that is broken does so if it looks like it."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return False
    if b"imagelint" not in data:
        return False
    import tomllib

    try:
        content = tomllib.loads(data.decode())
    except ValueError:
        return b"[tool.imagelint" in data
    tools = content.get("tool")
    return isinstance(tools, dict) and "imagelint" in tools


def editor_schema(rules: Iterable[Rule]) -> dict[str, Any]:
    """The schema with the names of these rules, which an editor completes."""
    full = deepcopy(schema())
    levels = full["definitions"]["rules"]
    levels["properties"] = {rule.name: _rule_schema(rule, levels["additionalProperties"]) for rule in rules}
    return full


def _rule_schema(rule: Rule, level: dict[str, Any]) -> dict[str, Any]:
    """The schema of the setting of a rule: that of any rule, with its options."""
    options = {option.name: option.schema for option in options_of(rule.options)}
    properties = {**level["then"]["properties"], **options}
    return {"description": rule.summary, **level, "then": {"properties": properties, "additionalProperties": False}}


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a configuration, which editors use as well."""
    with open(_SCHEMA, encoding="utf-8") as source:
        found: dict[str, Any] = json.load(source)
    return found


def layers(path: str) -> list[CheckedFile]:
    """A configuration and all that it extends, each once, the extended ones before. Raises InvalidFileError."""
    found: dict[str, CheckedFile] = {}
    _collect(path, (), found)
    return [*found.values()]


def _collect(path: str, below: tuple[str, ...], found: dict[str, CheckedFile]) -> None:
    real = os.path.realpath(path)
    if real in found:
        return
    from imagelint.config.validation import load_checked

    file = load_checked(path, schema())
    for way, name in _extended(file.content):
        base = os.path.join(os.path.dirname(path), name)
        if not os.path.isfile(base):
            raise file.error(way, f"there is no file `{name}` to extend")
        chain = (*below, real)
        if os.path.realpath(base) in chain:
            raise file.error(way, f"`{name}` extends this file itself")
        _collect(base, chain, found)
    found[real] = file


def _extended(content: dict[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    names: str | list[str] = content.get("extends", ())
    if isinstance(names, str):
        return [(("extends",), names)]
    return [(("extends", number), name) for number, name in enumerate(names)]


def merged(files: Iterable[CheckedFile]) -> dict[str, Any]:
    """What the files say together: mappings key by key, lists of entries one after the other; else the last wins."""
    content: dict[str, Any] = {}
    for file in files:
        content = cast("dict[str, Any]", _merge(content, _with_paths(file), ()))
    return content


def is_added_to(way: tuple[str, ...]) -> bool:
    """Whether a list in a configuration adds to those that it extends, not replaces them."""
    return len(way) == 1 or way == ("secrets", "external")


def _merge(base: Json, own: Json, way: tuple[str, ...]) -> Json:
    if isinstance(base, dict) and isinstance(own, dict):
        shared = {key: _merge(base[key], own[key], (*way, key)) for key in base if key in own}
        return {**base, **own, **shared}
    if isinstance(base, list) and isinstance(own, list) and is_added_to(way):
        return [*base, *own]
    return own


def _with_paths(file: CheckedFile) -> dict[str, Any]:
    """The content of a file, with paths that do not depend on where it lies. Raises InvalidFileError."""
    content = {key: value for key, value in file.content.items() if key != "extends"}
    for key in _FILES:
        for number, name in enumerate(content.get(key, ())):
            if not os.path.exists(os.path.join(os.path.dirname(file.path), name)):
                raise file.error((key, number), f"there is no file or folder `{name}`")
    folder = os.path.dirname(os.path.abspath(file.path))
    return content | {key: [os.path.join(folder, name) for name in content[key]] for key in _FILES if key in content}
