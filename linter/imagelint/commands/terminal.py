"""Output: findings to standard output or a file, everything else to standard error."""

from __future__ import annotations

import os
import sys
from io import StringIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

import click

from imagelint.commands.colour import has_colour
from imagelint.text.errors import UserFileError
from imagelint.text.paths import shown
from imagelint.text.source import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imagelint.sources.discover import InputFile

# A run with fewer files ends before anybody could read a progress bar.
_MANY_FILES = 1500
# What messages begin with.
_COLOURS = {"Error:": "red", "note:": "cyan", "next:": "green", "[*]": "green"}


def write(pieces: Iterable[str], output: str | None = None) -> None:
    """Print, or write to a file. Raises UserFileError."""
    if output is None or output == "-":
        _print(pieces)
        return
    from imagelint.config.containment import link_out_of_tree
    from imagelint.writing.files import replace_file

    link = link_out_of_tree(output)
    if link is not None:
        message = f"the symbolic link {shown(link)} leads out of the work tree; name its target to write there"
        raise UserFileError(f"{output}: not written: {message}")
    encoded = (piece.encode("utf-8", "backslashreplace") for piece in pieces)
    if _is_stream(output):
        try:
            with open(output, "wb") as file:
                file.writelines(encoded)
        except OSError as error:
            raise _unwritable(output, error) from error
    else:
        from imagelint.commands.signals import as_exceptions

        with as_exceptions():
            replace_file(output, encoded)


def write_beside(pieces: Iterable[str]) -> None:
    """Print to standard error what standard output has no room for."""
    try:
        sys.stderr.writelines(pieces)
    except OSError:
        discard(sys.stderr)


def write_bytes(data: bytes) -> None:
    """Print a text with its own line ends. Raises UserFileError."""
    sys.stdout.flush()
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard(sys.stdout)
        raise _unwritable("standard output", error) from error


def _is_stream(path: str) -> bool:
    """Whether a path is a pipe, a device or `/dev/stdout`, which cannot be replaced."""
    return path.startswith(("/dev/", "/proc/")) or (os.path.exists(path) and not os.path.isfile(path))


def _print(pieces: Iterable[str]) -> None:
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard(sys.stdout)
        raise _unwritable("standard output", error) from error


def _unwritable(name: str, error: OSError) -> UserFileError:
    return UserFileError(f"{name or 'an empty path'}: cannot be written: {refusal(error)}")


def open_streams() -> None:
    """Make standard output and error UTF-8 in any locale, and discard output to streams that are closed (`>&-`)."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _nowhere() -> TextIO:
    return open(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", closefd=False)


def discard(stream: TextIO) -> None:
    """Redirect a stream that cannot be written to the null device, so that Python's final flush does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def flush() -> None:
    """Flush standard output and error, ignoring failures: there is no stream left to report them on."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            discard(stream)


def say(message: str) -> None:
    """Print a message that is not a finding."""
    from imagelint.text.printable import printable

    try:
        print(_coloured(printable(message)), file=sys.stderr)  # noqa: T201 - this is the command line
    except OSError:
        discard(sys.stderr)


def _coloured(line: str) -> str:
    """A line with the colour that its first word has, if standard error has colours."""
    start = next((start for start in _COLOURS if line.startswith(start)), None)
    if start is None or not has_colour(sys.stderr):
        return line
    return click.style(start, fg=_COLOURS[start], bold=True) + line[len(start) :]


def show(error: click.ClickException) -> None:
    """Print a usage error."""
    from imagelint.text.printable import printable_lines

    text = StringIO()
    error.show(text)
    try:
        # It may name a path that a stranger chose.
        for line in printable_lines(text.getvalue().rstrip("\n")):
            print(_coloured(line), file=sys.stderr)  # noqa: T201 - as above
    except OSError:
        discard(sys.stderr)


def progress(files: Sequence[InputFile]) -> Iterable[InputFile]:
    """The files, with a progress bar on standard error if there are many and it is a terminal."""
    if len(files) < _MANY_FILES or not sys.stderr.isatty() or os.environ.get("CI"):
        yield from files
        return
    with click.progressbar(files, label="reading", file=sys.stderr) as bar:
        yield from bar
