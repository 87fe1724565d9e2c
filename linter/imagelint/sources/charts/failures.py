"""Which charts were not rendered, and why, in few sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.sources.charts.helm import HelmSpentError
from imagelint.sources.charts.secret_content import without_quoted
from imagelint.sources.notes import named
from imagelint.text.source import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.sources.charts.render import Rendered

_SHOWN_REASON = 160


class Failures:
    """The errors of charts with sets of values; those with the same reason become one sentence."""

    def __init__(self) -> None:
        # The names of sets of values by the chart and the reason.
        self._sets: dict[tuple[str, str], list[str]] = {}
        # The charts by the limit of a run that is reached.
        self._charts: dict[str, dict[str, None]] = {}

    def add(self, chart: str, values: str, error: Exception) -> None:
        """Remember that a chart was not rendered with a set of values."""
        message = refusal(error) if isinstance(error, OSError) else str(error)
        if isinstance(error, HelmSpentError):
            self._charts.setdefault(message, {})[chart] = None
        else:
            self._sets.setdefault((chart, reason(message)), []).append(values)

    def notes(self) -> Iterator[str]:
        """A sentence for each reason of each chart, and one for all charts that there was no time for."""
        for (chart, why), values in self._sets.items():
            yield f"{chart}: not rendered with {named(values, 'sets of values')}: {why}"
        for why, charts in self._charts.items():
            yield f"{named([*charts], 'charts')}: not rendered with all values: {why}"


def reason(error: str) -> str:
    """What helm says, without texts in quotes, which may be values."""
    message = without_quoted(error.rpartition("error calling ")[2])
    return message if len(message) <= _SHOWN_REASON else f"{message[:_SHOWN_REASON]}…"


def left_out(chart: str, rendered: Rendered) -> Iterator[str]:
    """A note on the templates that a chart is rendered without; where a dependency is missing, most need that."""
    templates = [path for path in rendered.dropped if not path.endswith("NOTES.txt")]
    if rendered.missing:
        also = f", and without {named(templates, 'templates')}" if templates else ""
        yield f"{chart}: rendered without what is not in the repository: {', '.join(rendered.missing)}{also}"
    elif templates:
        yield f"{chart}: rendered without {named(templates, 'templates')}: {reason(rendered.reason)}"
