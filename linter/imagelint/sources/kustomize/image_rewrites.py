"""What entries of `images` make of an image, one after the other (`api/filters/imagetag`)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.kubelet.reference import image_parts
from imagelint.sources.kustomize.fields import RefusedError
from imagelint.sources.kustomize.pattern_compiler import PatternError
from imagelint.sources.kustomize.patterns import compiled
from imagelint.sources.kustomize.state import MAX_TEXT
from imagelint.text.glob_table import GlobTable
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.layout import Parts
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Mapping, Scalar
    from imagelint.text.trace import Origin

# The name of an entry is part of a regular expression; most are without a metacharacter but the dot.
_PLAIN = re.compile(r"[\w./:-]*")
_REST = r"(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?"
# How many changes are remembered, and of texts up to which length.
_MOST_KNOWN, _LONGEST_KNOWN = 10_000, 1000


class ImageEntry(NamedTuple):
    """An entry of `images`; fields that are empty change nothing."""

    name: str
    node: Mapping
    key: str
    new_name: Scalar | None
    new_tag: Scalar | None
    digest: Scalar | None
    tag_suffix: Scalar | None


class _Change(NamedTuple):
    """What became of an image: its text, and who decides its parts now; None for parts that are as they were."""

    text: str
    whole: Origin | None
    name: Origin | None
    tag: Origin | None
    digest: Origin | None
    # All who decide a part.
    others: tuple[Origin, ...]

    def followed_by(self, later: _Change) -> _Change:
        """Both changes as one."""
        whole, name, tag, digest = (new or old for new, old in zip(later[1:5], self[1:5], strict=True))
        left = (origin for origin in self.others if origin in {whole, name, tag, digest})
        return _Change(later.text, whole, name, tag, digest, tuple(dict.fromkeys((*later.others, *left))))

    def parts(self, old: Parts) -> Parts:
        """Who decides each part of the image."""
        whole, name, tag, digest = (new or own for new, own in zip(self[1:5], old[:4], strict=True))
        others = tuple(dict.fromkeys((*self.others, *old.others)))
        return old._replace(whole=whole, name=name, tag=tag, digest=digest, others=others)


class Rewrites:
    """Applies entries in their order. What one makes of an image may be for one that comes after it."""

    def __init__(self, state: State, layer: Layer, entries: list[ImageEntry]) -> None:
        self._state = state
        self._layer = layer
        self._entries = entries
        self._table = GlobTable((_glob(entry.name), number) for number, entry in enumerate(entries))
        # What a text becomes from an entry on that is for it. Many images come to be the same.
        self._known: dict[tuple[str, int, int], _Change] = {}
        # The entries that were for no image yet.
        self.missed = dict(enumerate(entries))

    def apply(self, image: Scalar, times: int) -> Scalar:
        """An image with all entries applied that are for it, each so many times. Raises RefusedError."""
        change = self._change(image.value, times)
        if change is None:
            return image
        return self._state.make(change.text, change.parts(self._state.parts(image)), plain=image.plain)

    def _change(self, text: str, times: int) -> _Change | None:
        change: _Change | None = None
        steps: list[tuple[tuple[str, int, int], _Change]] = []
        number = self._next(text, 0)
        while number is not None:
            key = text, number, times
            change = self._known.get(key)
            if change is not None:
                break
            steps.append((key, self._applied(text, number, times)))
            text = steps[-1][1].text
            number = self._next(text, number + 1)
        for key, own in reversed(steps):
            change = own if change is None else own.followed_by(change)
            if len(self._known) < _MOST_KNOWN and len(key[0]) <= _LONGEST_KNOWN:
                self._known[key] = change
        return change

    def _next(self, text: str, first: int) -> int | None:
        """The first entry from a number on that is for an image."""
        self._state.budget.spend(1)
        near = (number for number in self._table.near(text) if number >= first)
        return next((number for number in near if is_matched(text, self._entries[number].name)), None)

    def _applied(self, text: str, number: int, times: int) -> _Change:
        entry = self._entries[number]
        self.missed.pop(number, None)
        change = _changed(self._layer, text, entry)
        for _ in range(times - 1):
            if is_matched(change.text, entry.name):
                change = change.followed_by(_changed(self._layer, change.text, entry))
        if len(change.text) > MAX_TEXT:
            raise RefusedError("a text becomes too long")
        return change


def _glob(name: str) -> str:
    """A glob that matches each image that an entry of this name is for."""
    return f"{name.replace('.', '?')}*" if _PLAIN.fullmatch(name) else "*"


@lru_cache(maxsize=4096)
def _plain_pattern(name: str) -> re.Pattern[str]:
    return re.compile(name + _REST)


def is_matched(image: str, name: str) -> bool:
    """Whether an entry is for an image. Raises RefusedError if its name is not a regular expression."""
    if _PLAIN.fullmatch(name):
        return _plain_pattern(name).fullmatch(image) is not None
    try:
        return compiled(f"^{name}{_REST}$").found_in(image)
    except PatternError:
        return False


def _changed(layer: Layer, text: str, entry: ImageEntry) -> _Change:
    name, tag, digest = image_parts(text)
    name = entry.new_name.value if entry.new_name else name
    if entry.new_tag or entry.digest:
        tag = entry.new_tag.value if entry.new_tag else ""
        digest = entry.digest.value if entry.digest else ""
    elif entry.tag_suffix:
        tag, digest = tag + entry.tag_suffix.value, ""
    value = name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    return _Change(value, *_origins(layer, entry))


def _origins(
    layer: Layer, entry: ImageEntry
) -> tuple[Origin | None, Origin | None, Origin | None, Origin | None, tuple[Origin, ...]]:
    """Who decides the whole, the name, the tag and the digest, and all of them."""
    fields = {
        "newTag": entry.new_tag,
        "digest": entry.digest,
        "newName": entry.new_name,
        "tagSuffix": None if entry.new_tag or entry.digest else entry.tag_suffix,
    }
    new = {field: layer.origin(node, f"{entry.key}.{field}") for field, node in fields.items() if node is not None}
    tag = new.get("newTag") or new.get("tagSuffix") or new.get("digest")
    digest, name = new.get("digest"), new.get("newName")
    return tag or digest or name, name, tag, digest, tuple(new.values())
