"""Files as UTF-8 text: byte order marks, UTF-16 and UTF-32 are decoded, what is not text is refused.

Disk, standard input, and buffers that an editor has open are read alike.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import stat
import sys
from typing import TYPE_CHECKING, Protocol

from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple
from imagelint.text.trace import AS_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from imagelint.text.places import Span
    from imagelint.text.trace import Trace

# How a command line names standard input, and how reports do unless the user says otherwise.
STDIN, STDIN_NAME = "-", "<stdin>"

# `kubectl get -A -o json` of a large cluster is about 100 MB; beyond this a file is data, not a manifest.
MAX_BYTES = 128 * 1024 * 1024

# Nobody writes a longer .gitignore or Chart.yaml.
MAX_SMALL = 1024 * 1024

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


# How files begin that a tool encrypted as a whole.
_ENCRYPTED = (
    (b"\0GITCRYPT\0", "git-crypt"),
    (b"$ANSIBLE_VAULT;", "Ansible Vault"),
    (b"age-encryption.org/v1", "age"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "age"),
    (b"-----BEGIN PGP MESSAGE-----", "PGP"),
    (b"U2FsdGVkX1", "OpenSSL"),  # `Salted__` in Base64, as transcrypt writes it
)


class Source(NamedTuple):
    """A text and its id: UTF-8 without a byte order mark."""

    id: SourceId
    data: bytes
    # What no output may show, besides what the facts of the text hide.
    hidden: tuple[Span, ...] = ()
    # From rendered text to where it was written.
    trace: Trace = AS_WRITTEN


class UnreadableError(Exception):
    """A file that is not text or cannot be read; `line` and `column` are 1-based."""

    def __init__(self, message: str, *, line: int = 1, column: int = 1, binary: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.binary = binary


class EncryptedError(UnreadableError):
    """A file that only whoever has its key can read; `tool` encrypted it."""

    def __init__(self, tool: str) -> None:
        super().__init__(f"is encrypted with {tool}")
        self.tool = tool


def refusal(error: OSError) -> str:
    """Why the system does not do something with a file, for the middle of a sentence: `permission denied`."""
    return (error.strerror or str(error)).lower()


def read_source(path: str) -> Source:
    """The file at `path`; `-` is standard input. Raises UnreadableError."""
    try:
        raw = standard_input().read(MAX_BYTES + 1) if path == STDIN else _read(path)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {refusal(error)}") from error
    if len(raw) > MAX_BYTES:
        raise UnreadableError(f"larger than {MAX_BYTES // 1024 // 1024} MiB, not read")
    return Source(SourceId(path), decode(raw))


def standard_input() -> BinaryIO:
    """The bytes of standard input. Raises OSError if the caller closed it (`<&-`)."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer


def _read(path: str) -> bytes:
    # Without a buffer of the size of the limit, which costs more than the file.
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_BYTES:
            raise UnreadableError(f"larger than {MAX_BYTES // 1024 // 1024} MiB, not read")
        raw = file.read(size + 1)
        if len(raw) <= size:
            return raw
        # A pipe, or a file that grows.
        return raw + io.BufferedReader(file).read(MAX_BYTES + 1 - len(raw))


def read_small(path: str) -> bytes:
    """The start of a file that a walk looks at by itself. Raises OSError, or UnreadableError for a pipe or a device."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise UnreadableError("is not a regular file")
    with open(path, "rb") as file:
        return file.read(MAX_SMALL)


def read_regular(path: str, limit: int, *, follow: bool = True) -> bytes:
    """A whole file of at most `limit` bytes. Raises OSError, or UnreadableError for a larger one, a pipe or a device.

    With `follow=False` also for a symbolic link.
    """
    if not stat.S_ISREG(os.stat(path, follow_symlinks=follow).st_mode):
        raise UnreadableError("is not a regular file")
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UnreadableError(f"larger than {limit // 1024} KiB, not read")
    return data


def decode(raw: bytes) -> bytes:
    """`raw` as UTF-8 without a byte order mark. Raises UnreadableError for what is not text, or encrypted."""
    for start, tool in _ENCRYPTED:
        if raw.startswith(start):
            raise EncryptedError(tool)
    mark, encoding = encoding_of(raw)
    data = _to_utf8(raw[len(mark) :], encoding)
    if encoding.startswith("utf-32") or (encoding.startswith("utf-16") and not mark):
        without = "" if mark else " without a byte order mark"
        raise UnreadableError(f"{encoding[:6].upper()}{without}, which kubectl cannot read: save the file as UTF-8")
    return data


def encoding_of(raw: bytes) -> tuple[bytes, str]:
    """The byte order mark of a file, empty if it has none, and the encoding of what follows."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return mark, encoding
    # No byte order mark: Windows tools leave it out at times. Other text holds no NUL.
    if len(raw) % 2 == 0 and b"\0" in raw[:2]:
        return b"", "utf-16-be" if raw[:1] == b"\0" else "utf-16-le"
    return b"", "utf-8"


def _to_utf8(raw: bytes, encoding: str) -> bytes:
    if encoding == "utf-8" and raw.isascii() and b"\0" not in raw:
        return raw
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(encoding, "replace")
        binary = b"\0" in raw and encoding == "utf-8"
        what = "binary, not text" if binary else f"not {encoding.upper()}: {error.reason}"
        raise UnreadableError(what, **_place(before), binary=binary) from None
    if "\0" in text:
        before = text[: text.index("\0")]
        raise UnreadableError("binary, not text: holds a NUL", **_place(before), binary=True)
    return raw if encoding == "utf-8" else text.encode()


def _place(before: str) -> dict[str, int]:
    return {"line": before.count("\n") + 1, "column": len(before) - before.rfind("\n")}


class Sources(Protocol):
    """Gives the text behind an id."""

    def read(self, id: SourceId, /) -> Source:  # noqa: A002 - the field of a source
        """The source. Raises UnreadableError."""
        ...


class Buffers:
    """Texts that are held in memory, such as standard input; what is not held is read from disk."""

    def __init__(self) -> None:
        self._held: dict[SourceId, Source] = {}

    def read(self, id: SourceId, /) -> Source:  # noqa: A002 - as above
        """The source; a buffer wins over the file of the same name. Raises UnreadableError."""
        return self._held.get(id) or read_source(id.path)

    def hold(self, source: Source) -> None:
        """Keep a text; it replaces what was held or is on disk under its id."""
        self._held[source.id] = source

    def drop(self, id: SourceId) -> None:  # noqa: A002 - as above
        """Forget a text that is held."""
        self._held.pop(id, None)

    def __contains__(self, id: object) -> bool:  # noqa: A002 - as above
        return id in self._held

    def __iter__(self) -> Iterator[SourceId]:
        return iter(self._held)
