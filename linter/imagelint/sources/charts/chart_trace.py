"""From a rendered chart to the values and templates that its text is from."""

from __future__ import annotations

import posixpath
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from imagelint.text.places import Place, SourceId, Span
from imagelint.text.trace import Origin, Part, Role

if TYPE_CHECKING:
    from imagelint.sources.charts.markers import TemplateLine
    from imagelint.sources.charts.render import Rendered

_TOP = Span(1, 1, 1, 2)


class ChartTrace(NamedTuple):
    """The origins of lines of a rendered chart: the value that decides it, if one is known, then the template."""

    chart: str
    lines: dict[int, TemplateLine]
    # Where the text of each template begins: 1-based line, path.
    templates: tuple[tuple[int, str], ...]
    # The values that alone make the image of a line, by part.
    values: dict[int, dict[Part, Origin]]

    def origins(self, span: Span, part: Part = Part.WHOLE) -> tuple[Origin, ...]:
        """As `Trace.origins`."""
        template = Origin(self._template(span.line), Role.TEMPLATE)
        value = self.values.get(span.line, {}).get(part)
        return (template,) if value is None else (value, template)

    def _template(self, line: int) -> Place:
        marked = self.lines.get(line)
        if marked is not None:
            path, number, column, end_column = marked
            return Place(self._at(path), Span(number, column, number, end_column))
        before = bisect_right(self.templates, line, key=lambda start: start[0])
        return Place(self._at(self.templates[before - 1][1] if before else "Chart.yaml"), _TOP)

    def _at(self, path: str) -> SourceId:
        return SourceId(posixpath.normpath(posixpath.join(self.chart, path)))


def trace_of(chart: str, rendered: Rendered) -> ChartTrace:
    """The trace of what a chart at a shown path renders to, before the values are known."""
    return ChartTrace(chart, rendered.lines, rendered.templates, {})
