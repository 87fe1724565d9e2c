"""A chart with one set of values, rendered: strictly, then with softened templates, then without those that fail."""

from __future__ import annotations

import os
import re
import tempfile
from typing import TYPE_CHECKING

from imagelint.sources.charts.helm import HelmError
from imagelint.sources.charts.markers import MARK, UNSET, TemplateLine, without_marks
from imagelint.sources.charts.prepare import ChartError, Prepared
from imagelint.sources.charts.secret_content import error_to_keep, may_be_kept, without_content
from imagelint.sources.charts.values import Parameter, dumped, with_parameters
from imagelint.text.nodes import Scalar
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.sources.charts.cache import Cache
    from imagelint.sources.charts.helm import Helm
    from imagelint.text.nodes import Mapping

_MOST_DROPPED, _MOST_UNSET = 8, 30
# In what helm says of a value that a template looks for in one that is not there.
_NIL = re.compile(r"at <\$?\.Values\.([A-Za-z_][\w.]*)>: nil pointer evaluating")
# In what helm says of a template that fails: `shop/charts/db/templates/web.yaml:3:12`.
_TEMPLATE = re.compile(r"[\w.<>+-]+/((?:charts/[\w.-]+/)*templates/[\w./-]+?\.(?:ya?ml|txt))\b")
# cert-manager writes it, and helm reads it.
_COMMENT_AT_MARKER = re.compile(rb"(?m)^---#")
_SOURCE = re.compile(rb"^# Source: [^/\r\n]+/([^\r\n]+?)\r?$")
# Helm prints no other, but a template may.
_TEMPLATE_PATH = re.compile(r"(?:charts/[^/]+/)*(?:templates|crds)/.+")
# No release has this name, so that what a template writes for it is known to be unknown.
NAMESPACE = "zz-namespace-zz"
_NAMESPACE_LINE = re.compile(
    rb"(?m)^([ \t]*)namespace:[ \t]*[\"']?" + NAMESPACE.encode() + rb"[\"']?[ \t]*(?:#[^\n]*)?$"
)


class _Nowhere:
    """The places of what nobody wrote."""

    def place(self, mark: int) -> tuple[int, int]:
        return mark, mark


_NOWHERE = _Nowhere()


class Arguments(NamedTuple):
    """What a chart is rendered with. A namespace of None is not known."""

    values: Mapping | None
    release: str
    namespace: str | None
    kube_version: str | None


class Rendered(NamedTuple):
    """What a chart renders to with one set of values."""

    data: bytes
    # The lines of templates that its lines are from, as far as marks show.
    lines: dict[int, TemplateLine]
    # Where in the text that of each template begins: 1-based line, path.
    templates: tuple[tuple[int, str], ...]
    is_softened: bool = False
    # Softened so that templates find what they look for in the cluster.
    finds_objects: bool = False
    # Key paths of values that templates look into, and that nobody set.
    unset: tuple[str, ...] = ()
    # What it was rendered without, and why it had to be without the first of it.
    dropped: tuple[str, ...] = ()
    reason: str = ""
    missing: tuple[str, ...] = ()


def as_rendered(chart: Prepared, rendered: Rendered) -> Prepared:
    """The copy of a chart that was rendered in the end."""
    if rendered.is_softened:
        chart = chart.softened(finds_objects=rendered.finds_objects)
    for path in rendered.dropped:
        chart = chart.without(path)
    return chart


def with_unset(arguments: Arguments, paths: Iterable[str]) -> Arguments:
    """The arguments with values at some key paths that show that nobody set them."""
    unset = Scalar(UNSET, False, 1, 1, _NOWHERE)
    values = with_parameters(arguments.values, [Parameter(path, unset) for path in paths], unset)
    return arguments._replace(values=values)


