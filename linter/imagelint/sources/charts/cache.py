"""What was rendered before, by the content that it was rendered of: in the user's cache folder, within a bound."""

from __future__ import annotations

import os
import tempfile
import zlib
from contextlib import suppress
from hashlib import sha256

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
                text = zlib.decompress(file.read())
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
                file.write(zlib.compress(text, 1))
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
    return sha256(content).hexdigest()
