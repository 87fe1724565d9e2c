"""The inventory of images: every use of an image, with what the kubelet would make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint.facts.model import ContainerType
from imagelint.index.catalogs import catalog_uses
from imagelint.linting.json_fields import image_entry
from imagelint.text.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.text.places import SourceId


def image_entries(index: Index, sources: set[SourceId]) -> list[dict[str, Any]]:
    """The contract of `images --format json`: one entry for each use of an image in `sources`, in file order."""
    uses = (use for use in _uses_in(index, sources) if use.effective)
    return [image_entry(index, use) for use in sorted(uses, key=lambda use: use.place)]


def _uses_in(index: Index, sources: set[SourceId]) -> Iterator[ImageUse]:
    by_source = index.join(_by_source)
    return (use for source in sources for use in by_source.get(source, ()))


def _by_source(index: Index) -> dict[SourceId, list[ImageUse]]:
    found: dict[SourceId, list[ImageUse]] = {}
    for use in (*index.images, *index.join(catalog_uses)):
        found.setdefault(use.pod.source, []).append(use)
    return found


def image_references(index: Index, sources: set[SourceId]) -> Iterator[str]:
    """Each image of `sources` known to its tag, once, as the runtime pulls it: `docker.io/library/nginx:1.29`."""
    uses = _uses_in(index, sources)
    yield from sorted({f"{use.tagged.runtime_ref}\n" for use in uses if use.tagged is not None})


def image_table(entries: list[dict[str, Any]]) -> Iterator[str]:
    """The entries as aligned columns, with a heading."""
    rows = [("IMAGE", "RESOURCE", "CONTAINER", "PULL SECRETS", "PLACE"), *(_row(entry) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)]
        yield "  ".join(cells).rstrip() + "\n"


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    resource = entry["resource"]
    name = "/".join(part for part in (resource["namespace"], resource["name"]) if part)
    cells = (
        entry["image"],
        f"{resource['kind']} {name}",
        entry["container"]
        or entry["key"]
        or ("(possible)" if entry["container_type"] == ContainerType.POSSIBLE else "-"),
        ", ".join(entry["pull_secrets"]) or "-",
        f"{entry['path']}:{entry['line']}",
    )
    return tuple(printable(cell) for cell in cells)
