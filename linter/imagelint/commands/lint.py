"""`imagelint [PATH]...`: lint, report, fix."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from imagelint.commands import FOUND, OK, USAGE
from imagelint.commands.options import PATH, input_options, report_options, selection_options, world_options
from imagelint.commands.outputs import CommandWithOutputs, Output, outputs
from imagelint.commands.stopwatch import Stopwatch
from imagelint.commands.terminal import has_colour, progress, say, use_links, width_of, write, write_beside
from imagelint.inputs import InputOptions, Inputs
from imagelint.linting import internal_error
from imagelint.linting.finding import Severity
from imagelint.reporting import Style, render
from imagelint.reporting.summary import counted, fixable, summary
from imagelint.text.records import NamedTuple
from imagelint.text.source import STDIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from imagelint.linting.report import Report
    from imagelint.sources.discover import InputFile
    from imagelint.writing.fixing import FixedFile


class ReportOptions(NamedTuple):
    """The options of `report_options`, as click gives them."""

    format_: tuple[str, ...]
    output: tuple[str, ...]
    statistics: bool
    max_findings: int | None
    show_suppressed: bool
    quiet: bool
    verbose: bool
    timing: bool
    fail_on: str
    exit_zero: bool
    require_manifests: bool


@click.command("check", cls=CommandWithOutputs)
@input_options
@world_options
@selection_options
@click.option("--fix", "fixing", flag_value="fix", help="Apply safe fixes to the files; print standard input fixed.")
@click.option("--diff", "fixing", flag_value="diff", help="Print what --fix would change, without writing.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: include fixes that need review.")
@click.option("--baseline", metavar="FILE", type=PATH, help="Suppress the findings that are recorded in FILE.")
@click.option("--write-baseline", metavar="FILE", type=PATH, help="Record all findings in FILE and exit with 0.")
@click.option("--prune-baseline", is_flag=True, help="Remove repaired findings from the --baseline.")
@report_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    fixing: str | None,
    unsafe_fixes: bool,
    baseline: str | None,
    write_baseline: str | None,
    prune_baseline: bool,
    **given: Any,  # noqa: ANN401 - the fields of ReportOptions and InputOptions
) -> int:
    """Lint files and folders, by default the current folder (the default command).

    Exit status: 0 if there is no finding at or above --fail-on, 1 if there is, 2 for wrong usage, unreadable paths or
    internal errors, 130 if interrupted.
    """
    options = ReportOptions(**{name: given.pop(name) for name in ReportOptions._fields})
    _refuse(options.quiet and options.verbose, "--quiet and --verbose cannot be combined")
    _refuse(prune_baseline and baseline is None, "--prune-baseline requires --baseline")
    _refuse(unsafe_fixes and fixing is None, "--unsafe-fixes requires --fix or --diff")
    targets = outputs(ctx, options.format_, options.output, "statistics" if options.statistics else None)
    lint = _Lint(InputOptions(**given), options, fixing=fixing is not None)
    report = lint()
    if fixing == "diff":
        return lint.print_diff(report, unsafe=unsafe_fixes)
    status = OK
    if fixing is not None:
        status, report = lint.fixed(report, unsafe=unsafe_fixes)
        if status > USAGE:  # a signal
            return status
    if write_baseline is not None:
        return _write_baseline(report, write_baseline)
    if baseline is not None:
        report = _with_baseline(report, baseline, prune=prune_baseline)
    # Standard output has the fixed text.
    stream = sys.stderr if fixing is not None and lint.reads_stdin else sys.stdout
    _print(report, targets, stream, options)
    lint.explain(report, for_people=Output("text", None) in targets)
    if options.require_manifests and not report.found.objects:
        say("no Kubernetes object was read, and --require-manifests requires one")
        return USAGE
    return status or _status(report, OK if options.exit_zero else FOUND, Severity(options.fail_on))


def _print(report: Report, targets: Iterable[Output], stream: TextIO, options: ReportOptions) -> None:
    """Write the report to each target; only what is printed has colours and links, and fits a terminal."""
    for target in targets:
        style = Style(all_places=options.verbose, most=options.max_findings)
        if target.path is None:
            links = use_links(os.environ, is_terminal=stream.isatty())
            style = style._replace(colour=has_colour(stream), links=links, width=width_of(stream))
        pieces = render(report, target.format, style)
        if target.path is None and stream is sys.stderr:
            write_beside(pieces)
        else:
            write(pieces, target.path)


def _refuse(contradicts: bool, message: str) -> None:
    if contradicts:
        raise click.UsageError(message)


def _status(report: Report, found: int, level: Severity) -> int:
    """The exit status, `found` if a finding reaches a level."""
    if any(finding.rule == internal_error.RULE.name for finding in report.findings):
        return USAGE
    return found if any(finding.severity.reaches(level) for finding in report.findings) else OK


class _Lint:
    """Reads and lints the input of a command; may be called again after fixes."""

    def __init__(self, given: InputOptions, options: ReportOptions, *, fixing: bool) -> None:
        self._watch = Stopwatch()
        self._options = options
        self._fixing = fixing
        self._is_isolated = given.isolated
        # What the paths of the files resolved to before they were read.
        self._targets: dict[str, str] = {}
        self._inputs = Inputs(given)
        self.reads_stdin = STDIN in self._inputs.request.paths
        self._watch.lap("configuration")

    def __call__(self) -> Report:
        self._inputs.read(self._watch.reading(self._noted if self._fixing else progress))
        return self._linted()

    def _linted(self) -> Report:
        timed = self._watch.timed if self._options.timing else None
        report = self._inputs.session.lint(self._inputs.runs, timed=timed)
        self._watch.checked()
        return report

    def _noted(self, files: Sequence[InputFile]) -> Iterable[InputFile]:
        self._targets = {file.path: os.path.realpath(file.path) for file in files}
        return progress(files)

    def print_diff(self, report: Report, *, unsafe: bool) -> int:
        """Print what fixes would change and return the exit status."""
        from imagelint.commands.fixes import print_diff

        return print_diff(self._fixed_files(report, unsafe=unsafe), quiet=self._options.quiet)

    def fixed(self, report: Report, *, unsafe: bool) -> tuple[int, Report]:
        """Write what fixes change; the exit status if a file failed or a signal arrived, and the report on the rest."""
        from imagelint.commands.fixes import print_fixed, write_fixes

        fixed = write_fixes(self._fixed_files(report, unsafe=unsafe), quiet=self._options.quiet)
        if fixed.status > USAGE:
            return fixed.status, report
        if self.reads_stdin:
            print_fixed(self._inputs, fixed.held)
        return fixed.status, self() if fixed.files or fixed.held else report

    def _fixed_files(self, report: Report, *, unsafe: bool) -> Iterator[FixedFile]:
        from imagelint.writing.fixing import fixed_files

        held = self._inputs.session.held
        return fixed_files(report.findings, report.found.files, self._targets, held, unsafe=unsafe)

    def explain(self, report: Report, *, for_people: bool) -> None:
        """Print the messages about a run, in addition to the findings."""
        self._watch.lap("report")
        if not self._options.quiet:
            for message in self._messages(report, for_people=for_people):
                say(message)
        for message in self._watch.lines() if self._options.timing else ():
            say(message)

    def _messages(self, report: Report, *, for_people: bool) -> Iterator[str]:
        if self._options.verbose:
            from imagelint.commands.verbose import account

            yield from account(report.found, self._inputs.runs)
        if self._options.show_suppressed and report.suppressed:
            from imagelint.commands.verbose import suppressed

            yield from suppressed(report)
        yield from (f"note: {note}" for note in report.notes)
        yield summary(report)
        yield from fixable(report)
        if report.findings and for_people and not self._is_isolated:
            from imagelint.commands.next_step import next_step

            yield from next_step(report, self._inputs.runs)


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
