"""Configurations as they are put together: each with those that it extends."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from imagelint.text.bounded import is_of_tree
from imagelint.world.rule_options import options_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.config.validation import CheckedFile, Json
    from imagelint.linting.rule import Rule

# Where `imagelint init` puts the schema, for editors.
SCHEMA_NAME = ".imagelint.schema.json"
_SCHEMA = os.path.join(os.path.dirname(os.path.dirname(__file__)), "schemas", "config.schema.json")
# Keys with paths of files, which are relative to the file that names them; globs are not.
_FILES = ("inventory", "knowledge")
MAX_EXTENDED = 100


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
    """A configuration and all that it extends, each once, the extended ones before. Raises InvalidFileError.

    All of them, and the files that they name, lie in the work tree of the first.
    """
    found: dict[str, CheckedFile] = {}
    from imagelint.config.containment import tree_of

    _collect(path, (), found, tree_of(os.path.dirname(os.path.abspath(path))))
    return [*found.values()]


def _collect(path: str, below: tuple[str, ...], found: dict[str, CheckedFile], tree: str) -> None:
    real = os.path.realpath(path)
    if real in found:
        return
    from imagelint.config.validation import load_checked

    file = load_checked(path, schema())
    chain = (*below, real)
    for key_path, name in _extended(file.content):
        base = _inside(file, key_path, name, tree)
        if not os.path.isfile(base):
            raise file.error(key_path, f"`{name}` does not exist, so it cannot be extended")
        if os.path.realpath(base) in chain:
            raise file.error(key_path, f"`{name}` extends this file in turn")
        if len(chain) + len(found) >= MAX_EXTENDED:
            raise file.error(key_path, f"extends more than {MAX_EXTENDED} files")
        _collect(base, chain, found, tree)
    _check_named_files(file, tree)
    found[real] = file


def _inside(file: CheckedFile, key_path: tuple[str | int, ...], name: str, tree: str) -> str:
    """The path that a configuration names.

    Raises InvalidFileError if it leads out of the work tree, there or not, or to a pipe, which could stall the run.
    """
    path = os.path.join(os.path.dirname(file.path), name)
    if not is_of_tree(path, tree):
        option = f"; pass it with `--{key_path[0]}` instead" if key_path[0] in _FILES else ""
        raise file.error(key_path, f"`{name}` leads out of the work tree{option}")
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise file.error(key_path, f"`{name}` is not a regular file")
    return path


def _extended(content: dict[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    names: str | list[str] = content.get("extends", ())
    if isinstance(names, str):
        return [(("extends",), names)]
    return [(("extends", number), name) for number, name in enumerate(names)]


def _check_named_files(file: CheckedFile, tree: str) -> None:
    for key in (*_FILES, "plugins"):
        for number, name in enumerate(file.content.get(key, ())):
            path = _inside(file, (key, number), name, tree)
            # A plugin may be an entry point as well.
            if key in _FILES and not os.path.exists(path):
                raise file.error((key, number), f"`{name}` does not exist")


def merged(files: Iterable[CheckedFile]) -> dict[str, Any]:
    """What the files say together: mappings key by key, lists of entries one after the other; else the last wins."""
    content: dict[str, Any] = {}
    for file in files:
        content = cast("dict[str, Any]", _merge(content, _with_paths(file), ()))
    return content


def is_added_to(key_path: tuple[str, ...]) -> bool:
    """Whether a list in a configuration adds to those that it extends, not replaces them."""
    return len(key_path) == 1 or key_path == ("secrets", "external")


def _merge(base: Json, own: Json, key_path: tuple[str, ...]) -> Json:
    if isinstance(base, dict) and isinstance(own, dict):
        shared = {key: _merge(base[key], own[key], (*key_path, key)) for key in base if key in own}
        return {**base, **own, **shared}
    if isinstance(base, list) and isinstance(own, list) and is_added_to(key_path):
        return [*base, *own]
    return own


def _with_paths(file: CheckedFile) -> dict[str, Any]:
    """The content of a file, with paths that do not depend on where it lies."""
    content = {key: value for key, value in file.content.items() if key != "extends"}
    folder = os.path.dirname(os.path.abspath(file.path))
    return content | {key: [os.path.join(folder, name) for name in content[key]] for key in _FILES if key in content}
