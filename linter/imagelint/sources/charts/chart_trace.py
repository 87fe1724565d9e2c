"""From a rendered chart to the values and templates that its text is from."""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from typing import TYPE_CHECKING

from imagelint.text.places import Place, SourceId, Span
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Origin, Part, Role

if TYPE_CHECKING:
    from imagelint.sources.charts.markers import TemplateLine
    from imagelint.sources.charts.value_keys import ValueKeys

_TOP = Span(1, 1, 1, 2)


class ChartTrace(NamedTuple):
    """The origins of lines of a rendered chart: the value that decides it, if one is known, then the template."""

    chart: str
    # The lines of templates that its lines are from, as far as marks show.
    lines: dict[int, TemplateLine]
    # Where in the text that of each template begins: 1-based line, path.
    templates: tuple[tuple[int, str], ...]
    keys: ValueKeys

    def origins(self, span: Span, part: Part = Part.WHOLE) -> tuple[Origin, ...]:
        """As `Trace.origins`. What a chart inside of this one decides comes after where this one could change it."""
        place, names = self._template(span.line)
        value = self.keys.origin(span.line, part)
        if value is not None and value.role is Role.VALUE:
            return (value, Origin(place, Role.TEMPLATE))
        if not names:
            return (Origin(place, Role.TEMPLATE),)
        slot = value or self.keys.slot(names)._replace(key=None)
        return (slot._replace(role=Role.VALUE), Origin(place, Role.SUBCHART))

    def template(self, line: int) -> Place:
        """The place in a template that a line is from."""
        return self._template(line)[0]

    def _template(self, line: int) -> tuple[Place, tuple[str, ...]]:
        """The place in a template that a line is from, and the charts inside of this one that it is in."""
        marked = self.lines.get(line)
        before = bisect_right(self.templates, line, key=lambda start: start[0])
        source = self.templates[before - 1][1] if before else "Chart.yaml"
        path = marked.path if marked is not None else source
        span = Span(marked.line, marked.column, marked.line, marked.end_column) if marked is not None else _TOP
        steps = source.split("/")
        names = tuple(steps[number + 1] for number in range(0, len(steps) - 2, 2) if steps[number] == "charts")
        # A chart beside this one can be edited as well.
        return Place(self._at(path), span), () if path.startswith("../") else names

    def _at(self, path: str) -> SourceId:
        return SourceId(posixpath.normpath(posixpath.join(self.chart, path)))
