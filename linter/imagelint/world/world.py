"""Everything that is known besides the manifests, as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from imagelint.world.availability import UNKNOWN
from imagelint.world.knowledge.base import Knowledge, builtin
from imagelint.world.settings import Settings

if TYPE_CHECKING:
    from imagelint.kubelet.reference import ImageReference
    from imagelint.world.availability import Availability
    from imagelint.world.inventory import Inventory


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What users declare, what imagelint knows of registries and images, and which images are there."""

    settings: Settings = field(default_factory=Settings)
    knowledge: Knowledge = field(default_factory=builtin)
    inventory: Inventory | None = None
    # The day for which announced ends are judged.
    today: date = field(default_factory=date.today)

    def availability(self, image: ImageReference) -> Availability:
        """Whether an image can be pulled, as far as that is known."""
        return self.inventory.availability(image) if self.inventory is not None else UNKNOWN
