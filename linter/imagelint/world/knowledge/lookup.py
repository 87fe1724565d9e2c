"""What `imagelint knowledge` shows: the entries for a host, an image, or a part of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from imagelint.kubelet.reference import InvalidReferenceError, parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.world.knowledge.base import Knowledge
    from imagelint.world.knowledge.known_images import ImageEntry
    from imagelint.world.knowledge.misspellings import Misspelling
    from imagelint.world.knowledge.registries import Registry

_HEADS = ("host", "match")


def found_for(knowledge: Knowledge, text: str | None) -> list[Registry | ImageEntry | Misspelling]:
    """The entries that a host or image falls under first, then those that name the text."""
    return [*dict.fromkeys((*_exact(knowledge, text), *_naming(knowledge, text or "")))]


def entries_for(knowledge: Knowledge, text: str | None) -> Iterator[str]:
    """The same, each as a block of lines."""
    return map(_block, found_for(knowledge, text))


def _exact(knowledge: Knowledge, text: str | None) -> Iterator[Registry | ImageEntry | Misspelling]:
    if not text:
        return
    host = text.partition("/")[0]
    registry = knowledge.registries.find(host)
    if registry is None and ("." in host or ":" in host):
        misspelling = knowledge.misspellings.find(host, knowledge.registries.spellings())
        if misspelling is not None:
            yield misspelling
    try:
        image = parse_reference(text)
    except InvalidReferenceError:
        pass
    else:
        yield from knowledge.images.of_repository(image)
    if registry is not None:
        yield registry


def _naming(knowledge: Knowledge, text: str) -> Iterator[Registry | ImageEntry | Misspelling]:
    part = text.lower()
    yield from (entry for entry in knowledge.registries.all() if part in f"{entry.host} {entry.name}".lower())
    yield from (entry for entry in knowledge.images.all() if part in entry.match)
    yield from (entry for entry in knowledge.misspellings.all() if part in f"{entry.host} {entry.likely}")


def _shown(value: object) -> str:
    return ", ".join(map(str, cast("tuple[str, ...]", value))) if isinstance(value, tuple) else str(value)


def _block(entry: Registry | ImageEntry | Misspelling) -> str:
    fields: dict[str, Any] = entry._asdict()
    head = next(fields.pop(key) for key in _HEADS if key in fields)
    known = {key: value for key, value in fields.items() if value not in (None, False, ())}
    lines = [f"  {key}: {_shown(value)}" for key, value in known.items()]
    return "\n".join([str(head), *lines]) + "\n"
