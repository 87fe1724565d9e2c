"""From the paths and options of a command to what is read and how it is judged."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from imagelint.commands import all_rules
from imagelint.runs import Run, is_excluded, plan_runs, settings_of
from imagelint.session import Request
from imagelint.sources.discover import listed_paths
from imagelint.text.paths import shown
from imagelint.text.source import STDIN_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imagelint.world.settings import Settings


def planned(paths: tuple[str, ...], world: Mapping[str, Any]) -> list[tuple[Run, Settings]]:
    """The inputs by configuration, with the settings for each."""
    paths = (*paths, *(listed_paths(world["files_from"]) if world["files_from"] else ()))
    if not paths:
        raise click.UsageError("name a file or folder to lint, or - for standard input")
    today = world["today"].date() if world["today"] else None
    runs = plan_runs(
        paths,
        all_rules(),
        config=world["config"],
        isolated=world["isolated"],
        allow_plugins=world["allow_plugins"],
        profile=world.get("profile"),
        select=world.get("select", ()),
        ignore=world.get("ignore", ()),
        stdin_name=shown(world["stdin_filename"]) if world["stdin_filename"] else STDIN_NAME,
    )
    return [
        (run, settings_of(run, inventory=world["inventory"], knowledge=world["knowledge"], today=today)) for run in runs
    ]


def requested(
    context: tuple[str, ...], tracked: bool, runs: Sequence[tuple[Run, Settings]], world: Mapping[str, Any]
) -> Request:
    """What is read for these runs."""
    plain_runs = [run for run, _ in runs]
    has_excludes = any(run.configuration.exclude for run in plain_runs)
    return Request(
        [path for run in plain_runs for path in run.paths],
        context,
        tracked,
        partial(is_excluded, plain_runs) if has_excludes else None,
        plain_runs[0].stdin_name,
        world["jobs"],
        world["is_strict"],
        tuple(note for run in plain_runs for note in run.notes),
    )
