"""Options that several commands share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from imagelint.commands import all_rules
from imagelint.commands.terminal import CHOICES, VARIABLE
from imagelint.linting.finding import Severity
from imagelint.linting.selection import PROFILES
from imagelint.reporting import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

# One for all: each looks its name up in the translations of click.
PATH = click.Path()

knowledge_option = click.option(
    "--knowledge",
    multiple=True,
    metavar="FILE",
    type=PATH,
    help="Extend or override the knowledge base with the entries in FILE.",
)
config_option = click.option(
    "--config",
    metavar="FILE",
    type=PATH,
    envvar="IMAGELINT_CONFIG",
    show_envvar=True,
    help="Use this configuration file for all inputs.",
)
isolated_option = click.option("--isolated", is_flag=True, help="Ignore all configuration files.")
plugins_option = click.option(
    "--allow-plugins", is_flag=True, help="Run the Python code that a configuration names under `plugins`."
)
profile_option = click.option(
    "--profile",
    type=click.Choice(PROFILES),
    envvar="IMAGELINT_PROFILE",
    show_envvar=True,
    help="Which findings to report: those of the default rules, of all rules (strict), or only certain ones (certain).",
)

format_option = click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output format."
)


def _keep_colour(ctx: click.Context, parameter: click.Parameter, choice: str) -> str:
    del ctx, parameter
    os.environ[VARIABLE] = choice
    return choice


color_option = click.option(
    "--color",
    type=click.Choice(CHOICES),
    default="auto",
    show_default=True,
    envvar=VARIABLE,
    show_envvar=True,
    expose_value=False,
    is_eager=True,
    callback=_keep_colour,
    help="Whether to use colours; NO_COLOR and FORCE_COLOR count as well.",
)


class _Day(click.ParamType["date"]):
    """A date such as 2027-01-31."""

    name = "date"

    def convert(self, value: date | str, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date; a wrong one is a usage error."""
        from datetime import date

        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"`{value}` is not a date such as 2027-01-31", param, ctx)


def complete_rules(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a rule after the last comma."""
    del ctx, parameter
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{rule.name}" for rule in all_rules() if rule.name.startswith(last)]


def _given(ctx: click.Context, parameter: click.Parameter, paths: tuple[str, ...]) -> tuple[str, ...] | None:
    """The paths of a command; None if there are none, which means the current folder."""
    del ctx, parameter
    return paths or None


def input_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for what is read."""
    options = (
        click.argument("paths", nargs=-1, metavar="[PATH]...", type=PATH, callback=_given),
        click.option(
            "--files-from",
            metavar="FILE",
            type=PATH,
            help="Also read the paths listed in FILE, one per line or separated by NUL; - is standard input.",
        ),
        click.option(
            "--stdin-filename",
            metavar="PATH",
            type=PATH,
            help="Path of standard input in reports and for the configuration.",
        ),
        click.option(
            "--force-exclude", is_flag=True, help="Also leave out files that are named, if `exclude` covers them."
        ),
        click.option("--tracked", is_flag=True, help="In folders, read only files that git tracks."),
        click.option(
            "--context",
            multiple=True,
            metavar="DIR",
            type=PATH,
            help="Also read DIR for secrets and service accounts, without reporting findings in it. May be repeated.",
        ),
        click.option(
            "--jobs",
            "-j",
            metavar="N",
            type=click.IntRange(min=1),
            help="Number of worker processes (default: automatic). Does not change the findings.",
        ),
        click.option("--no-cache", is_flag=True, help="Do not keep rendered charts in the cache folder of the user."),
        click.option("--no-render", is_flag=True, help="Do not render charts with helm; only read their values."),
        click.option(
            "--strict-syntax",
            "--no-screen",
            "is_strict",
            is_flag=True,
            help="Parse every document, to report syntax errors even in those that cannot hold images or secrets.",
        ),
    )
    return _with_options(command, options)


def world_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for what is known besides the manifests."""
    options = (
        click.option(
            "--inventory",
            multiple=True,
            metavar="PATH",
            type=PATH,
            help="List of images that can be pulled; `imagelint explain image-not-in-inventory` lists the formats.",
        ),
        knowledge_option,
        config_option,
        isolated_option,
        plugins_option,
        click.option(
            "--today",
            type=_Day(),
            metavar="DATE",
            help="Evaluate end-of-life dates as of DATE (default: today).",
        ),
    )
    return _with_options(command, options)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for which rules run; they override the configuration."""
    options = (
        profile_option,
        click.option(
            "--select",
            multiple=True,
            metavar="RULES",
            shell_complete=complete_rules,
            help="Run only these rules: names or patterns such as 'pull-secret-*', comma-separated; ALL runs all.",
        ),
        click.option(
            "--ignore",
            multiple=True,
            metavar="RULES",
            shell_complete=complete_rules,
            help="Do not run these rules: names or patterns, comma-separated.",
        ),
        click.option(
            "--no-ignores", is_flag=True, help="Also report what comments, annotations and the configuration suppress."
        ),
        click.option(
            "--all",
            "tells_all",
            is_flag=True,
            help="Also report what is found in test data, vendored folders, archives, released versions and objects "
            "read back from a cluster; report examples, tests and templates like what is deployed.",
        ),
    )
    return _with_options(command, options)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for output and exit status."""
    options = (
        click.option(
            "--format",
            "format_",
            type=click.Choice([*FORMATS]),
            multiple=True,
            envvar="IMAGELINT_FORMAT",
            show_envvar=True,
            help="Output format (default: text). May be repeated, each with its own --output.",
        ),
        click.option(
            "--output",
            type=click.Path(dir_okay=False),
            multiple=True,
            help="Write the preceding --format to this file instead of standard output.",
        ),
        click.option("--statistics", is_flag=True, help="Print counts per rule instead of findings."),
        click.option(
            "--max-findings",
            metavar="N",
            type=click.IntRange(min=1),
            help="In the formats text and concise, print at most N findings and the number of the others.",
        ),
        click.option("--show-suppressed", is_flag=True, help="Also list suppressed findings, with their reasons."),
        click.option("--quiet", "-q", is_flag=True, help="Print only findings."),
        click.option(
            "--verbose", "-v", is_flag=True, help="Also print all places, what was read, and what was skipped and why."
        ),
        click.option("--timing", is_flag=True, help="Also print the duration of each stage and each rule."),
        color_option,
        click.option(
            "--fail-on",
            type=click.Choice([level.value for level in Severity]),
            default=Severity.WARNING.value,
            show_default=True,
            envvar="IMAGELINT_FAIL_ON",
            show_envvar=True,
            help="Exit with 1 if there is a finding of this severity or worse.",
        ),
        click.option(
            "--require-manifests",
            is_flag=True,
            help="Exit with 2 if no Kubernetes object was read: a wrong path, or nothing was rendered.",
        ),
        click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings."),
    )
    return _with_options(command, options)


def _with_options(command: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
