"""What is printed where: findings on standard output or into a file, all else on standard error."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from imagelint.errors import UserFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imagelint.discover import InputFile

# Below this many files a run is over before a progress bar could be read.
_MANY_FILES = 1500


def write(pieces: Iterable[str], output: str | None = None) -> None:
    """Print, or write a file. Raises UserFileError."""
    if output is None:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
        return
    try:
        with click.open_file(output, "w", encoding="utf-8") as file:
            file.writelines(pieces)
    except OSError as error:
        raise UserFileError(f"{output}: cannot be written: {(error.strerror or str(error)).lower()}") from error


def say(message: str) -> None:
    """Tell the user something besides the findings."""
    from imagelint.reporters.printable import printable

    print(printable(message), file=sys.stderr)  # noqa: T201 - this is the command line


def progress(files: Sequence[InputFile]) -> Iterable[InputFile]:
    """The files, with a bar on standard error where there are many and somebody looks."""
    if len(files) < _MANY_FILES or not sys.stderr.isatty() or os.environ.get("CI"):
        yield from files
        return
    with click.progressbar(files, label="reading", file=sys.stderr) as bar:
        yield from bar
