"""The command line: the only place that prints, exits and brings the engine and the rules together."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

import click

from imagelint import __version__
from imagelint.colour import CHOICES, use_colour
from imagelint.discover import listed_paths, shown
from imagelint.engine import STDIN, STDIN_NAME, Request, read
from imagelint.errors import UserFileError
from imagelint.findings import Severity
from imagelint.index import Index
from imagelint.lookups import FOUND, OK, all_rules, explain_command, knowledge_command, rules_command
from imagelint.options import WORLD, input_options, selection_options, world_options
from imagelint.reporters import FORMATS, Report, render, summary
from imagelint.runs import Run, check_runs, is_excluded, plan_runs, settings_of
from imagelint.terminal import progress, say, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imagelint.check import Outcome
    from imagelint.findings import Finding
    from imagelint.settings import Settings

USAGE, INTERRUPTED = 2, 130


class _DefaultsToCheck(click.Group):
    """`imagelint PATH` is `imagelint check PATH`; a folder named like a command is written `./images`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "--version", "-h", *self.commands}
        if args and args[0] not in own:
            args.insert(0, "check")
        return super().parse_args(ctx, args)


@click.group(cls=_DefaultsToCheck, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="imagelint")
def cli() -> None:
    """Say which pods will end in ImagePullBackOff, and why, before anything is deployed.

    imagelint PATH... lints files and folders of Kubernetes YAML and JSON; - is standard input.
    """


