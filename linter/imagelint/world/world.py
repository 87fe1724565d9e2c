"""Everything that is known besides the manifests, as the rules see it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from imagelint.world.availability import UNKNOWN
from imagelint.world.knowledge.base import builtin
from imagelint.world.settings import Settings

if TYPE_CHECKING:
    from imagelint.kubelet.reference import ImageReference
    from imagelint.world.availability import Availability
    from imagelint.world.inventory import Inventory
    from imagelint.world.knowledge.base import Knowledge


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
