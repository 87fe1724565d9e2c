"""What a configuration makes of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.selection import Selection
from imagelint.text.records import NamedTuple
from imagelint.world.settings import Settings

if TYPE_CHECKING:
    from imagelint.config.charts import ChartSettings
    from imagelint.linting.rule import Rule


class Configuration(NamedTuple):
    """What a file says; without one everything is as it is by default."""

    selection: Selection = Selection()
    settings: Settings = Settings()
    # Files that are read only for a run.
    inventory: tuple[str, ...] = ()
    inventory_is_complete: bool = False
    knowledge: tuple[str, ...] = ()
    # What a walk below its folder leaves out.
    exclude: tuple[str, ...] = ()
    # What charts are rendered with, by patterns of their folders, and whether they are at all.
    charts: tuple[tuple[str, ChartSettings], ...] = ()
    renders: bool = True
    # Of the user; they run with the built-in ones.
    own_rules: tuple[Rule, ...] = ()
