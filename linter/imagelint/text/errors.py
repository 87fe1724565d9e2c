"""What a user gave that cannot be used."""

from __future__ import annotations


class UserFileError(Exception):
    """A path that cannot be read, or a file besides the manifests that is not as it has to be; the message names it."""
