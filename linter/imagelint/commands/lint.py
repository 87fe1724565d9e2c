"""`imagelint PATH...`: lint, report, fix."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from imagelint.commands import FOUND, OK, USAGE
from imagelint.commands.colour import use_colour, use_links
from imagelint.commands.inputs import InputOptions, Inputs
from imagelint.commands.options import input_options, report_options, selection_options, world_options
from imagelint.commands.outputs import CommandWithOutputs, Output, outputs
from imagelint.commands.stopwatch import Stopwatch
from imagelint.commands.terminal import progress, say, write
from imagelint.linting import internal_error
from imagelint.linting.finding import Severity
from imagelint.reporting import Style, render
from imagelint.reporting.summary import counted, summary
from imagelint.text.source import STDIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagelint.commands.fixes import Fixed
    from imagelint.linting.report import Report
    from imagelint.sources.discover import InputFile
    from imagelint.writing.fixing import FixedFile


@click.command("check", cls=CommandWithOutputs)
@input_options
@world_options
@selection_options
@click.option("--fix", "fixing", flag_value="fix", help="Apply safe fixes to the files.")
@click.option("--diff", "fixing", flag_value="diff", help="Print what --fix would change, without writing.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: include fixes that need review.")
@click.option("--baseline", metavar="FILE", type=click.Path(), help="Suppress the findings that are recorded in FILE.")
@click.option(
    "--write-baseline", metavar="FILE", type=click.Path(), help="Record all findings in FILE and exit with 0."
)
@click.option("--prune-baseline", is_flag=True, help="Remove repaired findings from the --baseline.")
@report_options
@click.pass_context
def command(  # noqa: PLR0913 - one parameter for each option
    ctx: click.Context,
    /,
    *,
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
    require_manifests: bool,
    **given: Any,  # noqa: ANN401 - the fields of InputOptions
) -> int:
    """Lint files and folders (the default command).

    Exit status: 0 if there is no finding at or above --fail-on, 1 if there is, 2 for wrong usage, unreadable paths or
    internal errors, 130 if interrupted.
    """
    _refuse(quiet and verbose, "--quiet and --verbose cannot be combined")
    _refuse(prune_baseline and baseline is None, "--prune-baseline requires --baseline")
    targets = outputs(ctx, format_, output, "statistics" if statistics else None)
    lint = _Lint(InputOptions(**given), timing=timing, fixing=fixing is not None)
    is_stdin = STDIN in lint.inputs.request.paths
    _refuse(is_stdin and fixing is not None, f"--{fixing} requires files: standard input cannot be written back")
    report = lint()
    if fixing == "diff":
        return lint.print_diff(report, unsafe=unsafe_fixes, quiet=quiet)
    status = OK
    if fixing is not None:
        fixed = lint.write_fixes(report, unsafe=unsafe_fixes, quiet=quiet)
        if fixed.is_interrupted:
            return fixed.status
        status, report = fixed.status, lint() if fixed.files else report
    if write_baseline is not None:
        return _write_baseline(report, write_baseline)
    if baseline is not None:
        report = _with_baseline(report, baseline, prune=prune_baseline)
    _print(report, targets, _style_of_stdout(color, all_places=verbose))
    lint.explain(report, quiet=quiet, verbose=verbose)
    if require_manifests and not report.found.objects:
        say("no Kubernetes object was read, and --require-manifests requires one")
        return USAGE
    return status or _status(report, OK if exit_zero else FOUND, Severity(fail_on))


def _print(report: Report, targets: Iterable[Output], style: Style) -> None:
    """Write the report to each target; only standard output has colours and links."""
    for target in targets:
        own = style if target.path is None else Style(all_places=style.all_places)
        write(render(report, target.format, own), target.path)


def _refuse(contradicts: bool, message: str) -> None:
    if contradicts:
        raise click.UsageError(message)


def _status(report: Report, found: int, level: Severity) -> int:
    """The exit status, `found` if a finding reaches a level."""
    if any(finding.rule == internal_error.RULE.name for finding in report.findings):
        return USAGE
    return found if any(finding.severity.reaches(level) for finding in report.findings) else OK


def _style_of_stdout(color: str, *, all_places: bool) -> Style:
    is_terminal = sys.stdout.isatty()
    return Style(
        colour=use_colour(color, os.environ, is_terminal=is_terminal),
        links=use_links(os.environ, is_terminal=is_terminal),
        all_places=all_places,
    )


class _Lint:
    """Reads and lints the input of a command; may be called again after fixes."""

    def __init__(self, options: InputOptions, *, timing: bool, fixing: bool) -> None:
        self._watch = Stopwatch()
        self._timing = timing
        self._fixing = fixing
        # What the paths of the files resolved to before they were read.
        self._targets: dict[str, str] = {}
        self.inputs = Inputs(options)
        self._watch.lap("configuration")

    def __call__(self) -> Report:
        self.inputs.read(self._watch.reading(self._noted if self._fixing else progress))
        report = self.inputs.session.lint(self.inputs.runs, timed=self._watch.timed if self._timing else None)
        self._watch.checked()
        return report

    def _noted(self, files: Sequence[InputFile]) -> Iterable[InputFile]:
        self._targets = {file.path: os.path.realpath(file.path) for file in files}
        return progress(files)

    def print_diff(self, report: Report, *, unsafe: bool, quiet: bool) -> int:
        """Print what fixes would change and return the exit status."""
        from imagelint.commands.fixes import print_diff

        return print_diff(self._fixed_files(report, unsafe=unsafe), quiet=quiet)

    def write_fixes(self, report: Report, *, unsafe: bool, quiet: bool) -> Fixed:
        """Write the files that fixes change."""
        from imagelint.commands.fixes import write_fixes

        return write_fixes(self._fixed_files(report, unsafe=unsafe), quiet=quiet)

    def _fixed_files(self, report: Report, *, unsafe: bool) -> Iterator[FixedFile]:
        from imagelint.writing.fixing import fixed_files

        return fixed_files(report.findings, report.found.files, self._targets, unsafe=unsafe)

    def explain(self, report: Report, *, quiet: bool, verbose: bool) -> None:
        """Print the messages about a run, in addition to the findings."""
        self._watch.lap("report")
        if not quiet:
            for message in (*self._account(report, verbose=verbose), summary(report)):
                say(message)
        for message in self._watch.lines() if self._timing else ():
            say(message)

    def _account(self, report: Report, *, verbose: bool) -> Iterator[str]:
        if verbose:
            from imagelint.commands.verbose import account

            yield from account(report.found, self.inputs.runs)
        yield from (f"note: {note}" for note in report.notes)


def _with_baseline(report: Report, path: str, *, prune: bool) -> Report:
    """The report without what a baseline holds; what is repaired is noted, or removed from it."""
    from imagelint.writing.baseline import pruned, repaired, without_baseline

    report, left = without_baseline(report, path)
    gone = repaired(left, path, reported=[source.path for source in report.found.reported], off=report.off)
    entries = f"{counted(gone.total(), 'finding')} of the baseline"
    if gone and prune:
        write([pruned(path, gone)], path)
        report.found.notes.append(f"{path}: {entries} removed as repaired")
    elif gone:
        report.found.notes.append(f"{path}: {entries} repaired; use --prune-baseline to remove them")
    return report


def _write_baseline(report: Report, path: str) -> int:
    from imagelint.writing.baseline import baseline_of

    known = [finding for finding in report.findings if finding.rule != internal_error.RULE.name]
    write([baseline_of(known, path)], path)
    say(f"{path}: {counted(len(known), 'finding')} written")
    return OK if len(known) == len(report.findings) else USAGE
