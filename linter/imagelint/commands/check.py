"""`imagelint PATH...`: lint, report, fix."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from imagelint.colour import use_colour
from imagelint.commands import FOUND, OK, all_rules
from imagelint.commands.inputs import planned, requested
from imagelint.commands.options import input_options, report_options, selection_options, world_options
from imagelint.commands.outputs import CommandWithOutputs, outputs
from imagelint.engine import STDIN, read
from imagelint.findings import Severity
from imagelint.reporters import Report, Style, render
from imagelint.reporters.summary import summary
from imagelint.runs import check_runs
from imagelint.stopwatch import Stopwatch
from imagelint.terminal import progress, say, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imagelint.check import Outcome
    from imagelint.engine import Input
    from imagelint.findings import Finding


@click.command("check", cls=CommandWithOutputs)
@input_options
@world_options
@selection_options
@click.option("--fix", "fixing", flag_value="fix", help="Write what is sure to be right into the files.")
@click.option("--diff", "fixing", flag_value="diff", help="Print what --fix would change, and change nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what has to be looked at.")
@click.option("--baseline", metavar="FILE", type=click.Path(), help="Suppress the findings that this file holds.")
@click.option(
    "--write-baseline", metavar="FILE", type=click.Path(), help="Write all findings into a baseline, and exit with 0."
)
@click.option("--prune-baseline", is_flag=True, help="Remove from the --baseline what is repaired.")
@report_options
@click.pass_context
def command(  # noqa: PLR0913 - one parameter for each option
    ctx: click.Context,
    /,
    *,
    paths: tuple[str, ...],
    context: tuple[str, ...],
    tracked: bool,
    fixing: str | None,
    unsafe_fixes: bool,
    baseline: str | None,
    write_baseline: str | None,
    prune_baseline: bool,
    format_: tuple[str, ...],
    output: tuple[str, ...],
    statistics: bool,
    quiet: bool,
    verbose: bool,
    timing: bool,
    color: str,
    fail_on: str,
    exit_zero: bool,
    **world: object,
) -> int:
    """Lint files and folders (the default command).

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or input path, 130 interrupted.
    """
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose exclude each other")
    if prune_baseline and baseline is None:
        raise click.UsageError("--prune-baseline needs a --baseline")
    targets = outputs(ctx, format_, output, "statistics" if statistics else None)
    lint = _Lint(paths, context, tracked, world, timing=timing)
    if fixing and STDIN in lint.request.paths:
        raise click.UsageError(f"--{fixing} needs files: standard input cannot be written back")
    found, outcome = lint()
    if fixing == "diff":
        return _print_diff(outcome.findings, unsafe=unsafe_fixes)
    if fixing == "fix" and _fix(outcome.findings, unsafe=unsafe_fixes, quiet=quiet):
        found, outcome = lint()
    if write_baseline is not None:
        return _write_baseline(outcome, write_baseline)
    if baseline is not None:
        outcome = _with_baseline(found, outcome, baseline, prune=prune_baseline)
    report = Report(outcome.findings, found, outcome.suppressed)
    colour = use_colour(color, os.environ, is_terminal=sys.stdout.isatty())
    for target in targets:
        write(render(report, target.format, Style(colour=colour and target.path is None)), target.path)
    lint.watch.lap("report")
    messages = () if quiet else (*lint.account(found, verbose=verbose), summary(report))
    for message in (*messages, *(lint.watch.lines() if timing else ())):
        say(message)
    failed = any(finding.severity.reaches(Severity(fail_on)) for finding in outcome.findings)
    return FOUND if failed and not exit_zero else OK


class _Lint:
    """What is asked for; a call reads it and judges it."""

    def __init__(
        self, paths: tuple[str, ...], context: tuple[str, ...], tracked: bool, world: Mapping[str, Any], *, timing: bool
    ) -> None:
        self.watch = Stopwatch()
        self._timing = timing
        self._runs = planned(paths, world)
        self.request = requested(context, tracked, self._runs)
        self.watch.lap("configuration")

    def __call__(self) -> tuple[Input, Outcome]:
        found = read(self.request, self.watch.reading(progress))
        outcome = check_runs(all_rules(), found, self._runs, self.watch.timed if self._timing else None)
        self.watch.checked()
        return found, outcome

    def account(self, found: Input, *, verbose: bool) -> Iterator[str]:
        """What to say of the input besides the findings."""
        if verbose:
            from imagelint.verbose import account

            yield from account(found, [run for run, _ in self._runs])
        yield from (f"note: {note}" for note in found.notes)


def _with_baseline(found: Input, outcome: Outcome, path: str, *, prune: bool) -> Outcome:
    """The outcome without what a baseline holds; what is repaired is noted, or removed from it."""
    from imagelint.baseline import pruned, repaired, without_baseline

    outcome, left = without_baseline(outcome, path)
    gone = repaired(left, path, reported=found.reported, off=outcome.off)
    entries = f"{gone.total()} finding{'' if gone.total() == 1 else 's'} of the baseline"
    if gone and prune:
        write([pruned(path, gone)], path)
        found.notes.append(f"{path}: {entries} removed, no longer there")
    elif gone:
        found.notes.append(f"{path}: {entries} no longer there; --prune-baseline removes them")
    return outcome


def _write_baseline(outcome: Outcome, path: str) -> int:
    from imagelint.baseline import baseline_of

    write([baseline_of(outcome.findings, path)], path)
    say(f"{path}: {len(outcome.findings)} finding{'' if len(outcome.findings) == 1 else 's'} written")
    return OK


def _print_diff(findings: Sequence[Finding], *, unsafe: bool) -> int:
    from imagelint.fixes import diff, fixed_files

    lines = [line for path, before, after in fixed_files(findings, unsafe=unsafe) for line in diff(path, before, after)]
    write(lines)
    return FOUND if lines else OK


def _fix(findings: Sequence[Finding], *, unsafe: bool, quiet: bool) -> int:
    """Write the fixes, and return how many files changed."""
    from imagelint.fixes import fixed_files, replace_file

    changed = [*fixed_files(findings, unsafe=unsafe)]
    for path, _, after in changed:
        replace_file(path, after)
    if not quiet:
        say(f"{len(changed)} file{'' if len(changed) == 1 else 's'} fixed")
    return len(changed)
