"""Output: findings to standard output or a file, everything else to standard error; and whether it has colours."""

from __future__ import annotations

import os
import sys
from io import StringIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

import click

from imagelint.text.errors import UserFileError
from imagelint.text.paths import shown
from imagelint.text.source import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from imagelint.sources.discover import InputFile

# A run with fewer files ends before anybody could read a progress bar.
_MANY_FILES = 1500
# Where `--color` is kept, so that what is printed before and after a command agrees with it.
VARIABLE = "IMAGELINT_COLOR"
CHOICES = ("auto", "always", "never")
# Nobody has a terminal with more columns than four digits can say.
_WIDTH_DIGITS = 5
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


def use_colour(choice: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Decide by `--color`, then NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, TERM=dumb and the terminal, in this order.

    Empty variables (no-color.org), FORCE_COLOR=0 and CLICOLOR_FORCE=0 count as not set.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal and environment.get("TERM") != "dumb"


def has_colour(stream: TextIO) -> bool:
    """Whether to colour what is printed to a stream."""
    return use_colour(os.environ.get(VARIABLE) or "auto", os.environ, is_terminal=stream.isatty())


def width_of(stream: TextIO) -> int | None:
    """How many columns a terminal has; None for a file or a pipe, where nothing is wrapped."""
    if not stream.isatty():
        return None
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and len(columns) < _WIDTH_DIGITS:
        return int(columns) or None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None


def use_links(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether the output supports OSC 8 hyperlinks: it is a terminal that is not `dumb`."""
    return is_terminal and environment.get("TERM") != "dumb"
