"""`imagelint completion`: what a shell needs to complete commands, options, rules and paths."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from imagelint.commands import OK
from imagelint.commands.terminal import write

_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def command(ctx: click.Context, /, *, shell: str) -> int:
    """Print the completion script of a shell.

    For bash and zsh, add `eval "$(imagelint completion bash)"` to ~/.bashrc or ~/.zshrc; for fish, write the script to
    ~/.config/fish/completions/imagelint.fish. `kubectl imagelint` is completed by the program
    kubectl_complete-imagelint, which is installed with it.
    """
    complete = get_completion_class(shell)
    if complete is None:
        raise click.UsageError(f"{shell} cannot be completed")
    write([complete(ctx.find_root().command, {}, "imagelint", "_IMAGELINT_COMPLETE").source()])
    return OK
