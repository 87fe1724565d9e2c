"""`--fix` and `--diff`: the fixes of findings, written or printed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from imagelint.commands import FOUND, OK, USAGE
from imagelint.commands.signals import deferred
from imagelint.commands.terminal import has_colour, say, write, write_bytes
from imagelint.reporting.diff import diff
from imagelint.reporting.summary import counted
from imagelint.text.errors import UserFileError
from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple
from imagelint.text.source import Source
from imagelint.text.user_info import MASK
from imagelint.writing.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.inputs import Inputs
    from imagelint.writing.fixing import FixedFile

_COLOURS = {"@": "cyan", "-": "red", "+": "green"}


class Fixed(NamedTuple):
    """The number of written files, the text of standard input, and the status if a file failed or a signal arrived."""

    files: int
    status: int = OK
    held: FixedFile | None = None


def print_diff(files: Iterable[FixedFile], *, quiet: bool) -> int:
    """Print what `write_fixes` would change and return the exit status."""
    lines: list[str] = []
    status, changed, fixes = OK, 0, 0
    for file in files:
        _explain(file, quiet=quiet)
        if file.problem is not None:
            status = USAGE
        of_file = [*diff(file.path, file.before, file.edits)]
        lines += of_file
        changed, fixes = changed + bool(of_file), fixes + file.fixes
    write(map(_coloured, lines) if has_colour(sys.stdout) else lines)
    if not quiet:
        if any(MASK in line for line in lines):
            say("note: what may be secret is masked in this diff, which may not apply for that reason")
        say(f"--fix would change {_counts(changed, fixes)}" if lines else "there is nothing that --fix would change")
    return status or (FOUND if lines else OK)


def _coloured(line: str) -> str:
    is_header = line.startswith(("--- ", "+++ "))
    text = line.rstrip("\r\n")
    return (
        click.style(text, fg=None if is_header else _COLOURS.get(line[:1]), bold=is_header or None) + line[len(text) :]
    )


def write_fixes(files: Iterable[FixedFile], *, quiet: bool) -> Fixed:
    """Write the files that fixes change. A file that cannot be written is reported and does not stop the others.

    A signal that ends the program takes effect after the current file and is followed by a list of the written files.
    """
    written: list[str] = []
    status, fixes, held = OK, 0, None
    with deferred() as signals:
        for planned in files:
            if signals:
                break
            file = planned if planned.is_held or planned.after == planned.before else _written(planned)
            _explain(file, quiet=quiet)
            if file.problem is not None:
                status = USAGE
            elif file.after != file.before:
                written.append(file.path)
                fixes += file.fixes
                held = file if file.is_held else held
    if signals:
        say(f"interrupted: {counted(len(written), 'file')} fixed")
        for path in written:
            say(f"fixed: {path}")
        return Fixed(len(written), 128 + signals[0])
    if not quiet:
        found = f" ({counted(fixes, 'finding')})" if fixes else ""
        say(f"{counted(len(written), 'file')} fixed{found}")
    return Fixed(len(written), status, held)


def print_fixed(inputs: Inputs, fixed: FixedFile | None) -> None:
    """Print standard input as fixes left it, and lint that from now on."""
    id_ = SourceId(inputs.request.stdin_name)
    text = fixed.after if fixed is not None else inputs.session.held.read(id_).data
    write_bytes(text)
    inputs.session.update(Source(id_, text))


def _counts(files: int, fixes: int) -> str:
    return f"{counted(files, 'file')} ({counted(fixes, 'finding')})"


def _written(file: FixedFile) -> FixedFile:
    """The written file, or the file with the problem that prevented it."""
    try:
        replace_file(file.path, [file.after], expected=file.before)
    except UserFileError as error:
        return file._replace(problem=str(error))
    return file


def _explain(file: FixedFile, *, quiet: bool) -> None:
    if file.problem is not None:
        say(f"Error: {file.problem}; not fixed")
    for note in () if quiet else file.notes:
        say(f"note: {note}")
