"""Rules of a user in Python: modules below the configuration, and packs that are installed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from imagelint.linting.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Collection

    from imagelint.config.validation import CheckedFile

_GROUP = "imagelint.rules"


def pack_rules(file: CheckedFile, known: Collection[str]) -> list[Rule]:
    """The rules of the packs under `plugins`. Raises InvalidFileError for one that cannot be loaded."""
    found: dict[str, Rule] = {}
    for number, name in enumerate(file.content.get("plugins", ())):
        key_path = ("plugins", number)
        try:
            pack = _load_pack(name, os.path.dirname(file.path))
            rules = {rule.name: rule for rule in pack.RULES if isinstance(rule, Rule)}
        except (Exception, SystemExit) as error:  # third-party code may raise anything
            raise file.error(key_path, f"`{name}` cannot be loaded: {type(error).__name__}: {error}") from error
        taken = next((rule for rule in rules if rule in known or rule in found), None)
        if taken is not None:
            raise file.error(key_path, f"`{name}` defines the rule `{taken}`, which already exists")
        found |= rules
    return [*found.values()]


def _load_pack(name: str, folder: str) -> Any:  # noqa: ANN401 - a module of a third party
    """A module or package by its path below the configuration, or a pack that is installed, by its entry point."""
    import importlib.util
    from importlib.metadata import entry_points
    from pathlib import Path

    path = Path(folder, name)
    if path.exists():
        file = path / "__init__.py" if path.is_dir() else path
        # In its own namespace: a pack called `json` must not replace the standard library.
        spec = importlib.util.spec_from_file_location(f"imagelint_plugins.{path.stem}", file)
        if spec is None or spec.loader is None:
            raise ImportError("it is not a Python module")
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    found = [entry for entry in entry_points(group=_GROUP) if entry.name == name]
    if not found:
        raise ImportError(f"there is neither such a path nor an entry point of that name in `{_GROUP}`")
    return found[0].load()
