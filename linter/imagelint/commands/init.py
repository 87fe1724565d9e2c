"""`imagelint init`: a configuration to start from."""

from __future__ import annotations

import json
import os

import click

from imagelint.commands import OK, all_rules
from imagelint.commands.inputs import planned, requested
from imagelint.commands.options import WORLD, input_options
from imagelint.commands.terminal import progress, say, write
from imagelint.config.layers import FILE_NAMES, SCHEMA_NAME, editor_schema
from imagelint.config.starter import starter_configuration
from imagelint.index.index import Index
from imagelint.session import read


@click.command("init")
@input_options
@click.option("--force", is_flag=True, help="Replace a configuration that is there.")
def command(*, paths: tuple[str, ...], context: tuple[str, ...], tracked: bool, force: bool, **listed: object) -> int:
    """Write a commented .imagelint.yaml with what the manifests show, and its schema for editors."""
    path = FILE_NAMES[0]
    if os.path.exists(path) and not force:
        raise click.UsageError(f"{path} is there already; --force replaces it")
    runs = planned(paths, {**WORLD, **listed, "isolated": True})
    found = read(requested(context, tracked, runs, listed), progress)
    write([starter_configuration(Index(found.files))], path)
    write([json.dumps(editor_schema(all_rules()), indent=2) + "\n"], SCHEMA_NAME)
    say(f"{path} written: read it, and decide what it asks; {SCHEMA_NAME} is for editors")
    return OK
