"""`imagelint init`: write a first configuration."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from imagelint.commands import OK, all_rules
from imagelint.commands.options import input_options
from imagelint.commands.terminal import progress, say, write
from imagelint.config.layers import SCHEMA_NAME, editor_schema
from imagelint.config.search import FILE_NAMES
from imagelint.config.starter import starter_configuration
from imagelint.inputs import InputOptions, Inputs
from imagelint.world.world import World


@click.command("init")
@input_options
@click.option("--force", is_flag=True, help="Replace an existing configuration.")
def command(*, force: bool, **given: Any) -> int:  # noqa: ANN401 - the fields of InputOptions
    """Write a commented .imagelint.yaml based on the manifests, and its schema for editors."""
    path = FILE_NAMES[0]
    if os.path.exists(path) and not force:
        raise click.UsageError(f"{path} already exists; use --force to replace it")
    inputs = Inputs(InputOptions(**given, isolated=True))
    found = inputs.read(progress)
    write([starter_configuration(inputs.session.index(World()), found.units.values())], path)
    write([json.dumps(editor_schema(all_rules()), indent=2) + "\n"], SCHEMA_NAME)
    say(f"{path} written; review it before you commit it ({SCHEMA_NAME} is for editors)")
    return OK
