"""`imagelint PATH...`: lint, report, fix."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from imagelint.check import enabled
from imagelint.colour import use_colour, use_links
from imagelint.commands import FOUND, OK, USAGE, all_rules
from imagelint.commands.inputs import planned, requested
from imagelint.commands.options import input_options, report_options, selection_options, world_options
from imagelint.commands.outputs import CommandWithOutputs, outputs
from imagelint.crashes import INTERNAL_ERROR
from imagelint.engine import STDIN, read
from imagelint.findings import Severity
from imagelint.reporters import Report, Style, render
from imagelint.reporters.summary import summary
from imagelint.runs import check_runs
from imagelint.terminal import progress, say, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.check import Outcome
    from imagelint.findings import Finding
    from imagelint.rule import Rule
    from imagelint.runs import Run
    from imagelint.settings import Settings


@click.command("check", cls=CommandWithOutputs)
@input_options
@world_options
@selection_options
@click.option("--fix", "fixing", flag_value="fix", help="Write what is sure to be right into the files.")
@click.option("--diff", "fixing", flag_value="diff", help="Print what --fix would change, and change nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what has to be looked at.")
@click.option("--baseline", metavar="FILE", help="Suppress the findings that this file holds.")
@click.option("--write-baseline", metavar="FILE", help="Write all findings into a baseline, and exit with 0.")
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
    format_: tuple[str, ...],
    output: tuple[str, ...],
    statistics: bool,
    quiet: bool,
    color: str,
    fail_on: str,
    exit_zero: bool,
    **world: object,
) -> int:
    """Lint files and folders (the default command).

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage, an input path or imagelint itself failed,
    130 interrupted.
    """
    targets = outputs(ctx, format_, output, "statistics" if statistics else "text")
    runs = planned(paths, world)
    request = requested(context, tracked, runs)
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
    report = Report(outcome.findings, found, outcome.suppressed, _enabled_rules(runs))
    style = _style_of_stdout(color)
    for target in targets:
        write(render(report, target.format, style if target.path is None else Style()), target.path)
    for message in () if quiet else (*(f"note: {note}" for note in found.notes), summary(report)):
        say(message)
    if any(finding.rule == INTERNAL_ERROR for finding in outcome.findings):
        return USAGE
    failed = any(finding.severity.reaches(Severity(fail_on)) for finding in outcome.findings)
    return FOUND if failed and not exit_zero else OK


def _enabled_rules(runs: Sequence[tuple[Run, Settings]]) -> list[Rule]:
    """The rules that any of the runs asks, in the order of the manual, own ones behind them; one for each name."""
    order = [rule.name for rule in all_rules()]
    rules: dict[str, Rule] = {}
    for run, settings in runs:
        rules |= enabled([*all_rules(), *run.configuration.own_rules], settings, run.configuration.selection)
    return sorted(rules.values(), key=lambda rule: order.index(rule.name) if rule.name in order else len(order))


def _style_of_stdout(color: str) -> Style:
    is_terminal = sys.stdout.isatty()
    return Style(
        colour=use_colour(color, os.environ, is_terminal=is_terminal),
        links=use_links(os.environ, is_terminal=is_terminal),
    )


def _write_baseline(outcome: Outcome, path: str) -> int:
    from imagelint.baseline import baseline_of

    known = [finding for finding in outcome.findings if finding.rule != INTERNAL_ERROR]
    write([baseline_of(known, path)], path)
    say(f"{path}: {len(known)} finding{'' if len(known) == 1 else 's'} written")
    return OK if len(known) == len(outcome.findings) else USAGE


def _print_diff(findings: Sequence[Finding], *, unsafe: bool) -> int:
    from imagelint.fixes import diff, fixed_files

    lines = [line for path, before, after in fixed_files(findings, unsafe=unsafe) for line in diff(path, before, after)]
    write(lines)
    return FOUND if lines else OK


def _fix(findings: Sequence[Finding], *, unsafe: bool) -> int:
    """Write the fixes, and return how many files changed."""
    from imagelint.files import replace_file
    from imagelint.fixes import fixed_files

    changed = [*fixed_files(findings, unsafe=unsafe)]
    for path, _, after in changed:
        replace_file(path, [after])
    say(f"{len(changed)} file{'' if len(changed) == 1 else 's'} fixed")
    return len(changed)