class Renderer:
    """Renders copies of charts; what was rendered before may be in the cache."""

    def __init__(self, helm: Helm, cache: Cache) -> None:
        self._helm = helm
        self._cache = cache

    def render(self, chart: Prepared, arguments: Arguments) -> Rendered:
        """The chart with some values. Raises ChartError with the reason if nothing renders, and HelmLimitError."""
        try:
            return _read(self.text(chart, arguments), chart)
        except HelmError:
            rendered = self._softened(chart.softened(), arguments)
        if rendered.dropped and chart.looks_up_objects:
            found = self._softened(chart.softened(finds_objects=True), arguments)
            if len(found.dropped) < len(rendered.dropped):
                return found._replace(finds_objects=True)
        return rendered

    def _softened(self, chart: Prepared, arguments: Arguments) -> Rendered:
        """The chart without what it cannot be rendered with. Raises ChartError and HelmLimitError."""
        dropped: list[str] = []
        unset: list[str] = []
        reason = ""
        while True:
            try:
                rendered = _read(self.text(chart, with_unset(arguments, unset)), chart)
                return rendered._replace(is_softened=True, unset=(*unset,), dropped=(*dropped,), reason=reason)
            except HelmError as refusal:
                error = str(refusal)
            value = _NIL.search(error)
            path = _failing(error, chart)
            if value is not None and value[1] not in unset and len(unset) < _MOST_UNSET:
                unset.append(value[1])
            elif path is not None and len(dropped) < _MOST_DROPPED:
                dropped.append(path)
                reason = reason or error
                chart = chart.without(path)
            else:
                raise ChartError(error)

    def text(self, chart: Prepared, arguments: Arguments) -> bytes:
        """What helm prints for a copy of a chart. Raises HelmError, and HelmLimitError, which may be the machine's."""
        version = self._helm.version.encode()
        values = dumped(arguments.values)
        described = repr((chart.digest, values, arguments.release, arguments.namespace, arguments.kube_version))
        content = version + described.encode("utf-8", "surrogateescape")
        known = self._cache.get(content)
        if known is not None:
            if known[:1] == b"-":
                raise HelmError(known[1:].decode())
            return known[1:]
        try:
            printed = without_content(self._printed(chart, arguments, values))
        except HelmError as error:
            kept = error_to_keep(str(error))
            if kept is not None:
                self._cache.put(content, b"-" + kept.encode("utf-8", "replace"))
            raise
        if may_be_kept(printed):
            self._cache.put(content, b"+" + printed)
        return printed

    def _printed(self, chart: Prepared, arguments: Arguments, given: str) -> bytes:
        with tempfile.TemporaryDirectory(prefix="imagelint-") as folder:
            copy, values = os.path.join(folder, "chart"), os.path.join(folder, "values.yaml")
            chart.write(copy)
            with open(values, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.write(given)
            return self._helm.template(
                copy,
                values,
                release=arguments.release,
                namespace=arguments.namespace or NAMESPACE,
                kube_version=arguments.kube_version,
            )


def _failing(error: str, chart: Prepared) -> str | None:
    """The template that helm names, the outermost first; helpers are left, as others need them."""
    paths = (match[1] for match in _TEMPLATE.finditer(error))
    return next((path for path in paths if "/_" not in path and path in chart.files), None)


def _read(printed: bytes, chart: Prepared) -> Rendered:
    data = _COMMENT_AT_MARKER.sub(b"--- #", printed)
    data = _NAMESPACE_LINE.sub(rb"\1# namespace of the release", data)
    lines: dict[int, TemplateLine] = {}
    starts: list[tuple[int, str]] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if (source := _SOURCE.match(line)) is not None:
            path = source[1].decode("utf-8", "replace")
            if _TEMPLATE_PATH.fullmatch(path) and ".." not in path.split("/"):
                starts.append((number, path))
        elif (mark := MARK.search(line)) is not None and int(mark[1]) < len(chart.lines):
            lines[number] = chart.lines[int(mark[1])]
    return Rendered(without_marks(data), lines, tuple(starts), missing=chart.missing)
