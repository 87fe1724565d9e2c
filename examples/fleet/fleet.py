"""Lint many repositories with imagelint, and keep what was found as Parquet files, for questions across all of them.

    python examples/fleet/fleet.py REPOSITORIES... --to RESULTS
    python examples/fleet/ask.py RESULTS dead_images_by_team

The workers are processes of this machine, or those of the Dask cluster at `--scheduler`. docs/fleet.md is the manual.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import cloudpickle
import mapping
import partitions
from distributed import Client, LocalCluster, as_completed
from mapping import Job
from terminal import printable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

_HERE = Path(__file__).parent
_DUMPS = {".yaml", ".yml", ".json"}
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--to", "results", required=True, type=click.Path(path_type=Path), help="Folder of the results; a run continues it."
)
@click.option("--scheduler", metavar="ADDRESS", help="Dask cluster to use, such as tcp://10.0.0.1:8786.")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes on this machine (default: automatic).")
@click.option("--seconds", default=300, show_default=True, help="Time limit of a repository.")
@click.option("--memory", default=2048, show_default=True, help="Memory limit of a repository, in MiB.")
@click.option("--today", type=_DAY, help="Evaluate end-of-life dates as of this day (default: today).")
@click.option("--on", "later", type=_DAY, multiple=True, help="Also as of this day. May be repeated.")
@click.option("--no-render", is_flag=True, help="Do not render Helm charts.")
def main(  # noqa: PLR0913 - each is an option
    *,
    folders: tuple[Path, ...],
    results: Path,
    scheduler: str | None,
    workers: int | None,
    seconds: int,
    memory: int,
    today: datetime | None,
    later: tuple[datetime, ...],
    no_render: bool,
) -> None:
    """Lint each repository in some FOLDERS: each folder in them, and each dump of a cluster (YAML or JSON)."""
    repositories = _repositories(folders)
    run = _run_of(results, today, later, render=not no_render)
    program = (_HERE / "lint_repository.py").read_text(encoding="utf-8")
    jobs = [
        Job(name, str(path.resolve()), str(results.resolve()), program, **run, seconds=seconds, memory=memory * 1024**2)
        for name, path in repositories.items()
    ]
    left = [job for job in jobs if not partitions.is_done(results, job.repository)]
    progress = Progress(len(jobs), done=len(jobs) - len(left))
    if left:
        for module in (mapping, partitions):  # the machines of a cluster do not have them
            cloudpickle.register_pickle_by_value(module)
        with _client(scheduler, workers) as client:
            for row in _mapped(client, left):
                progress.add(row)
        partitions.remove_leftovers(results)
    progress.end()


def _run_of(results: Path, today: datetime | None, later: Iterable[datetime], *, render: bool) -> dict[str, Any]:
    """What all repositories of the results have in common: that of the first run, which later ones must not change."""
    path = results / "run.json"
    try:
        first: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        first = {}
    began = today.date() if today else date.fromisoformat(first["days"][0]) if first else date.today()
    run = {"days": [str(day) for day in dict.fromkeys([began, *(day.date() for day in later)])], "render": render}
    if first and run != first:
        raise click.UsageError(f"{results} has results of other days or options: {json.dumps(first)}; use a new folder")
    results.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run), encoding="utf-8")
    return run


def _repositories(folders: Iterable[Path]) -> dict[str, Path]:
    """The repositories and dumps in some folders, by name."""
    found: dict[str, Path] = {}
    for path in sorted(path for folder in folders for path in folder.iterdir() if not path.name.startswith(".")):
        if path.is_dir() or path.suffix in _DUMPS:
            name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
            if name in found:
                raise click.UsageError(f"two repositories have one name: {found[name]} and {path}")
            found[name] = path
    if not found:
        raise click.UsageError("no repository in these folders")
    return found


@contextmanager
def _client(scheduler: str | None, workers: int | None) -> Generator[Client]:
    if scheduler is not None:
        with Client(scheduler) as client:
            yield client
        return
    # Each in a process of its own, which may be killed; nothing is open to other machines.
    own = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    with LocalCluster(n_workers=workers, threads_per_worker=1, **own) as cluster, Client(cluster) as client:
        yield client


def _mapped(client: Client, jobs: list[Job]) -> Iterator[dict[str, Any]]:
    """The rows of repositories as they come. A worker that dies is replaced, and its repository begun again."""
    by_key = {job.repository: job for job in jobs}
    futures = client.map(mapping.map_repository, jobs, key=[*by_key], pure=False)
    for future in as_completed(futures):
        if future.status == "finished":
            yield future.result()
        else:
            error = future.exception()
            yield mapping.failed_row(by_key[future.key], f"no worker could finish it: {type(error).__name__}")
        future.release()


class Progress:
    """A line on a terminal, and a sentence at the end."""

    def __init__(self, total: int, *, done: int) -> None:
        self._total, self._before, self._done = total, done, done
        self._failed = 0
        self._started = time.monotonic()

    def add(self, row: dict[str, Any]) -> None:
        """Count a repository; one without results is named."""
        self._done += 1
        if row["status"] != "done":
            self._failed += 1
            self._clear()
            click.echo(f"{printable(row['repository'])}: {row['status']}: {printable(row['reason'])}", err=True)
        if sys.stderr.isatty():
            rate = (self._done - self._before) / (time.monotonic() - self._started)
            self._clear()
            click.echo(f"{self._done} of {self._total} repositories, {rate:.1f} a second", nl=False, err=True)

    def end(self) -> None:
        """Say what the run did."""
        self._clear()
        linted = self._done - self._before
        click.echo(
            f"{self._total} repositories: {linted} linted, {self._failed} of them without results; "
            f"{self._before} were done before",
            err=True,
        )

    def _clear(self) -> None:
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)


if __name__ == "__main__":
    main()
