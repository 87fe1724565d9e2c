"""`python -m imagelint.world.knowledge.compile`: check the knowledge base, write the form that is read at run time."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from imagelint.world.knowledge.known_images import STARS

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent


def load_source(name: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Read the entries of `NAME.yaml`, their keys in the order of `NAME.schema.json`.

    Raises jsonschema.ValidationError for an entry that the schema forbids, ValueError for a host that comes
    twice and for a replacement with other wildcards than its match, and the YAMLError of ruamel.yaml for text that is
    not YAML.
    """
    schema = load_schema(name, folder)
    # Neither library has complete types, hence Any.
    yaml: Any = YAML(typ="safe", pure=True)
    validator: Any = Draft202012Validator(schema)
    entries: list[dict[str, Any]] = yaml.load(folder / f"{name}.yaml")
    validator.validate(entries)
    # A schema cannot express it, and at run time the later entry would silently win.
    for identity, number in Counter(map(_identity, entries)).items():
        if number > 1:
            raise ValueError(f"{identity} comes {number} times")
    for entry in entries:
        _check_replacement(entry)
    order: list[str] = list(schema["items"]["properties"])
    return [{key: entry[key] for key in order if key in entry} for entry in entries]


def _check_replacement(entry: dict[str, Any]) -> None:
    """Refuse a replacement with wildcards that the match does not fill, or without some that it has."""
    if "match" not in entry or "replacement" not in entry:
        return
    if re.findall(STARS, entry["match"]) != re.findall(STARS, entry["replacement"]):
        raise ValueError(f"{_identity(entry)}: replacement {entry['replacement']} has not the wildcards of the match")


def _identity(entry: dict[str, Any]) -> str:
    if "host" in entry:
        return f"host {entry['host']}"
    return f"match {entry['match']} with tags {entry.get('tags', 'of any kind')}"


def load_schema(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """Read the JSON Schema of `NAME.yaml`. Raises jsonschema.SchemaError if it is none."""
    schema: dict[str, Any] = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return schema


def compiled(entries: list[dict[str, Any]]) -> str:
    """Write the entries as JSON, one on a line, for readable differences; without examples, which tests read."""
    read = ({key: value for key, value in entry.items() if key != "examples"} for entry in entries)
    lines = (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in read)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main(arguments: Sequence[str] | None = None, *, folder: Path = FOLDER) -> int:
    """Write every compiled file, or with `--check` compare it. Returns 1 for a bad source or a difference."""
    parser = argparse.ArgumentParser(prog="python -m imagelint.world.knowledge.compile", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a compiled file is out of date")
    only_check = bool(parser.parse_args(arguments).check)
    problems = [problem for source in sorted(folder.glob("*.yaml")) if (problem := _compile(source, only_check))]
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


def _compile(source: Path, only_check: bool) -> str | None:
    """Compile one source, or in check mode compare it; return what is wrong."""
    target = source.with_suffix(".json")
    try:
        text = compiled(load_source(source.stem, source.parent))
    except ValidationError as error:
        return f"{source.name}: {error.json_path}: {error.message}"
    except (ValueError, YAMLError) as error:
        return f"{source.name}: {error}"
    if not only_check:
        target.write_text(text, encoding="utf-8", newline="\n")
    elif not target.is_file() or target.read_text(encoding="utf-8") != text:
        return f"{target.name} does not agree with {source.name}: run `make data`"
    return None


if __name__ == "__main__":
    sys.exit(main())
