"""The inventory of images: every use of an image, with what the kubelet would make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint.facts.model import ContainerType
from imagelint.index.catalogs import catalog_uses
from imagelint.linting.json_fields import image_entry, place_fields
from imagelint.linting.resolve import belongs
from imagelint.reporting.frames import Frames
from imagelint.text.printable import printable
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Part
from imagelint.text.user_info import without_user_info

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Unit
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.text.places import SourceId

_HEADINGS = ("IMAGE", "RESOURCE", "CONTAINER", "POLICY", "ACCOUNT", "PULL SECRETS", "PLACE")


class ImageRow(NamedTuple):
    """The use of an image, with its entry as `image_entries` lists it."""

    use: ImageUse
    entry: dict[str, Any]


def image_rows(index: Index, found: Input, sources: set[SourceId]) -> list[ImageRow]:
    """The uses of images that `sources` deploy, in file order."""
    uses = (use for use in _uses_in(index, found, sources) if use.effective)
    frames = Frames(found)
    return [ImageRow(use, _entry(index, found, frames, use)) for use in sorted(uses, key=lambda use: use.place)]


def image_entries(index: Index, found: Input, sources: set[SourceId]) -> list[dict[str, Any]]:
    """The contract of `images --format json`: one entry for each container that `sources` deploy, in file order."""
    return [row.entry for row in image_rows(index, found, sources)]


def _entry(index: Index, found: Input, frames: Frames, use: ImageUse) -> dict[str, Any]:
    unit = found.units.get(use.pod.source)
    if unit is None:
        return {**image_entry(index, use), "written": without_user_info(use.written), "unit": None}
    # The last one: what the others made the image of.
    written = unit.trace.origins(use.span)[-1].place
    entry = image_entry(index, use)
    return {
        **entry,
        "key": entry["key"] or _key(unit, use),
        **place_fields(written),
        "written": without_user_info(frames.scalar(written) or use.written),
        "document": None,
        "unit": unit.name,
    }


def _key(unit: Unit, use: ImageUse) -> str | None:
    """The value of a chart that decides the tag or the digest of an image, else its name."""
    parts = (Part.DIGEST, Part.TAG, Part.NAME) if unit.values else ()
    firsts = (unit.trace.origins(use.span, part)[0] for part in parts)
    return next((first.key for first in firsts if first.key and first.place.path != unit.id.path), None)


def _uses_in(index: Index, found: Input, sources: set[SourceId]) -> Iterator[ImageUse]:
    by_source = index.join(_by_source)
    found.trace_ahead(use.place for unit in found.units for use in by_source.get(unit, ()))
    yield from (use for source in sources for use in by_source.get(source, ()))
    for unit in found.units.values():
        for use in by_source.get(unit.id, ()):
            if belongs(unit, unit.trace.origins(use.span), sources, found):
                yield use


def _by_source(index: Index) -> dict[SourceId, list[ImageUse]]:
    found: dict[SourceId, list[ImageUse]] = {}
    for use in (*index.images, *index.join(catalog_uses)):
        found.setdefault(use.pod.source, []).append(use)
    return found


def image_references(index: Index, found: Input, sources: set[SourceId]) -> Iterator[str]:
    """Each image of `sources` known to its tag, once, as the runtime pulls it: `docker.io/library/nginx:1.29`."""
    uses = _uses_in(index, found, sources)
    yield from sorted({f"{use.tagged.runtime_ref}\n" for use in uses if use.tagged is not None})


def image_table(entries: list[dict[str, Any]]) -> Iterator[str]:
    """The entries as aligned columns, with a heading."""
    rows = [_HEADINGS, *(_row(entry) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
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
        entry["pull_policy"]["effective"] or "-",
        entry["service_account"],
        ", ".join(entry["pull_secrets"]) or "-",
        _place(entry),
    )
    return tuple(printable(cell) for cell in cells)


def _place(entry: dict[str, Any]) -> str:
    """Where an image is written, what deploys it, and the value of a chart that decides it."""
    place = f"{entry['path']}:{entry['line']}"
    if entry["unit"] is None:
        return place
    key = f", {entry['key']}" if entry["key"] else ""
    return f"{place} ({entry['unit']}{key})"
