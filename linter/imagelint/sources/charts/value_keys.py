"""Where the values that make the images of a rendered chart are written."""

from __future__ import annotations

import posixpath
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from imagelint.sources.charts.chart_documents import read_document, read_mapping
from imagelint.sources.charts.prepare import OWN
from imagelint.sources.charts.sentinels import image_lines
from imagelint.sources.charts.values import Values, merged
from imagelint.text.lazy import cached_property
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, items, text, written
from imagelint.text.paths import inside
from imagelint.text.places import Place, SourceId, Span
from imagelint.text.records import NamedTuple
from imagelint.text.trace import APP_VERSION, Origin, Part, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from imagelint.facts.model import FileFacts
    from imagelint.sources.charts.prepare import Prepared
    from imagelint.sources.charts.sentinels import Leaf, Sentinels
    from imagelint.text.nodes import Path

_TOP = Span(1, 1, 1, 2)


class AllValues(NamedTuple):
    """The values of a set on top of those of the chart and of the charts in it."""

    root: Mapping | None
    # Without those of the charts in it.
    own: Mapping | None
    parts: tuple[Values, ...]


def all_values(chart: str, copy: Prepared, given: Mapping | None, parts: list[Values]) -> AllValues:
    """The values that a prepared chart at a shown path gets."""
    below = [*_of_charts(copy, "")]
    root = read_mapping(copy.files.get(OWN, b""))
    source = SourceId(inside(chart, OWN))
    own = merged([*([root] if root else []), *([given] if given else [])])
    first = [Values(root, partial(Place, source))] if root else []
    return AllValues(merged([*below, *([own] if own else [])]), own, (*first, *parts))


def _of_charts(copy: Prepared, folder: str) -> Iterator[Mapping]:
    """The values of the charts in `charts/`, each under its name."""
    aliases: dict[str, str] = {}
    for entry in items(read_mapping(copy.files.get(posixpath.join(folder, "Chart.yaml"), b"")), "dependencies"):
        name, alias = text(entry, "name"), text(entry, "alias")
        if name is not None and alias is not None:
            aliases[name.value] = alias.value
    for path in copy.values:
        inner = posixpath.dirname(path)
        if posixpath.dirname(inner) == posixpath.join(folder, "charts"):
            own = read_mapping(copy.files[path])
            all_ = merged([*_of_charts(copy, inner), *([own] if own else [])])
            named = text(read_mapping(copy.files.get(f"{inner}/Chart.yaml", b"")), "name")
            chart = named.value if named else posixpath.basename(inner)
            if all_ is not None:
                key = Scalar(aliases.get(chart, chart), False, all_.start, all_.start, all_.places)
                yield Mapping([key, all_], all_.start, all_.end, all_.places)


class ValueKeys:
    """The values behind the images of a rendered chart; found when they are first needed.

    `find` gives all values, and what looks for those that make `images`.
    """

    def __init__(
        self, chart: str, images: FileFacts, find: Callable[[], tuple[AllValues, Callable[[FileFacts], Sentinels]]]
    ) -> None:
        self._chart = chart
        self._images = images
        self._find = find
        # No value is looked for behind other lines.
        self._lines = {line for _, line in image_lines(images).values()}
        self._by_line: dict[int, dict[Part, Leaf]] | None = None

    @cached_property
    def _all(self) -> AllValues:
        return self._find()[0]

    @cached_property
    def _sentinels(self) -> Sentinels:
        return self._find()[1](self._images)

    def leaves(self, line: int) -> dict[Part, Leaf]:
        """The values behind the image in a line, by the part that they make; the first call renders the chart."""
        if line not in self._lines:
            return {}
        if self._by_line is None:
            self._by_line = self._sentinels.by_line()
        return self._by_line.get(line, {})

    @cached_property
    def _places(self) -> dict[int, Callable[[Span], Place]]:
        """What gives the place of each key and value, by its identity."""
        found: dict[int, Callable[[Span], Place]] = {}
        for part in self._all.parts:
            for node in _scalars(part.root):
                found[id(node)] = part.place
        return found

    def origin(self, line: int, part: Part) -> Origin | None:
        """The value that decides a part of the image in a line; None if it is not known, or the template does."""
        leaves = self.leaves(line)
        order = {Part.HOST: (Part.HOST, Part.NAME), Part.DIGEST: (Part.DIGEST, Part.TAG)}.get(part, (part,))
        leaf = next((leaves[one] for one in order if one in leaves), None)
        if part is Part.WHOLE:
            leaf = leaves.get(Part.NAME)
        if leaf is None:
            return None
        if leaf.scalar is None:
            return Origin(Place(self._chart_file, self._version_span(leaf.text)), Role.VALUE, APP_VERSION)
        place = self._places.get(id(leaf.scalar))
        if place is None:
            return self.slot(leaf.path, Role.SUBCHART)
        return Origin(place(leaf.scalar.span), Role.VALUE, written(leaf.path))

    @property
    def _chart_file(self) -> SourceId:
        return SourceId(inside(self._chart, "Chart.yaml"))

    def _version_span(self, version: str) -> Span:
        """Where `appVersion` is written; the top of the file if it is another by now."""
        root = read_document(self._chart, "Chart.yaml")
        written = text(root, APP_VERSION) if root is not None else None
        return written.span if written is not None and written.value == version else _TOP

    def is_of(self, files: Collection[SourceId], line: int, source: SourceId) -> bool:
        """Whether values in some files decide what is in a line and written in `source`.

        An image that a template writes is of the values that are parts of it. What is not an image may be of any.
        """
        if line not in self._lines or source in files:
            return True
        leaves = (leaf.scalar for leaf in self.leaves(line).values() if leaf.scalar is not None)
        made = {self._places[id(scalar)](scalar.span).source for scalar in leaves if id(scalar) in self._places}
        return source not in made and not made.isdisjoint(files)

    def change(self, line: int, old: str, new: str) -> tuple[Place, str, str] | None:
        """The value to change for another image in a line: its place, what it is, and what it has to be.

        None unless a single value of this chart makes what is different, and makes the image right.
        """
        start = _alike(old, new)
        end = len(old) - _alike(old[start:][::-1], new[start:][::-1])
        found: list[tuple[Leaf, str]] = []
        for leaf in dict.fromkeys(self.leaves(line).values()):
            at = old.find(leaf.text, max(0, end - len(leaf.text)))
            if leaf.text and 0 <= at <= start and end <= at + len(leaf.text):
                found.append((leaf, new[at : len(new) - (len(old) - at - len(leaf.text))]))
        if len(found) != 1:
            return None
        ((leaf, text),) = found
        place = self._places.get(id(leaf.scalar))
        if leaf.scalar is None or place is None or leaf.scalar.value != leaf.text or not leaf.scalar.is_text:
            return None
        if self._sentinels.image_with(line, leaf, text) != new:
            return None
        return place(leaf.scalar.span), leaf.text, text

    def slot(self, path: Path, role: Role = Role.VALUE) -> Origin:
        """Where the chart would set a value of a chart in it: the last key on its path that there is."""
        node: Node | None = self._all.own
        last: Scalar | None = None
        for step in path:
            entry = node.entry(str(step)) if isinstance(node, Mapping) else None
            if entry is None:
                break
            last, node = entry
        place = self._places.get(id(last)) if last is not None else None
        top = Place(self._chart_file, _TOP)
        return Origin(place(last.span) if place and last else top, role, written(path))


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _scalars(node: Node) -> Iterator[Scalar]:
    """The keys and values of a node."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _scalars(item)
    else:
        for key, value in node.pairs():
            yield key
            yield from _scalars(value)
