"""What the `images` of a kustomization make of an image (kustomize api/internal/image)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from imagelint.facts.model import ImageOverride


class _Rewrite(NamedTuple):
    """What an image of one name ends as; it keeps its own tag and digest unless they are replaced."""

    name: str
    replaces_tag: bool
    tag: str | None
    digest: str | None


class ImageRewrites:
    """The entries of one kustomization. Each sees what those before it wrote; they are put together once, by name."""

    def __init__(self, overrides: tuple[ImageOverride, ...]) -> None:
        self.overrides = overrides
        self._by_name: dict[str, _Rewrite] = {}
        for override in reversed(overrides):
            name = override.new_name or override.name
            later = self._by_name.get(name, _Rewrite(name, False, None, None))
            if not later.replaces_tag and (override.new_tag or override.digest):
                later = _Rewrite(later.name, True, override.new_tag, override.digest)
            self._by_name[override.name] = later

    def image(self, written: str) -> str:
        """The image that is written instead of `written`."""
        name, tag, digest = _parts(written)
        found = self._by_name.get(name)
        if found is None:
            return written
        if found.replaces_tag:
            tag, digest = found.tag, found.digest
        return found.name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def _parts(image: str) -> tuple[str, str | None, str | None]:
    name, _, digest = image.partition("@")
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return head, tag, digest or None
    return name, None, digest or None
