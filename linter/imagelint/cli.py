"""The command line: the only place that prints, exits and brings the engine and the rules together."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

import click

from imagelint import __version__
from imagelint.colour import CHOICES, use_colour
from imagelint.engine import Request, read
from imagelint.errors import UserFileError
from imagelint.findings import Severity
from imagelint.index import Index
from imagelint.options import input_options, knowledge_option, world_options
from imagelint.reporters import FORMATS, Report, render, summary
from imagelint.runs import Run, check_runs, is_excluded, plan_runs, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from imagelint.discover import InputFile
    from imagelint.engine import Input
    from imagelint.findings import Finding
    from imagelint.rule import Rule
    from imagelint.settings import Settings

OK, FOUND, USAGE, INTERRUPTED = 0, 1, 2, 130
# Below this many files a run is over before a progress bar could be read.
_MANY_FILES = 1500


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
    color: str,
    **world: object,
) -> int:
    """Lint files and folders (the default command).

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or input path, 130 interrupted.
    """
    runs = _runs(paths, world)
    request = _request(paths, context, tracked, runs)
    found = _read(request)
    outcome = check_runs(_rules(), found, runs)
    if fixing == "diff":
        return _print_diff(outcome.findings, unsafe=unsafe_fixes)
    if fixing == "fix" and _fix(outcome.findings, unsafe=unsafe_fixes):
        found = _read(request)
        outcome = check_runs(_rules(), found, runs)
    colour = output is None and use_colour(color, os.environ, is_terminal=sys.stdout.isatty())
    report = Report(outcome.findings, found, colour, outcome.suppressed)
    _write(render(report, format_), output)
    for note in found.notes:
        _say(f"note: {note}")
    _say(summary(report))
    return FOUND if any(finding.severity.reaches(Severity(fail_on)) for finding in outcome.findings) else OK


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
    found = _read(_request(paths, context, tracked, runs))
    parts = [(Index(found.files, settings), run.own(found.reported)) for run, settings in runs]
    entries = [entry for index, reported in parts for entry in image_entries(index, reported)]
    if format_ == "plain":
        _write(sorted({line for index, reported in parts for line in image_references(index, reported)}), None)
    elif format_ == "json":
        import json

        _write([json.dumps(entries, indent=2) + "\n"], None)
    else:
        _write(image_table(entries), None)
    for note in found.notes:
        _say(f"note: {note}")
    return OK


@cli.command("rules")
def rules_command() -> int:
    """List the rules with their severity."""
    rules = _rules()
    width = max(len(rule.name) for rule in rules)
    _write((f"{rule.name.ljust(width)}  {_level(rule).ljust(7)}  {rule.summary}\n" for rule in rules), None)
    return OK


@cli.command("explain")
@click.argument("rule", metavar="RULE|MESSAGE")
def explain_command(*, rule: str) -> int:
    """Print the manual page of a rule, or say what a message of the kubelet means."""
    if " " in rule:
        return _explain_message(rule)
    rules = {known.name: known for known in _rules()}
    if rule not in rules:
        import difflib

        near = difflib.get_close_matches(rule, rules, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else "; `imagelint rules` lists them all"
        raise click.UsageError(f"there is no rule `{rule}`{hint}")
    known = rules[rule]
    _write([f"# {known.name} ({_level(known)})\n\n{known.manual}\n"], None)
    return OK


@cli.command("knowledge")
@click.argument("text", required=False)
@knowledge_option
def knowledge_command(*, text: str | None, knowledge: tuple[str, ...]) -> int:
    """Show what is known of a host, of an image or of what names TEXT, with date and source."""
    from imagelint.knowledge.added import read_knowledge
    from imagelint.knowledge.lookup import entries_for

    blocks = [*entries_for(read_knowledge(knowledge), text)]
    if not blocks:
        _say(f"nothing is known of `{text}`")
        return FOUND
    _write(["\n".join(blocks)], None)
    return OK


def _explain_message(message: str) -> int:
    from imagelint.messages import explained

    lines = explained(message)
    if not lines:
        raise click.UsageError("the message tells no cause that imagelint knows")
    _write(lines, None)
    return OK


def _level(rule: Rule) -> str:
    return rule.severity if rule.on else "off"


def _rules() -> Sequence[Rule]:
    from imagelint_rules import RULES

    return RULES


def _runs(paths: tuple[str, ...], world: Mapping[str, Any]) -> list[tuple[Run, Settings]]:
    """The inputs by configuration, with the settings for each."""
    if not paths:
        raise click.UsageError("name a file or folder to lint, or - for standard input")
    names = [rule.name for rule in _rules()]
    today = world["today"].date() if world["today"] else None
    return [
        (run, settings_of(run, inventory=world["inventory"], knowledge=world["knowledge"], today=today))
        for run in plan_runs(paths, names, config=world["config"], isolated=world["isolated"])
    ]


def _request(
    paths: tuple[str, ...], context: tuple[str, ...], tracked: bool, runs: Sequence[tuple[Run, Settings]]
) -> Request:
    has_excludes = any(run.configuration.exclude for run, _ in runs)
    plain_runs = [run for run, _ in runs]
    return Request(paths, context, tracked, (lambda path: is_excluded(plain_runs, path)) if has_excludes else None)


def _print_diff(findings: Sequence[Finding], *, unsafe: bool) -> int:
    from imagelint.fixes import diff, fixed_files

    lines = [line for path, before, after in fixed_files(findings, unsafe=unsafe) for line in diff(path, before, after)]
    _write(lines, None)
    return FOUND if lines else OK


def _fix(findings: Sequence[Finding], *, unsafe: bool) -> int:
    """Write the fixes, and return how many files changed."""
    from imagelint.fixes import fixed_files, write

    changed = [*fixed_files(findings, unsafe=unsafe)]
    for path, _, after in changed:
        try:
            write(path, after)
        except OSError as error:
            raise click.UsageError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    _say(f"{len(changed)} file{'' if len(changed) == 1 else 's'} fixed")
    return len(changed)


def _read(request: Request) -> Input:
    return read(request, _progress)


def _progress(files: Sequence[InputFile]) -> Iterable[InputFile]:
    if len(files) < _MANY_FILES or not sys.stderr.isatty() or os.environ.get("CI"):
        yield from files
        return
    with click.progressbar(files, label="reading", file=sys.stderr) as bar:
        yield from bar


def _write(pieces: Iterable[str], output: str | None) -> None:
    if output is None:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
        return
    try:
        with click.open_file(output, "w", encoding="utf-8") as file:
            file.writelines(pieces)
    except OSError as error:
        raise click.UsageError(f"{output}: cannot be written: {(error.strerror or str(error)).lower()}") from error


def _say(message: str) -> None:
    from imagelint.reporters.printable import printable

    print(printable(message), file=sys.stderr)  # noqa: T201 - this is the command line


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
        _say(f"Error: {error}")
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has enough (`| head`). Nothing may be flushed into the closed pipe when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    return status
