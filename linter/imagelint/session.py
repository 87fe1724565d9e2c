"""The whole way: paths, files, facts, index, findings."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from imagelint.facts.input import Input
from imagelint.processes import facts_of, read_files, unreadable
from imagelint.sources.discover import EXCLUDED, discover
from imagelint.text.paths import folders_above, shown
from imagelint.text.places import SourceId
from imagelint.text.source import STDIN, STDIN_NAME, UnreadableError, read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from imagelint.sources.discover import Discovery, InputFile

# How many files one note names.
_MOST_NAMED = 3


class Request(NamedTuple):
    """What to read. Findings are told of `paths` only; `context` is read for what it defines."""

    paths: Sequence[str]
    context: Sequence[str] = ()
    tracked: bool = False
    # Asked of each file that a walk meets, by the path that is shown.
    is_excluded: Callable[[str], bool] | None = None
    # How reports call standard input.
    stdin_name: str = STDIN_NAME
    # How many processes read; None for as many as pay.
    jobs: int | None = None
    # Parse also the documents whose bytes show that they hold no facts, for their syntax errors.
    is_strict: bool = False
    # What is known already of what was not read.
    notes: Sequence[str] = ()


def read(request: Request, progress: Callable[[Sequence[InputFile]], Iterable[InputFile]] = iter) -> Input:
    """Read every file of a request. Raises InputPathError for a path that is not there."""
    found = Input(notes=[*request.notes])
    paths = [path for path in request.paths if path != STDIN]
    if len(paths) < len(request.paths):
        _read_stdin(found, request)
    named = discover(paths, tracked=request.tracked, is_excluded=request.is_excluded)
    found.is_partial = bool(paths) and not any(os.path.isdir(path) for path in (*paths, *request.context))
    around = discover(request.context, tracked=request.tracked) if request.context else None
    found.reported.update(file.source for file in named.files)
    found.left_out += named.left_out
    seen = set(found.reported)
    files = [*named.files]
    if around is not None:
        files += [file for file in around.files if file.source not in seen]
    results = read_files(files, jobs=request.jobs, is_strict=request.is_strict)
    for file, result in zip(progress(files), results, strict=False):
        if isinstance(result, str):
            found.notes.append(f"{file.path}: {result}")
        else:
            found.files[file.source] = result
    found.notes += _notes(paths, named, found)
    return found


def _read_stdin(found: Input, request: Request) -> None:
    source = SourceId(request.stdin_name)
    found.reported.add(source)
    try:
        found.stdin = read_source(STDIN)._replace(id=source)
        found.files[source] = facts_of(found.stdin, is_strict=request.is_strict)
    except UnreadableError as error:
        found.files[source] = unreadable(error)


def _excluded_wholly(paths: Iterable[str], discovery: Discovery) -> Iterator[str]:
    """A note for each folder of the command line that a configuration leaves nothing of."""
    read = {folder for file in discovery.files for folder in folders_above(file.path)}
    excluded = Counter(
        folder for skipped in discovery.left_out if skipped.reason == EXCLUDED for folder in folders_above(skipped.path)
    )
    for path in dict.fromkeys(map(shown, paths)):
        if excluded[path] and path not in read:
            count = excluded[path]
            files = "the only manifest" if count == 1 else f"all {count} manifests"
            yield f"{path}: `exclude` in the configuration leaves out {files} below it"


def _notes(paths: Iterable[str], discovery: Discovery, found: Input) -> list[str]:
    notes = [
        f"{chart}: Helm chart not rendered, its templates were not linted; try: helm template {chart} | imagelint -"
        for chart in discovery.charts
    ]
    notes += [f"{skipped.path}: {skipped.reason}, skipped" for skipped in discovery.skipped]
    if discovery.hidden:
        where = _named(discovery.hidden)
        notes.append(f"{where}: hidden by .gitignore or the mark of a cache, not linted; name a file to lint it")
    notes += _excluded_wholly(paths, discovery)
    templated = sorted(
        source.path for source in found.reported if source in found.files and found.files[source].templated
    )
    if templated:
        notes.append(f"{_named(templated)}: template source, not linted before it is rendered")
    if not found.objects and not any(facts.problems for facts in found.files.values()):
        notes.append("no Kubernetes manifest found")
    return notes


def _named(paths: Sequence[str]) -> str:
    """The first of some paths, and how many more there are."""
    more = f" and {len(paths) - _MOST_NAMED} more files" if len(paths) > _MOST_NAMED else ""
    return f"{', '.join(paths[:_MOST_NAMED])}{more}"
