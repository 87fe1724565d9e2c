"""From paths and options to what a session reads, and the runs to lint it with: for the commands and for Python."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from imagelint.config.charts import ChartSettings, RenderOptions, cache_folder
from imagelint.runs import RunsByInput, in_worlds, plan_runs
from imagelint.session import Request, Session
from imagelint.sources.discover import InputPathError
from imagelint.text.bounded import MAX_LIST, read_bounded, read_rest
from imagelint.text.paths import shown
from imagelint.text.records import NamedTuple
from imagelint.text.source import STDIN, STDIN_NAME, UnreadableError, refusal, standard_input

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from imagelint.facts.input import Input
    from imagelint.runs import Run
    from imagelint.session import Progress


class InputOptions(NamedTuple):
    """The options of the command line by which it reads and judges; `commands/options.py` explains them.

    Without `paths` the current folder is read, unless `files_from` lists others.
    """

    paths: Sequence[str] | None = None
    context: Sequence[str] = ()
    tracked: bool = False
    files_from: str | None = None
    stdin_filename: str | None = None
    jobs: int | None = None
    is_strict: bool = False
    no_render: bool = False
    no_cache: bool = False
    inventory: Sequence[str] = ()
    knowledge: Sequence[str] = ()
    config: str | None = None
    isolated: bool = False
    allow_plugins: bool = False
    today: date | None = None
    profile: str | None = None
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    tells_all: bool = False
    no_ignores: bool = False
    force_exclude: bool = False


class Inputs:
    """What is to be read, with the configurations that apply to it. Raises UserFileError."""

    def __init__(self, options: InputOptions) -> None:
        self.runs = _planned(options)
        self.request = _requested(options, self.runs)
        self.session = Session(is_strict=options.is_strict)

    def read(self, watched: Progress = iter) -> Input:
        """Read everything, once more if it was read before."""
        return self.session.read(self.request, watched)


def listed_paths(path: str) -> list[str]:
    """The paths in a file, each once, on lines or separated by NUL; `-` is standard input. Raises InputPathError."""
    try:
        raw = read_rest(standard_input(), MAX_LIST) if path == STDIN else read_bounded(path, MAX_LIST, streams=True)
    except OSError as error:
        raise InputPathError(path, refusal(error)) from error
    except UnreadableError as error:
        raise InputPathError(path, error.message) from error
    names = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    return [os.fsdecode(name) for name in dict.fromkeys(names) if name]


def _planned(options: InputOptions) -> list[Run]:
    """The inputs by configuration, each with what is known besides the manifests."""
    from imagelint_rules import RULES

    paths = (*(options.paths or ()), *(listed_paths(options.files_from) if options.files_from else ()))
    runs = plan_runs(
        paths or (os.curdir,),
        RULES,
        config=options.config,
        isolated=options.isolated,
        allow_plugins=options.allow_plugins,
        profile=options.profile,
        select=options.select,
        ignore=options.ignore,
        tells_all=options.tells_all,
        no_ignores=options.no_ignores,
        stdin_name=shown(options.stdin_filename) if options.stdin_filename else STDIN_NAME,
    )
    if not paths and options.files_from:  # nothing changed, say
        notes = (f"{STDIN_NAME if options.files_from == STDIN else options.files_from}: lists no paths",)
        runs = [run._replace(paths=(), notes=(*run.notes, *notes)) for run in runs]
    elif not paths and options.paths is not None:
        runs = [run._replace(paths=()) for run in runs]
    return in_worlds(runs, inventory=options.inventory, knowledge=options.knowledge, today=options.today)


def _requested(options: InputOptions, runs: Sequence[Run]) -> Request:
    has_excludes = any(run.configuration.exclude for run in runs)
    excluded = RunsByInput(runs).exclude if has_excludes else None
    paths = [path for run in runs for path in run.paths]
    notes = [note for run in runs for note in run.notes]
    if options.force_exclude and excluded is not None:
        kept = [path for path in paths if path == STDIN or os.path.isdir(path) or not excluded(shown(path))]
        if len(kept) < len(paths):
            files = "1 file" if len(paths) - len(kept) == 1 else f"{len(paths) - len(kept)} files"
            notes.append(f"`exclude` in the configuration leaves out {files} that the command names")
        paths = kept
    return Request(
        paths,
        options.context,
        tracked=options.tracked,
        is_excluded=excluded,
        stdin_name=runs[0].stdin_name,
        jobs=options.jobs,
        notes=notes,
        charts=_of_charts(options, runs),
    )


def _of_charts(options: InputOptions, runs: Sequence[Run]) -> RenderOptions | None:
    """How charts are rendered: each as the nearest configuration has it."""
    if options.no_render or not any(run.configuration.renders for run in runs):
        return None
    by_input = RunsByInput(runs)

    def settings(chart: str) -> ChartSettings:
        run = by_input.nearest(chart)
        return run.chart(chart) if run is not None else ChartSettings()

    return RenderOptions(settings, None if options.no_cache else cache_folder())