@cli.command("check")
@input_options
@world_options
@selection_options
@click.option("--fix", "fixing", flag_value="fix", help="Write what is sure to be right into the files.")
@click.option("--diff", "fixing", flag_value="diff", help="Print what --fix would change, and change nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what has to be looked at.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False), help="Write the findings to a file, not to standard output.")
@click.option(
    "--fail-on",
    type=click.Choice([level.value for level in Severity]),
    default=Severity.WARNING.value,
    show_default=True,
    help="Exit with 1 for a finding of this severity or worse.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--baseline", metavar="FILE", help="Suppress the findings that this file holds.")
@click.option("--write-baseline", metavar="FILE", help="Write all findings into a baseline, and exit with 0.")
@click.option("--statistics", is_flag=True, help="Print how many findings each rule has, in place of them.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but findings.")
@click.option("--color", type=click.Choice(CHOICES), default="auto", show_default=True)
def check_command(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[str, ...],
    context: tuple[str, ...],
    tracked: bool,
    fixing: str | None,
    unsafe_fixes: bool,
    format_: str,
    output: str | None,
    fail_on: str,
    exit_zero: bool,
    baseline: str | None,
    write_baseline: str | None,
    statistics: bool,
    quiet: bool,
    color: str,
    **world: object,
) -> int:
    """Lint files and folders (the default command).

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or input path, 130 interrupted.
    """
    runs = _runs(paths, world)
    request = _request(context, tracked, runs)
    if fixing and STDIN in request.paths:
        raise click.UsageError(f"--{fixing} needs files: standard input cannot be written back")
    found = read(request, progress)
    outcome = check_runs(all_rules(), found, runs)
    if fixing == "diff":
        return _print_diff(outcome.findings, unsafe=unsafe_fixes)
    if fixing == "fix" and _fix(outcome.findings, unsafe=unsafe_fixes):
        found = read(request, progress)
        outcome = check_runs(all_rules(), found, runs)
    if write_baseline is not None:
        return _write_baseline(outcome, write_baseline)
    if baseline is not None:
        from imagelint.baseline import without_baseline

        outcome = without_baseline(outcome, baseline)
    colour = output is None and use_colour(color, os.environ, is_terminal=sys.stdout.isatty())
    report = Report(outcome.findings, found, colour, outcome.suppressed)
    write(render(report, "statistics" if statistics else format_), output)
    for message in () if quiet else (*(f"note: {note}" for note in found.notes), summary(report)):
        say(message)
    failed = any(finding.severity.reaches(Severity(fail_on)) for finding in outcome.findings)
    return FOUND if failed and not exit_zero else OK


def _write_baseline(outcome: Outcome, path: str) -> int:
    from imagelint.baseline import baseline_of

    write([baseline_of(outcome.findings, path)], path)
    say(f"{path}: {len(outcome.findings)} finding{'' if len(outcome.findings) == 1 else 's'} written")
    return OK


@cli.command("images")
@input_options
@world_options
@click.option("--format", "format_", type=click.Choice(["table", "json", "plain"]), default="table", show_default=True)
def images_command(
    *,
    paths: tuple[str, ...],
    context: tuple[str, ...],
    tracked: bool,
    format_: str,
    **world: object,
) -> int:
    """List every image with its pull policy, service account and effective pull secrets.

    The format `plain` lists each reference that can be pulled once, a line each.
    """
    from imagelint.images import image_entries, image_references, image_table

    runs = _runs(paths, world)
    found = read(_request(context, tracked, runs), progress)
    parts = [(Index(found.files, settings), run.own(found.reported)) for run, settings in runs]
    entries = [entry for index, reported in parts for entry in image_entries(index, reported)]
    if format_ == "plain":
        write(sorted({line for index, reported in parts for line in image_references(index, reported)}), None)
    elif format_ == "json":
        import json

        write([json.dumps(entries, indent=2) + "\n"], None)
    else:
        write(image_table(entries), None)
    for note in found.notes:
        say(f"note: {note}")
    return OK


@cli.command("init")
@input_options
@click.option("--force", is_flag=True, help="Replace a configuration that is there.")
def init_command(
    *, paths: tuple[str, ...], context: tuple[str, ...], tracked: bool, force: bool, **listed: object
) -> int:
    """Write a commented .imagelint.yaml with what the manifests show."""
    from imagelint.configuration import FILE_NAMES
    from imagelint.starter import starter_configuration

    path = FILE_NAMES[0]
    if os.path.exists(path) and not force:
        raise click.UsageError(f"{path} is there already; --force replaces it")
    runs = _runs(paths, {**WORLD, **listed, "isolated": True})
    found = read(_request(context, tracked, runs), progress)
    write([starter_configuration(Index(found.files))], path)
    say(f"{path} written: read it, and decide what it asks")
    return OK


for command in (rules_command, explain_command, knowledge_command):
    cli.add_command(command)


def _runs(paths: tuple[str, ...], world: Mapping[str, Any]) -> list[tuple[Run, Settings]]:
    """The inputs by configuration, with the settings for each."""
    paths = (*paths, *(listed_paths(world["files_from"]) if world["files_from"] else ()))
    if not paths:
        raise click.UsageError("name a file or folder to lint, or - for standard input")
    today = world["today"].date() if world["today"] else None
    runs = plan_runs(
        paths,
        [rule.name for rule in all_rules()],
        config=world["config"],
        isolated=world["isolated"],
        select=world.get("select", ()),
        ignore=world.get("ignore", ()),
        stdin_name=shown(world["stdin_filename"]) if world["stdin_filename"] else STDIN_NAME,
    )
    return [
        (run, settings_of(run, inventory=world["inventory"], knowledge=world["knowledge"], today=today)) for run in runs
    ]


def _request(context: tuple[str, ...], tracked: bool, runs: Sequence[tuple[Run, Settings]]) -> Request:
    plain_runs = [run for run, _ in runs]
    has_excludes = any(run.configuration.exclude for run in plain_runs)
    return Request(
        [path for run in plain_runs for path in run.paths],
        context,
        tracked,
        (lambda path: is_excluded(plain_runs, path)) if has_excludes else None,
        plain_runs[0].stdin_name,
    )


def _print_diff(findings: Sequence[Finding], *, unsafe: bool) -> int:
    from imagelint.fixes import diff, fixed_files

    lines = [line for path, before, after in fixed_files(findings, unsafe=unsafe) for line in diff(path, before, after)]
    write(lines, None)
    return FOUND if lines else OK


def _fix(findings: Sequence[Finding], *, unsafe: bool) -> int:
    """Write the fixes, and return how many files changed."""
    from imagelint.fixes import fixed_files, replace_file

    changed = [*fixed_files(findings, unsafe=unsafe)]
    for path, _, after in changed:
        replace_file(path, after)
    say(f"{len(changed)} file{'' if len(changed) == 1 else 's'} fixed")
    return len(changed)


def main() -> NoReturn:
    """Run the command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_run())


def _run() -> int:
    try:
        status: int = cli.main(prog_name="imagelint", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return USAGE
    except UserFileError as error:
        say(f"Error: {error}")
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has enough (`| head`). Nothing may be flushed into the closed pipe when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    return status
