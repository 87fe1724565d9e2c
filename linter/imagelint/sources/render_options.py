"""How the charts of a run are rendered."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from imagelint.config.charts import ChartSettings
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class RenderOptions(NamedTuple):
    """What a run says of charts."""

    # The settings of a chart, by the path of its folder.
    settings: Callable[[str], ChartSettings] = lambda _: ChartSettings()
    # Where rendered texts are kept; None if they are not.
    cache: str | None = None


def cache_folder() -> str | None:
    """The folder of the user for what can be made again; None if there is none."""
    if sys.platform == "win32":
        around = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        around = os.path.expanduser("~/Library/Caches")
    else:
        around = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(around, "imagelint") if around and os.path.isabs(around) else None
