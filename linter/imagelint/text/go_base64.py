"""Base64 as Go decodes it, down to the position in its errors (Go 1.26 `encoding/base64`)."""

from __future__ import annotations

import re
from binascii import a2b_base64

_BASE64 = rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")


def decode_base64(text: str, *, padded: bool = True) -> bytes:
    """Decode like Go's StdEncoding, or RawStdEncoding: line breaks are skipped, nothing else is.

    Raises ValueError with the text of Go's error, which holds a position and no content.
    """
    raw = text.encode("utf-8", "replace")
    plain = raw.translate(None, b"\r\n")
    if not padded:
        plain += b"=" * (-len(plain) % 4)
    if re.fullmatch(_BASE64, plain) and (padded or b"=" not in raw):
        return a2b_base64(plain)
    raise ValueError(f"illegal base64 data at input byte {_corrupt_byte(raw, padded=padded)}")


def _corrupt_byte(raw: bytes, *, padded: bool) -> int:
    """The offset that Go's decodeQuantum reports, for a text that it refuses."""
    count = 0  # characters of the quantum of four that is being read
    for offset, byte in enumerate(raw):
        if byte in b"\r\n":
            continue
        if byte not in _ALPHABET:
            return _corrupt_padding(raw, offset, count) if padded and byte == ord("=") else offset
        count = (count + 1) % 4
    return len(raw) - count


def _corrupt_padding(raw: bytes, offset: int, count: int) -> int:
    if count < 2:
        return offset
    rest = offset + 1 + len(raw[offset + 1 :]) - len(raw[offset + 1 :].lstrip(b"\r\n"))
    if count == 2:
        if rest == len(raw):
            return rest
        if raw[rest] != ord("="):
            return rest - 1
        rest += 1
        rest += len(raw[rest:]) - len(raw[rest:].lstrip(b"\r\n"))
    return rest
