"""`imagelint config`: the effective configuration of an input, with origins; the schema for editors."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from imagelint.commands import OK, all_rules
from imagelint.commands.lint import command as check_command
from imagelint.commands.options import config_option, isolated_option, plugins_option, profile_option
from imagelint.commands.terminal import VARIABLE, say, write
from imagelint.config.effective import DEFAULT, Value, effective_values
from imagelint.config.layers import editor_schema
from imagelint.runs import plan_runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.config.validation import Json

# Longer values move only their own origin to the right.
_WIDEST = 40
_ORIGINS = {ParameterSource.COMMANDLINE: "command line", ParameterSource.ENVIRONMENT: "environment"}


@click.group("config")
def command() -> None:
    """Show the effective configuration, or its schema."""


@command.command("show")
@click.argument("path", default=".", type=click.Path())
@config_option
@isolated_option
@plugins_option
@profile_option
@click.option("--format", "layout", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def show_command(ctx: click.Context, /, *, path: str, layout: str, **world: Any) -> int:  # noqa: ANN401 - options
    """Show every effective value for PATH with its origin: default, FILE:LINE, environment or command line."""
    (run,) = plan_runs([path], all_rules(), **world)
    for note in run.notes:
        say(f"note: {note}")
    given = {value.name: value for value in _given(ctx)}
    values = [given.pop(value.name, value) for value in effective_values(run.configuration, all_rules())]
    values = [*given.values(), *values]
    if layout == "json":
        write([json.dumps({"version": 1, "values": [value._asdict() for value in values]}, indent=2) + "\n"])
    else:
        write(_table(values))
    return OK


@command.command("schema")
def schema_command() -> int:
    """Print the JSON Schema of the configuration, including the names of the rules."""
    write([json.dumps(editor_schema(all_rules()), indent=2) + "\n"])
    return OK


def _given(ctx: click.Context) -> Iterator[Value]:
    """Values from the command line or the environment, and defaults of options that have no configuration key."""
    lint = check_command.make_context("check", [], resilient_parsing=True)
    given = {**lint.params, **ctx.params, "color": os.environ[VARIABLE]}
    for option in check_command.params:
        name = option.name or ""
        if option.envvar is None:
            continue
        source = (ctx if name in ctx.params else lint).get_parameter_source(name)
        if source is not None and source in _ORIGINS:
            yield Value(_shown_name(name), given[name], _ORIGINS[source])
        elif name not in ctx.params:
            yield Value(_shown_name(name), given[name] or "text", DEFAULT)


def _shown_name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _table(values: Sequence[Value]) -> Iterator[str]:
    rows = [(value.name, _text(value.value), value.origin) for value in values]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, text, origin in rows:
        yield f"{name.ljust(widths[0])}  {text.ljust(min(widths[1], _WIDEST))}  {origin}\n"


def _text(value: Json) -> str:
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
