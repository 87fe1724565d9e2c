"""What a user gave that cannot be used."""

from __future__ import annotations


class UserFileError(Exception):
    """A file of a user, besides the manifests, that is not as it has to be; the message names it and the place."""
