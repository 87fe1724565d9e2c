"""`--fix` and `--diff`: the fixes of findings, written or printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imagelint.commands import FOUND, OK, USAGE
from imagelint.commands.signals import deferred
from imagelint.commands.terminal import say, write
from imagelint.reporting.diff import diff
from imagelint.reporting.summary import counted
from imagelint.text.errors import UserFileError
from imagelint.text.user_info import MASK
from imagelint.writing.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.writing.fixing import FixedFile


class Fixed(NamedTuple):
    """The number of written files, and the exit status if a file failed or a signal arrived."""

    files: int
    status: int = OK
    is_interrupted: bool = False


def print_diff(files: Iterable[FixedFile], *, quiet: bool) -> int:
    """Print what `write_fixes` would change and return the exit status."""
    lines: list[str] = []
    status = OK
    for file in files:
        _explain(file, quiet=quiet)
        if file.problem is not None:
            status = USAGE
        lines += diff(file.path, file.before, file.edits)
    write(lines)
    if not quiet and any(MASK in line for line in lines):
        say("note: what may be secret is masked in this diff, which may not apply for that reason")
    return status or (FOUND if lines else OK)


def write_fixes(files: Iterable[FixedFile], *, quiet: bool) -> Fixed:
    """Write the files that fixes change. A file that cannot be written is reported and does not stop the others.

    A signal that ends the program takes effect after the current file and is followed by a list of the written files.
    """
    written: list[str] = []
    status = OK
    with deferred() as signals:
        for planned in files:
            if signals:
                break
            file = planned if planned.after == planned.before else _written(planned)
            _explain(file, quiet=quiet)
            if file.problem is not None:
                status = USAGE
            elif file.after != file.before:
                written.append(file.path)
    if signals:
        say(f"interrupted: {counted(len(written), 'file')} fixed")
        for path in written:
            say(f"fixed: {path}")
        return Fixed(len(written), 128 + signals[0], is_interrupted=True)
    if not quiet:
        say(f"{counted(len(written), 'file')} fixed")
    return Fixed(len(written), status)


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
