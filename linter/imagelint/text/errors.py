"""What a user gave that cannot be used."""

from __future__ import annotations


class ImagelintError(Exception):
    """The base of all errors that callers see; the text is a sentence for people, without content of Secrets."""


class UserFileError(ImagelintError):
    """A path that cannot be read, or a file besides the manifests that is not as it has to be; the message names it."""

    # What else is wrong with the same file.
    others: tuple[UserFileError, ...] = ()


def raise_all(errors: list[UserFileError]) -> None:
    """Raise the first of some errors, with the others; nothing if there are none."""
    if errors:
        errors[0].others = tuple(errors[1:])
        raise errors[0]
