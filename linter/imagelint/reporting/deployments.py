"""What deploys the text of a finding, in words: overlays, or charts with some of their values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from imagelint.reporting.groups import MOST_PLACES
from imagelint.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.facts.input import Input
    from imagelint.linting.finding import Finding


class Deployments:
    """The units of an input, as reports name them."""

    def __init__(self, found: Input) -> None:
        charts = [unit for unit in found.units.values() if unit.values]
        self._values = {unit.name: unit.values for unit in charts}
        self._sets = Counter(unit.kustomization for unit in charts)
        self._charts = {unit.name: unit.kustomization for unit in charts}

    def of(self, finding: Finding) -> Iterator[str]:
        """A line for what deploys what a finding is about, unless that is where it is reported."""
        units = finding.units
        if not units or units == (finding.place.path.rpartition("/")[0] or ".",):
            return
        charts = {self._charts.get(name) for name in units}
        (chart, *others) = charts
        if chart is None or others:
            yield f"deployed by: {printable(_few(units))}"
            return
        total = self._sets[chart]
        names = [self._values[name] for name in units]
        if total > 1:
            yield f"in {len(units)} of {total} values sets ({printable(_few(names))})"


def _few(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - MOST_PLACES} more" if len(names) > MOST_PLACES else ""
    return ", ".join(names[:MOST_PLACES]) + more
