"""The prepared copies of charts: each is made once, unless the charts of a run are too large to be kept."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from imagelint.sources.charts.prepare import ChartError, Prepared, prepare

if TYPE_CHECKING:
    from imagelint.sources.trees import Trees

# Of all copies that are kept; most charts have less than 100 KiB.
_MOST_BYTES = 64 * 1024**2


class Copies:
    """Prepared copies by the folders of their charts; threads share them."""

    def __init__(self, trees: Trees) -> None:
        self._trees = trees
        # The one that was needed last is last.
        self._kept: dict[str, tuple[Prepared | ChartError, int]] = {}
        self._bytes = 0
        self._lock = Lock()

    def of(self, chart: str) -> Prepared:
        """The copy of a chart. Raises ChartError if it cannot be prepared."""
        with self._lock:
            copy, size = self._kept.pop(chart) if chart in self._kept else self._made(chart)
            self._kept[chart] = copy, size
        if isinstance(copy, ChartError):
            raise ChartError(str(copy))
        return copy

    def _made(self, chart: str) -> tuple[Prepared | ChartError, int]:
        try:
            copy = prepare(chart, self._trees.of(chart))
        except ChartError as error:
            return error, 0
        size = sum(map(len, copy.files.values()))
        self._bytes += size
        while self._bytes > _MOST_BYTES and self._kept:
            _, dropped = self._kept.pop(next(iter(self._kept)))
            self._bytes -= dropped
        return copy, size
