"""Files besides the manifests: never a device, never beyond a limit, so that no file can stall a run or fill memory."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from imagelint.text.source import UnreadableError

if TYPE_CHECKING:
    from typing import BinaryIO

# A baseline of 100,000 findings has about 35 MB, an inventory of as many images less.
MAX_LIST = 64 * 1024 * 1024
# A configuration that declares 50,000 registries has about 2 MB.
MAX_CONFIGURATION = 4 * 1024 * 1024
# tomllib takes up to a kilobyte of memory for a key of one letter.
MAX_TOML = 1024 * 1024
# Objects, lists and members of JSON: each takes up to a hundred bytes of memory, and two of a file.
MAX_VALUES = 5_000_000
_CHUNK = 64 * 1024
# What version control keeps beside the files of a work tree. `actions/checkout` writes a token to .git/config.
VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".jj"})
_DESCRIPTORS = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")


def read_bounded(path: str, most: int, *, streams: bool = False) -> bytes:
    """A regular file of at most `most` bytes; see `open_bounded` for `streams`.

    Raises OSError, and UnreadableError for anything else or more.
    """
    with open_bounded(path, streams=streams) as file:
        return read_rest(file, most)


def open_bounded(path: str, *, streams: bool = False) -> BinaryIO:
    """A regular file, open for reading. `streams`: also a pipe, as users name it (`<(command)`, `/dev/stdin`).

    Raises OSError, and UnreadableError for anything else.
    """
    is_stream = streams and _is_stream(path)
    file = open(path, "rb", opener=None if is_stream else _without_waiting)  # noqa: SIM115 - the caller closes it
    if not is_stream and not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise UnreadableError("is not a regular file")
    return file


def read_rest(file: BinaryIO, most: int, head: bytes = b"") -> bytes:
    """A file whose `head` was read before. Raises UnreadableError if it has more than `most` bytes."""
    chunks = [head]
    left = most - len(head)
    while chunk := file.read(min(_CHUNK, left + 1)):
        left -= len(chunk)
        if left < 0:
            raise UnreadableError(f"larger than {size_text(most)}, not read")
        chunks.append(chunk)
    return b"".join(chunks)


def load_json(raw: bytes) -> object:
    """The value of a JSON text. Raises ValueError, and UnreadableError for more values or depth than can be read."""
    import json

    if sum(raw.count(mark) for mark in (b",", b"{", b"[")) > MAX_VALUES:
        raise UnreadableError(f"holds more than {MAX_VALUES:,} values, not read")
    try:
        value: object = json.loads(raw)
    except RecursionError as error:
        raise UnreadableError("nested too deeply, not read") from error
    return value


def is_within(path: str, folder: str) -> bool:
    """Whether a path leads into a folder, or to it, after all symbolic links."""
    real = os.path.realpath(folder)
    try:
        return os.path.commonpath([os.path.realpath(path), real]) == real
    except ValueError:  # another drive, or a NUL in the name
        return False


def is_of_tree(path: str, tree: str) -> bool:
    """Whether a path leads into a work tree after all symbolic links, and not to the metadata of version control."""
    return is_within(path, tree) and not is_metadata(os.path.realpath(path), os.path.realpath(tree))


def is_metadata(real: str, tree: str) -> bool:
    """Whether a path in a work tree, both without links, is that of metadata of version control."""
    return not VERSION_CONTROL.isdisjoint(real[len(tree) :].lower().split(os.sep))


def size_text(size: int) -> str:
    """A number of bytes for people, in the largest unit that divides it."""
    gib, mib = 1024**3, 1024**2
    return f"{size // gib} GiB" if size % gib == 0 else f"{size // mib} MiB"


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that somebody put in its place does not block."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _is_stream(path: str) -> bool:
    mode = os.stat(path).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or path.startswith(_DESCRIPTORS) or path == os.devnull
