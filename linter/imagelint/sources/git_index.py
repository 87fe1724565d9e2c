"""What git tracks, read from the index of a work tree; no program is started, as git runs what a repository configures.

The format is that of gitformat-index(5): versions 2 to 4, SHA-1 and SHA-256, sparse and split. Everything is bounded,
since a repository may be part of what somebody sent.
"""

from __future__ import annotations

import os
import re
import struct
from bisect import bisect_left
from typing import TYPE_CHECKING

from imagelint.sources.git_folder import git_folder
from imagelint.text.records import NamedTuple
from imagelint.text.source import UnreadableError, read_regular

if TYPE_CHECKING:
    from collections.abc import Iterator

# 400,000 files of a large repository make 50 MB.
_MAX_BYTES = 128 * 1024 * 1024
# Version 4 shortens names by what they share with the one before, so that a small file could hold endless ones.
_MAX_NAMES = 256 * 1024 * 1024
_MAX_NAME = 4096

_HEADER = struct.Struct(">4sLL")
_SIZE = struct.Struct(">L")
_EXTENDED = 0x4000
_TYPE, _TREE, _SUBMODULE = 0o170000, 0o040000, 0o160000
# Fields of `stat`, with the mode as the seventh of ten numbers, before the object and the flags.
_MODE_AT, _OBJECT_AT = 24, 40
_SHARED_NAME = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


class GitIndex(NamedTuple):
    """Paths relative to a work tree, with forward slashes."""

    # In order; with the folders that a sparse index keeps as a whole, each with a slash at its end.
    names: tuple[str, ...] = ()
    submodules: frozenset[str] = frozenset()
    is_sparse: bool = False

    def holds(self, path: str) -> bool:
        """Whether a file is tracked; any file is taken for it in a folder that a sparse index keeps as a whole."""
        if self._has(path):
            return True
        above = (path[: place + 1] for place, char in enumerate(path) if char == "/")
        return self.is_sparse and any(map(self._has, above))

    def holds_below(self, folder: str) -> bool:
        """Whether a file in a folder, or in a folder of it, is tracked."""
        below = f"{folder}/" if folder else ""
        place = bisect_left(self.names, below)
        return (place < len(self.names) and self.names[place].startswith(below)) or (bool(below) and self.holds(below))

    def _has(self, name: str) -> bool:
        place = bisect_left(self.names, name)
        return place < len(self.names) and self.names[place] == name


class _Entry(NamedTuple):
    name: bytes
    kind: int


def read_index(work_tree: str) -> GitIndex:
    """The index of a work tree; empty if nothing was ever added. Raises OSError and UnreadableError."""
    folder = git_folder(work_tree)
    try:
        data = read_regular(os.path.join(folder, "index"), _MAX_BYTES)
    except FileNotFoundError:
        os.stat(os.path.join(folder, "HEAD"))
        return GitIndex()
    entries = _entries(data, folder)
    names = {os.fsdecode(entry.name) for entry in entries if entry.kind != _SUBMODULE}
    submodules = frozenset(os.fsdecode(entry.name) for entry in entries if entry.kind == _SUBMODULE)
    return GitIndex(tuple(sorted(names)), submodules, any(entry.kind == _TREE for entry in entries))


def _entries(data: bytes, folder: str) -> list[_Entry]:
    """The entries of an index, with those of the file that a split one shares."""
    for hash_size in (20, 32):  # which one it is, only the configuration says, and the place where the last entry ends
        try:
            own, link = _read(data, hash_size)
        except (struct.error, IndexError, ValueError):
            continue
        return own if link is None else _joined(own, link, hash_size, folder)
    raise UnreadableError("is not a git index that imagelint can read")


def _read(data: bytes, hash_size: int) -> tuple[list[_Entry], bytes | None]:
    """The entries and the `link` of a split index. Raises struct.error, IndexError and ValueError."""
    signature, version, count = _HEADER.unpack_from(data)
    if signature != b"DIRC" or version not in {2, 3, 4}:
        raise ValueError("another format")
    position, end = _HEADER.size, len(data) - hash_size
    entries: list[_Entry] = []
    total, name = 0, b""
    for _ in range(count):
        start = position
        flags_at = start + _OBJECT_AT + hash_size
        extended = version > 2 and data[flags_at] & (_EXTENDED >> 8)
        position = flags_at + (4 if extended else 2)
        if version == 4:
            removed, position = _number(data, position)
            kept = name[: len(name) - removed] if removed <= len(name) else b""
        else:
            kept = b""
        stop = data.index(b"\0", position, end)
        name = kept + data[position:stop]
        position = stop + 1 if version == 4 else stop + 8 - (stop - start) % 8
        total += len(name)
        if len(name) > _MAX_NAME or total > _MAX_NAMES:
            raise ValueError("longer than any path")
        entries.append(_Entry(name, _SIZE.unpack_from(data, start + _MODE_AT)[0] & _TYPE))
    return entries, dict(_extensions(data, position, end)).get(b"link")


def _number(data: bytes, position: int) -> tuple[int, int]:
    """A number of variable length (varint.c), and where it ends."""
    value = data[position] & 0x7F
    while data[position] & 0x80:
        position += 1
        value = ((value + 1) << 7) | (data[position] & 0x7F)
        if value > _MAX_NAME:
            raise ValueError("longer than any path")
    return value, position + 1


def _extensions(data: bytes, position: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while position < end:
        signature, start = data[position : position + 4], position + 8
        position = start + _SIZE.unpack_from(data, position + 4)[0]
        yield signature, data[start:position]
    if position != end:
        raise ValueError("the checksum does not start where the entries end")


def _joined(own: list[_Entry], link: bytes, hash_size: int, folder: str) -> list[_Entry]:
    """The entries of a split index: those that it shares without the removed ones, and its own.

    Entries without a name replace one of the shared file, which has the name.
    """
    named = [entry for entry in own if entry.name]
    shared = link[:hash_size].hex()
    if not _SHARED_NAME.fullmatch(shared) or not shared.strip("0"):
        return named
    try:
        data = read_regular(os.path.join(folder, f"sharedindex.{shared}"), _MAX_BYTES)
        base, _ = _read(data, hash_size)
        removed = _bits(link[hash_size:], len(base)) if len(link) > hash_size else frozenset[int]()
    except (struct.error, IndexError, ValueError) as error:
        raise UnreadableError("is a split index that imagelint cannot read") from error
    return named + [entry for number, entry in enumerate(base) if number not in removed]


def _bits(data: bytes, count: int) -> frozenset[int]:
    """The positions below `count` that are set in a bitmap compressed as EWAH (gitformat-bitmap(5))."""
    _, words = struct.unpack_from(">LL", data)
    found: set[int] = set()
    position, start, end = 0, 8, 8 + 8 * words
    while start < end and position < count:
        (run,) = struct.unpack_from(">Q", data, start)
        length, literals = 64 * (run >> 1 & 0xFFFFFFFF), run >> 33
        if run & 1:
            found.update(range(position, min(position + length, count)))
        position += length
        for place in range(start + 8, min(start + 8 + 8 * literals, end), 8):
            (word,) = struct.unpack_from(">Q", data, place)
            found.update(position + bit for bit in range(64) if word >> bit & 1)
            position += 64
        start += 8 + 8 * literals
    return frozenset(found)
