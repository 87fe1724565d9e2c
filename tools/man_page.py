"""Make the man page, `man/imagelint.1`, from the commands and their options."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagelint.cli import cli
from imagelint.world.knowledge import AS_OF
from packages import version

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parents[1] / "man/imagelint.1"
_END = """.SH EXIT STATUS
0: no finding at or above \\-\\-fail\\-on. 1: findings. 2: wrong usage, an invalid configuration, a path that cannot be
read, or a defect of imagelint. 130: interrupted.
.SH FILES
\\&.imagelint.yaml: the configuration of a folder and of what is below it.
.SH SEE ALSO
kubectl(1)
"""


def page() -> str:
    """The text of the page."""
    return "".join(_lines())


def _lines() -> Iterator[str]:
    yield f'.TH IMAGELINT 1 "{AS_OF}" "imagelint {version()}" "User commands"\n.SH NAME\n'
    yield "imagelint \\- predict which Kubernetes pods will fail with ImagePullBackOff\n"
    yield ".SH SYNOPSIS\n.B imagelint\n[COMMAND] [OPTIONS] [PATH]...\n.SH DESCRIPTION\n"
    yield f"{_text(cli.help or '')}\n"
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if command is not None:
            yield from _command(name, command)
    yield _END


def _command(name: str, command: click.Command) -> Iterator[str]:
    yield f".SH {name.upper()}\n{_text(command.help or '')}\n"
    if isinstance(command, click.Group):
        for part in command.commands.values():
            yield f".TP\n.B {name} {part.name}\n{_text(part.help or '')}\n"
    for option in command.params:
        record = option.get_help_record(click.Context(command))
        if record is not None:
            yield f".TP\n.B {_text(record[0])}\n{_text(record[1])}\n"


def _text(text: str) -> str:
    """A text of the help for roff: without its line breaks, and with what roff would act on escaped."""
    whole = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{whole}" if whole.startswith((".", "'")) else whole


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
