"""The picture of the HTML report as it is without a script: namespaces, the images they use, and registries."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from imagelint.reporting.html_rows import Access
from imagelint.reporting.html_table import ACCESS
from imagelint.reporting.html_text import shown
from imagelint.reporting.summary import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imagelint.reporting.html_rows import Row

# Of a column; what is beyond has one node.
_MOST_NODES = 25
_WIDTH, _ROW = 560, 24
# Where the labels of the columns begin, and how many characters of them have room.
_LEFT, _MIDDLE, _RIGHT = 8, 240, 392
_LETTERS = 22


def sentence(rows: Sequence[Row]) -> str:
    """What the picture shows, for those who do not see it."""
    images = [row for row in rows if row.image]
    workloads = {(row.unit, row.namespace, row.workload) for row in images}
    registries = {row.registry for row in images}
    parts = (
        counted(len(workloads), "workload"),
        counted(len({row.namespace for row in images}), "namespace"),
        counted(len({row.image for row in images}), "image"),
        "1 registry" if len(registries) == 1 else f"{len(registries)} registries",
    )
    return "{} in {} with {} from {}".format(*parts)


def picture(rows: Sequence[Row]) -> Iterator[str]:
    """An SVG image with a line for each namespace and registry, the ones with most findings first."""
    images = [row for row in rows if row.image]
    namespaces = _blocks(images, _namespace)
    registries = _nearest(images, namespaces, _blocks(images, _registry))
    height = _ROW * max(len({*namespaces.values()}), len({*registries.values()}), 1) + _ROW
    yield f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{shown(sentence(rows))}">\n'
    edges = Counter((namespaces[_namespace(row)], registries[_registry(row)], row.access) for row in images)
    for (left, right, access), count in sorted(edges.items(), key=str):
        yield _edge(left, right, access or Access.UNKNOWN, count)
    for names, x in ((namespaces, _LEFT), (registries, _RIGHT)):
        for number, members in _members(names).items():
            yield _label(x, number, members[0] if len(members) == 1 else f"{len(members)} more")
    for number in _members(registries):
        used = {row.image for row in images if registries[_registry(row)] == number}
        yield _label(_MIDDLE, number, counted(len(used), "image"))
        yield f'<path class="part" d="M{_MIDDLE + 84} {number * _ROW + 12}H{_RIGHT - 6}"></path>\n'
    yield "</svg>\n"


def _namespace(row: Row) -> str:
    return row.namespace or "no namespace"


def _registry(row: Row) -> str:
    return row.registry or "no registry"


def _blocks(rows: Sequence[Row], name_of: Callable[[Row], str]) -> dict[str, int]:
    """The number of the line of each name; all beyond the limit share the last one."""
    findings: Counter[str] = Counter()
    for row in rows:
        findings[name_of(row)] += len(row.findings)
    ordered = sorted(findings, key=lambda name: (-findings[name], name))
    return {name: min(number, _MOST_NODES) for number, name in enumerate(ordered)}


def _nearest(rows: Sequence[Row], namespaces: dict[str, int], registries: dict[str, int]) -> dict[str, int]:
    """The lines of registries in the order of the namespaces that use them: fewer edges cross."""
    lines: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        lines[registries[_registry(row)]].append(namespaces[_namespace(row)])
    # What is beyond the limit stays last.
    order = sorted(lines, key=lambda line: (line == _MOST_NODES, sum(lines[line]) / len(lines[line]), line))
    return {name: order.index(line) for name, line in registries.items()}


def _members(names: dict[str, int]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for name, number in names.items():
        found[number].append(name)
    return found


def _edge(left: int, right: int, access: Access, count: int) -> str:
    start, end = _LEFT + 160, _MIDDLE - 6
    # Each kind a little lower, so that none hides another.
    shift = _ROW // 2 + 3 * [*Access].index(access) - 4
    y, to = left * _ROW + shift, right * _ROW + shift
    bend = (start + end) // 2
    title = f"{counted(count, 'use')}: {ACCESS[access]}"
    return f'<path class="{access}" d="M{start} {y}C{bend} {y} {bend} {to} {end} {to}"><title>{title}</title></path>\n'


def _label(x: int, number: int, name: str) -> str:
    text = name if len(name) <= _LETTERS else f"{name[: _LETTERS // 2]}…{name[-_LETTERS // 2 + 1 :]}"
    return f'<text x="{x}" y="{number * _ROW + 16}">{shown(text)}<title>{shown(name)}</title></text>\n'
