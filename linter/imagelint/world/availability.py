"""Whether an image can be pulled, as far as an inventory shows."""

from __future__ import annotations

from enum import StrEnum

from imagelint.text.records import NamedTuple


class Status(StrEnum):
    """What is known of an image."""

    PRESENT = "present"
    TAG_MISSING = "tag-missing"
    REPOSITORY_MISSING = "repository-missing"
    # Nothing that is known lists its repository.
    NOT_ASKED = "not-asked"


class Availability(NamedTuple):
    """What is known of one image."""

    status: Status = Status.NOT_ASKED
    # `linux/amd64`; empty if they are not known.
    platforms: frozenset[str] = frozenset()
    # The other tags of its repository, sorted, if the tag is missing.
    tags: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether a pull fails because the image is not there."""
        return self.status in {Status.TAG_MISSING, Status.REPOSITORY_MISSING}


UNKNOWN = Availability()
