"""Everything that is known besides the manifests, as the rules see it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple, StrEnum
from imagelint.world.knowledge.base import builtin
from imagelint.world.settings import Settings

if TYPE_CHECKING:
    from imagelint.kubelet.reference import ImageReference
    from imagelint.world.inventory import Inventory
    from imagelint.world.knowledge.base import Knowledge


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


class World:
    """What users declare, what imagelint knows of registries and images, and which images are there.

    `today` is the day as of which end-of-life dates are judged. Two worlds are the same only if they are one object.
    """

    __slots__ = ("inventory", "knowledge", "settings", "today")

    def __init__(
        self,
        *,
        settings: Settings | None = None,
        knowledge: Knowledge | None = None,
        inventory: Inventory | None = None,
        today: date | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.knowledge = knowledge or builtin()
        self.inventory = inventory
        self.today = today or date.today()

    def availability(self, image: ImageReference) -> Availability:
        """Whether an image can be pulled, as far as that is known."""
        return self.inventory.availability(image) if self.inventory is not None else UNKNOWN
