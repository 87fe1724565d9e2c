"""Turns the paths and options of a command into a Request and the settings to lint it with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from imagelint.commands import all_rules
from imagelint.commands.terminal import progress
from imagelint.config.charts import ChartSettings
from imagelint.runs import RunsByInput, in_worlds, plan_runs
from imagelint.session import Request, Session
from imagelint.sources.discover import listed_paths
from imagelint.sources.render_options import RenderOptions, cache_folder
from imagelint.text.paths import shown
from imagelint.text.source import STDIN_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from imagelint.facts.input import Input
    from imagelint.runs import Run
    from imagelint.session import Progress


class InputOptions(NamedTuple):
    """The options of `input_options`, `world_options` and `selection_options`, as click gives them."""

    paths: Sequence[str] = ()
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
    today: datetime | None = None
    profile: str | None = None
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    tells_all: bool = False


class Inputs:
    """What a command reads, with the configurations that apply to it. Raises UserFileError."""

    def __init__(self, options: InputOptions) -> None:
        self.runs = _planned(options)
        self.request = _requested(options, self.runs)
        self.session = Session(is_strict=options.is_strict)

    def read(self, watched: Progress = progress) -> Input:
        """Read everything, once more if it was read before."""
        return self.session.read(self.request, watched)


def _planned(options: InputOptions) -> list[Run]:
    """The inputs by configuration, each with what is known besides the manifests."""
    paths = (*options.paths, *(listed_paths(options.files_from) if options.files_from else ()))
    if not paths:
        raise click.UsageError("no input: pass a file or folder, or - for standard input")
    today = options.today.date() if options.today else None
    runs = plan_runs(
        paths,
        all_rules(),
        config=options.config,
        isolated=options.isolated,
        allow_plugins=options.allow_plugins,
        profile=options.profile,
        select=options.select,
        ignore=options.ignore,
        tells_all=options.tells_all,
        stdin_name=shown(options.stdin_filename) if options.stdin_filename else STDIN_NAME,
    )
    return in_worlds(runs, inventory=options.inventory, knowledge=options.knowledge, today=today)


def _requested(options: InputOptions, runs: Sequence[Run]) -> Request:
    has_excludes = any(run.configuration.exclude for run in runs)
    return Request(
        [path for run in runs for path in run.paths],
        options.context,
        tracked=options.tracked,
        is_excluded=RunsByInput(runs).exclude if has_excludes else None,
        stdin_name=runs[0].stdin_name,
        jobs=options.jobs,
        notes=tuple(note for run in runs for note in run.notes),
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
