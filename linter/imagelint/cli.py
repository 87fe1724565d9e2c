"""The command line: finds the command and turns its outcome into an exit status."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from imagelint import __version__
from imagelint.commands import FOUND, INTERRUPTED, USAGE
from imagelint.commands.terminal import discard, flush, open_streams, say, show, write
from imagelint.kubelet import KUBERNETES
from imagelint.text.errors import UserFileError
from imagelint.world.knowledge import AS_OF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

_COMMANDS = {
    "check": "lint:command",
    "completion": "completion:command",
    "config": "config:command",
    "diagnose": "diagnose:command",
    "explain": "lookups:explain_command",
    "images": "images:command",
    "init": "init:command",
    "knowledge": "lookups:knowledge_command",
    "rules": "lookups:rules_command",
}


class _Commands(click.Group):
    """Imports a command when it is called. `imagelint PATH` is short for `imagelint check PATH`.

    A folder with the name of a command has to be written as `./images`.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        module, _, name = _COMMANDS.get(cmd_name, "").partition(":")
        command: click.Command | None = getattr(import_module(f"imagelint.commands.{module}"), name) if name else None
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and the options and paths of `check`, whose name is optional."""
        from click.shell_completion import CompletionItem

        check = self.get_command(ctx, "check")
        options = check.shell_complete(ctx, incomplete) if check else []
        paths = [] if incomplete.startswith("-") else [CompletionItem(incomplete, type="file")]
        return [*paths, *options, *super().shell_complete(ctx, incomplete)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_bare = not args and not ctx.resilient_parsing
        if is_bare or (args and args[0] not in {"--help", "--version", "-h", *_COMMANDS}):
            args.insert(0, "check")
        return super().parse_args(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(
    __version__,
    prog_name="imagelint",
    message=f"%(prog)s %(version)s (Kubernetes {KUBERNETES}, knowledge of {AS_OF})",
)
def cli() -> None:
    """Predict which pods will fail with ImagePullBackOff, and why, before anything is deployed.

    imagelint [PATH]... lints files and folders of Kubernetes YAML and JSON, by default the current folder; - is
    standard input.
    """


def complete_for_kubectl(words: Sequence[str]) -> None:
    """Print what may complete the last of the words after `kubectl imagelint`, as kubectl reads it."""
    from click.shell_completion import ShellComplete

    items = ShellComplete(cli, {}, "imagelint", "").get_completions([*words[:-1]], words[-1] if words else "")
    plain = (item for item in items if item.type == "plain")
    write(f"{item.value}\t{item.help}\n" if item.help else f"{item.value}\n" for item in plain)
    # kubectl completes the names of files if there is nothing better.
    write([":0\n"])


def main() -> NoReturn:
    """Run the command line and exit."""
    open_streams()
    status = _run()
    flush()
    # Skip Python's shutdown: freeing every object takes a tenth of a small run.
    os._exit(status)


def _check_working_folder() -> None:
    try:
        os.getcwd()
    except OSError as error:
        raise UserFileError("the working folder does not exist any more") from error


def _program_name(path: str) -> str:
    """The name that the user typed: kubectl finds its plugins by their file names."""
    return "kubectl imagelint" if os.path.basename(path).startswith("kubectl-imagelint") else "imagelint"


def _run() -> int:
    try:
        _check_working_folder()
        status: int = cli.main(prog_name=_program_name(sys.argv[0]), standalone_mode=False)
    except click.ClickException as error:
        show(error)
        return USAGE
    except UserFileError as error:
        for one in (error, *error.others):
            say(f"Error: {one}")
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:  # the reader closed the pipe (`| head`)
        discard(sys.stdout)
        return FOUND
    except Exception as error:  # noqa: BLE001 - a traceback does not help users and may quote a manifest
        from imagelint.linting.crashes import REPORT_IT, crash_of

        say(f"Error: imagelint failed: {crash_of(error)}")
        say(REPORT_IT)
        return USAGE
    return status
