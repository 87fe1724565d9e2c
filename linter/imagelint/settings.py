"""What a user tells of the cluster and of the world, as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from imagelint.knowledge.base import Knowledge, builtin

if TYPE_CHECKING:
    from imagelint.inventory import Inventory


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that is not in the manifests; without it nothing is known of the cluster."""

    # Whose nodes run the pods (`eks`, `gke`, `aks`): they bring credentials for the registries of their cloud.
    platform: str | None = None
    # Of the nodes of the cluster; any, where empty.
    architectures: tuple[str, ...] = ()
    knowledge: Knowledge = field(default_factory=builtin)
    # The day for which announced ends are judged.
    today: date = field(default_factory=date.today)
    # The images that can be pulled, where that is known.
    inventory: Inventory | None = None
