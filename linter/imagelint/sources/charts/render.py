"""A chart with one set of values, rendered: strictly, then with softened templates, then without those that fail."""

from __future__ import annotations

import os
import re
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from imagelint.sources.charts.helm import HelmError, HelmLimitError
from imagelint.sources.charts.markers import Markers, TemplateLine, softened, without_marks
from imagelint.sources.charts.prepare import LARGEST, ChartError, prepare, rewritten
from imagelint.text.source import UnreadableError, read_regular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.sources.charts.helm import Helm

_MOST_DROPPED = 8
# In what helm says of a template that fails: `shop/charts/db/templates/web.yaml:3:12`.
_TEMPLATE = re.compile(r"[\w.<>+-]+/((?:charts/[\w.-]+/)*templates/[\w./-]+?\.(?:ya?ml|txt))\b")
# cert-manager writes it, and helm reads it.
_COMMENT_AT_MARKER = re.compile(rb"(?m)^---#")
_SOURCE = re.compile(rb"^# Source: [^/\r\n]+/([^\r\n]+?)\r?$")
# No release has this name, so that what a template writes for it is known to be unknown.
NAMESPACE = "zz-namespace-zz"
_NAMESPACE_LINE = re.compile(
    rb"(?m)^([ \t]*)namespace:[ \t]*[\"']?" + NAMESPACE.encode() + rb"[\"']?[ \t]*(?:#[^\n]*)?$"
)


class Rendered(NamedTuple):
    """What a chart renders to with one set of values."""

    data: bytes
    # The lines of templates that its lines are from, as far as marks show.
    lines: dict[int, TemplateLine]
    # Where in the text that of each template begins: 1-based line, path.
    templates: tuple[tuple[int, str], ...]
    # What it was rendered without, and why.
    dropped: tuple[str, ...] = ()
    reason: str = ""
    missing: tuple[str, ...] = ()


class ChartRenderer:
    """Renders one chart of a repository, which is read from a copy."""

    def __init__(self, helm: Helm, chart: str, tree: str) -> None:
        self._helm = helm
        self._chart = chart
        self._tree = tree

    def render(self, values: Sequence[str]) -> Rendered:
        """The chart with values files, in their order. Raises ChartError with the reason if nothing renders."""
        markers = Markers()
        with tempfile.TemporaryDirectory(prefix="imagelint-") as folder:
            copy = os.path.join(folder, "chart")
            prepared = prepare(self._chart, self._tree, copy, markers)
            paths = [self._copied(path, folder, number) for number, path in enumerate(values)]
            data, dropped, reason = self._attempts(copy, paths)
        return _read(data, markers)._replace(dropped=dropped, reason=reason, missing=prepared.missing)

    def _copied(self, path: str, folder: str, number: int) -> str:
        to = os.path.join(folder, f"values-{number}.yaml")
        try:
            data = read_regular(path, LARGEST)
        except (OSError, UnreadableError) as error:
            raise ChartError(f"{path} cannot be read") from error
        with open(to, "wb") as file:
            file.write(data)
        return to

    def _attempts(self, copy: str, values: Sequence[str]) -> tuple[bytes, tuple[str, ...], str]:
        try:
            return self._helm.template(copy, values, NAMESPACE), (), ""
        except HelmLimitError as refusal:
            raise ChartError(str(refusal)) from refusal
        except HelmError as refusal:
            first = error = str(refusal)
        rewritten(copy, softened)
        dropped: list[str] = []
        while True:
            try:
                return self._helm.template(copy, values, NAMESPACE), tuple(dropped), first
            except HelmError as refusal:
                error = str(refusal)
                path = _failing(error, copy) if not isinstance(refusal, HelmLimitError) else None
            if path is None or len(dropped) == _MOST_DROPPED:
                raise ChartError(error)
            dropped.append(path)
            os.remove(os.path.join(copy, path))


def _failing(error: str, copy: str) -> str | None:
    """The template that helm names, the outermost first; helpers are left, as others need them."""
    paths = (match[1] for match in _TEMPLATE.finditer(error))
    return next(
        (path for path in paths if "/_" not in path and os.path.isfile(os.path.join(copy, path))),
        None,
    )


def _read(printed: bytes, markers: Markers) -> Rendered:
    data = _COMMENT_AT_MARKER.sub(b"--- #", printed)
    data = _NAMESPACE_LINE.sub(rb"\1# namespace of the release", data)
    lines = enumerate(data.split(b"\n"), 1)
    starts = [(number, match[1].decode("utf-8", "replace")) for number, line in lines if (match := _SOURCE.match(line))]
    return Rendered(without_marks(data), markers.found(data), tuple(starts))
