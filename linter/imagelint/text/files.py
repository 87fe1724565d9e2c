"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from imagelint.text.errors import UserFileError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable


def replace_file(path: str, pieces: Iterable[bytes]) -> None:
    """Write a file, or replace it with the permissions that it has; a symbolic link stays one. Raises UserFileError."""
    try:
        _replace(os.path.realpath(path), pieces)
    except OSError as error:
        raise UserFileError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from error


def _replace(target: str, pieces: Iterable[bytes]) -> None:
    import tempfile

    with _orderly_end():
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".imagelint-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
            os.chmod(temporary, _mode(target))
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise


def _mode(target: str) -> int:
    """The permissions of a file, or those that a new one gets."""
    try:
        return os.stat(target).st_mode
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


@contextmanager
def _orderly_end() -> Generator[None]:
    """While a temporary file is there, SIGTERM ends the program with an exception, not on the spot."""
    import signal

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
