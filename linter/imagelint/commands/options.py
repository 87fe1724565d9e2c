"""Options that several commands share, and what they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from imagelint.commands import all_rules
from imagelint.commands.colour import CHOICES
from imagelint.linting.finding import Severity
from imagelint.linting.selection import PROFILES
from imagelint.reporting import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

knowledge_option = click.option(
    "--knowledge",
    multiple=True,
    metavar="FILE",
    type=click.Path(),
    help="Add entries to the knowledge base, or replace them.",
)
config_option = click.option(
    "--config",
    metavar="FILE",
    type=click.Path(),
    envvar="IMAGELINT_CONFIG",
    show_envvar=True,
    help="Use this configuration for all inputs.",
)
isolated_option = click.option("--isolated", is_flag=True, help="Read no configuration, whatever names one.")
plugins_option = click.option(
    "--allow-plugins", is_flag=True, help="Run the Python code that a configuration names under `plugins`."
)
profile_option = click.option(
    "--profile",
    type=click.Choice(PROFILES),
    envvar="IMAGELINT_PROFILE",
    show_envvar=True,
    help="Tell what is on by default, what any rule finds (strict), or only what the model proves (certain).",
)


def complete_rules(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of rules, for a shell; names before the last comma stay as they are."""
    del ctx, parameter
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{rule.name}" for rule in all_rules() if rule.name.startswith(last)]


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What is read: files and folders, and what is around them."""
    options = (
        click.argument("paths", nargs=-1, metavar="PATH...", type=click.Path()),
        click.option(
            "--files-from",
            metavar="FILE",
            type=click.Path(),
            help="Also read the paths in FILE, one on each line or separated by NUL; - is standard input.",
        ),
        click.option(
            "--stdin-filename",
            metavar="PATH",
            type=click.Path(),
            help="How to call standard input, and where it belongs.",
        ),
        click.option("--tracked", is_flag=True, help="On a walk read only files that git tracks."),
        click.option(
            "--context",
            multiple=True,
            metavar="DIR",
            type=click.Path(),
            help="Also read DIR for secrets and accounts; its own findings are not told. May be repeated.",
        ),
        click.option(
            "--jobs",
            "-j",
            metavar="N",
            type=click.IntRange(min=1),
            help="Read in N processes, not in as many as pay. What is found is the same.",
        ),
        click.option(
            "--strict-syntax",
            "--no-screen",
            "is_strict",
            is_flag=True,
            help="Parse also documents that cannot hold an image or a secret, and tell their syntax errors.",
        ),
    )
    return _with_options(command, options)


def world_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What is known besides the manifests."""
    options = (
        click.option(
            "--inventory",
            multiple=True,
            metavar="PATH",
            type=click.Path(),
            help="A list of the images that can be pulled, in any of the forms of `explain image-not-in-inventory`.",
        ),
        knowledge_option,
        config_option,
        isolated_option,
        plugins_option,
        click.option(
            "--today",
            type=click.DateTime(["%Y-%m-%d"]),
            metavar="DATE",
            help="Judge announced ends for this day, not for that of the clock.",
        ),
    )
    return _with_options(command, options)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which rules run, before what the configuration says."""
    options = (
        profile_option,
        click.option(
            "--select",
            multiple=True,
            metavar="RULES",
            shell_complete=complete_rules,
            help="Run these rules only (separated by commas).",
        ),
        click.option(
            "--ignore", multiple=True, metavar="RULES", shell_complete=complete_rules, help="Do not run these rules."
        ),
        click.option(
            "--all",
            "tells_all",
            is_flag=True,
            help="Also report what is found in test data, vendored folders and objects read back from a cluster.",
        ),
    )
    return _with_options(command, options)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How findings are told, and what they make of the exit status."""
    options = (
        click.option(
            "--format",
            "format_",
            type=click.Choice([*FORMATS]),
            multiple=True,
            envvar="IMAGELINT_FORMAT",
            show_envvar=True,
            help="How findings are told (default: text). May be repeated, each with an --output.",
        ),
        click.option(
            "--output",
            type=click.Path(dir_okay=False),
            multiple=True,
            help="Write what the --format before it gives to a file, not to standard output.",
        ),
        click.option("--statistics", is_flag=True, help="Print how many findings each rule has, in place of them."),
        click.option("--quiet", "-q", is_flag=True, help="Print nothing but findings."),
        click.option("--verbose", "-v", is_flag=True, help="Also say what was read, what was left out, and why."),
        click.option("--timing", is_flag=True, help="Also say how long each stage and each rule took."),
        click.option(
            "--color",
            type=click.Choice(CHOICES),
            default="auto",
            show_default=True,
            envvar="IMAGELINT_COLOR",
            show_envvar=True,
        ),
        click.option(
            "--fail-on",
            type=click.Choice([level.value for level in Severity]),
            default=Severity.WARNING.value,
            show_default=True,
            envvar="IMAGELINT_FAIL_ON",
            show_envvar=True,
            help="Exit with 1 for a finding of this severity or worse.",
        ),
        click.option(
            "--require-manifests",
            is_flag=True,
            help="Exit with 2 if no Kubernetes object was read: a wrong path, or nothing was rendered.",
        ),
        click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found."),
    )
    return _with_options(command, options)


def _with_options(command: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
