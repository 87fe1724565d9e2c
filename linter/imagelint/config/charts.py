"""What charts are rendered with: `charts:` in a configuration, and what a run says of all of them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_OFF = "off"


class ChartSettings(NamedTuple):
    """How a chart is rendered. Paths of values are relative to the chart."""

    # The files of each set of values; None if they are to be found.
    values: tuple[tuple[str, ...], ...] | None = None
    release: str | None = None
    # None if it is not known.
    namespace: str | None = None
    kube_version: str | None = None
    is_off: bool = False


def chart_settings(content: dict[str, Any]) -> tuple[tuple[str, ChartSettings], ...]:
    """The settings by the patterns of chart folders, in their order; of several that match the last counts."""
    return tuple((glob, _settings(given)) for glob, given in content.items())


def _settings(given: str | bool | dict[str, Any]) -> ChartSettings:
    if not isinstance(given, dict):
        return ChartSettings(is_off=True)
    sets = given.get("values")
    return ChartSettings(
        None if sets is None else tuple((one,) if isinstance(one, str) else tuple(one) for one in sets),
        given.get("release"),
        given.get("namespace"),
        given.get("kube-version"),
    )


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
