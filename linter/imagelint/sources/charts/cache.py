"""What was rendered before, by the content that it was rendered of: in the user's cache folder, within a bound.

What a chart renders to may hold passwords. It is sealed with a key made of what it was rendered of: only who has the
chart with its values can read it.
"""

from __future__ import annotations

import os
import tempfile
import zlib
from contextlib import suppress
from hashlib import sha256, shake_256

_MOST_BYTES = 50 * 1024**2
# When it is full the oldest go, until this much is left.
_KEPT_BYTES = 40 * 1024**2


class Cache:
    """Texts in a folder; without one nothing is kept."""

    def __init__(self, folder: str | None) -> None:
        self._folder = os.path.join(folder, "charts") if folder is not None else None

    def get(self, content: bytes) -> bytes | None:
        """The text that was made of some content; None if there is none, or it is damaged."""
        if self._folder is None:
            return None
        path = os.path.join(self._folder, _name(content))
        try:
            with open(path, "rb") as file:
                text = zlib.decompress(_sealed(file.read(), content))
            os.utime(path)  # the oldest go first
        except (OSError, zlib.error):
            return None
        return text or None

    def put(self, content: bytes, text: bytes) -> None:
        """Keep a text by the content that it was made of. What cannot be written is not kept."""
        if self._folder is None:
            return
        with suppress(OSError):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            handle, path = tempfile.mkstemp(dir=self._folder, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(_sealed(zlib.compress(text, 1), content))
            os.replace(path, os.path.join(self._folder, _name(content)))

    def shrink(self) -> None:
        """Remove the oldest texts if there are too many."""
        if self._folder is None:
            return
        with suppress(OSError), os.scandir(self._folder) as entries:
            found = sorted(
                ((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries), reverse=True
            )
            if sum(size for _, size, _ in found) <= _MOST_BYTES:
                return
            total = 0
            for _, size, path in found:
                total += size
                if total > _KEPT_BYTES:
                    os.remove(path)


def _name(content: bytes) -> str:
    return sha256(b"name" + content).hexdigest()


def _sealed(data: bytes, content: bytes) -> bytes:
    """Data behind the pad that a content makes; or, given that, the data."""
    pad = shake_256(b"seal" + content).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(pad)).to_bytes(len(data))
