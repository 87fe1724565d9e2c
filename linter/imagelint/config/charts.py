"""`charts:` in a configuration: what charts are rendered with."""

from __future__ import annotations

from typing import Any

from imagelint.text.records import NamedTuple

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
