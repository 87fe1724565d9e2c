"""Builds each case with imagelint's own kustomize, and compares it with what the real one made of it."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from conformity.question import Answer, Case, Difference, Question
from imagelint.facts.kinds import KUSTOMIZATION_FILES
from imagelint.sources.kustomize import Kustomize
from imagelint.sources.kustomize.resource import id_of
from imagelint.text.source import Buffers
from real_kustomize.kubectl import write_tree
from real_kustomize.rows import UNKNOWN, Row, difference, rows
from real_kustomize.trees import random_trees

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.seeds import Seeds
    from imagelint.facts.unit import Unit

_NAMES = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|&\{[^}]*\}|\S*/\S*|\d+")


def unit_of(case: Case) -> Unit:
    """What imagelint builds of a case."""
    if "folder" in case:
        return _build(Path(case["folder"]), case["root"])
    with tempfile.TemporaryDirectory() as folder:
        write_tree(Path(folder), case["files"])
        return _build(Path(folder), case["root"])


def built(case: Case) -> list[Row]:
    """The rows of what imagelint builds of a case."""
    return rows(unit_of(case).objects)


def _build(folder: Path, root: str) -> Unit:
    folder = folder.resolve()
    paths = [folder / root / name for name in KUSTOMIZATION_FILES]
    path = next((path for path in paths if path.is_file()), paths[0])
    return _kustomize(str(folder)).build(str(path))


@lru_cache(maxsize=1)
def _kustomize(folder: str) -> Kustomize:
    """The roots of one repository share what they read."""
    return Kustomize(Buffers(), folder)


def _compare(case: Case, answer: Answer) -> Difference | None:
    unit = unit_of(case)
    if "refused" in answer:
        # What generated objects are made of need not be in the repository, above all not the content of Secrets; and
        # where a kustomization has no objects at all, something adds them, among them what is not found.
        is_noticed = unit.refusals or unit.left_out or unit.unread or unit.unfound
        return None if is_noticed else Difference(f"refused there: {_cause(answer['refused'])}")
    if any(remark.message.endswith("` is there twice") for remark in unit.refusals):
        return None
    if unit.refusals:
        return Difference(f"refused here: {_NAMES.sub('N', unit.refusals[0].text)}")
    if unit.left_out:
        return Difference(f"left out here: {_NAMES.sub('N', unit.left_out[0].text)}")
    ours = rows(unit.objects, unit.unknown_lines)
    theirs = [_without_hash(Row.of(row), unit) for row in answer["rows"]]
    label = difference(ours, _without_unknown(theirs, ours))
    return Difference(label) if label else None


def _without_hash(row: Row, unit: Unit) -> Row:
    """A row with the name that it has here, if its hash is not known."""
    names = {id_of(unit.objects[number]).name for number in unit.unknown}

    def plain(name: str) -> str:
        without = name[: -len("-bcdfghkmt2")]
        return without if without in names else name

    return row._replace(name=plain(row.name), pull_secrets=tuple(map(plain, row.pull_secrets)))


def _without_unknown(theirs: list[Row], ours: list[Row]) -> list[Row]:
    """Rows without the images that are not known here, such as what a replacement writes of a Secret."""
    unknown = {row.identity for row in ours if row.image == UNKNOWN}
    return [row._replace(image=UNKNOWN) if row.identity in unknown else row for row in theirs]


def _cause(message: str) -> str:
    """The innermost of the errors that kustomize wraps, without what differs from case to case."""
    return _NAMES.sub("N", ": ".join(message.split(": ")[-3:]))[:110]


def _cases(random: Random, seeds: Seeds, count: int) -> Iterator[Case]:
    del seeds
    yield from random_trees(random, count)


def _smaller(case: Case) -> Iterator[Case]:
    files: dict[str, str] = case.get("files", {})
    for path in files:
        yield {**case, "files": {name: text for name, text in files.items() if name != path}}
    parts = [(path, part) for path, text in files.items() for part in _parts(text)]
    for path, (start, end) in sorted(parts, key=lambda part: part[1][0] - part[1][1]):
        lines = files[path].splitlines(keepends=True)
        yield {**case, "files": {**files, path: "".join(lines[:start] + lines[end:])}}


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """The lines, as 0-based numbers, of each part of a text: a line with those below it that are indented more."""
    lines = text.splitlines()
    for start, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        end = start + 1
        while end < len(lines) and _is_deeper(line, lines[end], indent):
            end += 1
        yield start, end
        if end > start + 1:
            yield start, start + 1


def _is_deeper(line: str, other: str, indent: int) -> bool:
    """Whether another line is part of what a line begins; the items of a list may have the indent of its key."""
    if line.startswith("---"):
        return not other.startswith("---")
    text = other.lstrip()
    others = len(other) - len(text)
    is_item = text.startswith("- ") and not line.lstrip().startswith("- ")
    return not text or others > indent or (others == indent and is_item)


KUSTOMIZATIONS = Question("kustomization", 2_000, _cases, _compare, _smaller, most_recorded=1_800)
