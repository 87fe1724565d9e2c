"""Files that are written as a whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from imagelint.text.errors import UserFileError
from imagelint.text.source import refusal

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from typing import BinaryIO

# The descriptors of this process as paths, by which Linux gives a file without a name one.
_DESCRIPTORS = "/proc/self/fd"
_NEW_FILE = 0o666


def replace_file(path: str, pieces: Iterable[bytes], *, expected: bytes | None = None) -> None:
    """Write a file, or replace it; a symbolic link stays one. With `expected`, only a file with that content.

    A file keeps its owner, permissions and extended attributes. One that has several names (hard links), or an owner
    that this process cannot give to another file, is overwritten instead, so that it stays the same file.
    Raises UserFileError.
    """
    try:
        _replace(os.path.realpath(path), pieces, expected)
    except UserFileError as error:
        raise UserFileError(f"{path}: {error}") from None
    except OSError as error:
        raise UserFileError(f"{path or 'an empty path'}: cannot be written: {refusal(error)}") from error


def read_unchanged(path: str) -> bytes:
    """The content of a file that was read before. Raises UserFileError if it is gone or something else now."""
    try:
        # A pipe would wait for somebody who writes to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UserFileError("is no longer a regular file")
            return file.read()
    except FileNotFoundError:
        raise UserFileError("was removed since it was read") from None
    except IsADirectoryError:
        raise UserFileError("is no longer a regular file") from None
    except OSError as error:
        raise UserFileError(f"cannot be read: {refusal(error)}") from error


def _replace(target: str, pieces: Iterable[bytes], expected: bytes | None) -> None:
    try:
        known = os.stat(target)
    except FileNotFoundError:
        known = None
    with _temporary(os.path.dirname(target), stat.S_IMODE(known.st_mode) if known else _NEW_FILE) as (file, name):
        with open(file, "wb", closefd=False) as stream:
            stream.writelines(pieces)
        can_replace = known is None or (known.st_nlink == 1 and _made_alike(file, target, known))
        if expected is not None and read_unchanged(target) != expected:
            raise UserFileError("has changed since it was read")
        if can_replace:
            _put(file, name, target)
        else:
            _overwrite(target, file)


@contextmanager
def _temporary(folder: str, mode: int) -> Generator[tuple[int, str]]:
    """A file to write to, and the name that it has or is to get; without a name if the system can do that.

    A file without a name vanishes even if the process is killed.
    """
    name = os.path.join(folder, f".imagelint-{os.urandom(8).hex()}")
    file = _unnamed(folder, mode)
    if file is None:
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        yield file, name
    finally:
        os.close(file)
        if os.path.lexists(name):  # else it has its final name, or never had one
            os.unlink(name)


def _unnamed(folder: str, mode: int) -> int | None:
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not os.path.isdir(_DESCRIPTORS):
        return None
    try:
        return os.open(folder, flag | os.O_RDWR | os.O_CLOEXEC, mode)
    except OSError:  # not on every file system
        return None


def _made_alike(file: int, target: str, known: os.stat_result) -> bool:
    """Whether a new file could be given the owner, the permissions and the attributes of the one it replaces."""
    made = os.fstat(file)
    if (made.st_uid, made.st_gid) != (known.st_uid, known.st_gid):
        try:
            os.fchown(file, known.st_uid, known.st_gid)
        except PermissionError:
            return False
    os.fchmod(file, stat.S_IMODE(known.st_mode))
    if hasattr(os, "listxattr"):
        with suppress(OSError):  # not on every file system
            for attribute in os.listxattr(target):
                os.setxattr(file, attribute, os.getxattr(target, attribute))
    return True


def _put(file: int, name: str, target: str) -> None:
    if os.fstat(file).st_nlink == 0:
        # Only with a descriptor does Python follow the link that leads to the file.
        os.link(f"{_DESCRIPTORS}/{file}", name, src_dir_fd=file, follow_symlinks=True)
    os.replace(name, target)


def _overwrite(target: str, file: int) -> None:
    """Give an existing file the content of another; the old content comes back if that fails."""
    with open(file, "rb", closefd=False) as stream:
        stream.seek(0)
        content = stream.read()
    with open(target, "r+b") as stream:
        before = stream.read()
        try:
            _fill(stream, content)
        except BaseException:
            _fill(stream, before)
            raise


def _fill(stream: BinaryIO, content: bytes) -> None:
    stream.seek(0)
    stream.write(content)
    stream.truncate()
    stream.flush()
