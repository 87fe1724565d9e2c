"""`imagelint images`: the images that pods pull, for people and programs."""

from __future__ import annotations

from typing import Any

import click

from imagelint.commands import OK, USAGE
from imagelint.commands.options import input_options, world_options
from imagelint.commands.terminal import progress, say, write
from imagelint.inputs import InputOptions, Inputs
from imagelint.linting.crashes import REPORT_IT
from imagelint.reporting.image_rows import image_entries, image_references, image_table


@click.command("images")
@input_options
@world_options
@click.option("--format", "format_", type=click.Choice(["table", "json", "plain"]), default="table", show_default=True)
def command(*, format_: str, **given: Any) -> int:  # noqa: ANN401 - the fields of InputOptions
    """List every image with its pull policy, service account and effective pull secrets.

    The format `plain` prints each image that can be pulled once, one per line.
    """
    inputs = Inputs(InputOptions(**given))
    found = inputs.read(progress)
    parts = [(index, sources) for _, sources, index in inputs.session.parts(inputs.runs)]
    entries = [entry for index, reported in parts for entry in image_entries(index, found, reported)]
    if format_ == "plain":
        write(sorted({line for index, reported in parts for line in image_references(index, found, reported)}))
    elif format_ == "json":
        from imagelint.reporting.json_text import json_text

        write([json_text(entries)])
    else:
        write(image_table(entries))
    for note in found.notes:
        say(f"note: {note}")
    crashes = {source.path: facts.crash for source, facts in found.files.items() if facts.crash is not None}
    for path, crash in crashes.items():
        say(f"{path}: imagelint failed to read this file: {crash}; {REPORT_IT}")
    return USAGE if crashes else OK
