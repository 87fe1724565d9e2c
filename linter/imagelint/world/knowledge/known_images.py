"""The images that imagelint knows to be gone, moved, frozen or going away."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imagelint.kubelet.reference import has_version
from imagelint.text.glob_table import GlobTable
from imagelint.text.lazy import cached_property
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagelint.kubelet.reference import ImageReference

_VERSION = r"v?([0-9]+(?:\.[0-9]+)*)"
_COMPARED = r"(>=|<=|>|<)(.+)"
# The wildcards of `match` and `replacement`: both have the same ones in the same order.
STARS = r"\*\*?"
_GONE = frozenset({"removed", "unpublished"})
# For the compile step and the tests only, or kept under another name.
_NOT_FIELDS = frozenset({"except", "examples"})


class ImageEntry(NamedTuple):
    """One entry of `images.yaml`, whose head explains the fields."""

    match: str
    status: str
    source: str
    evidence: str
    tags: str | None = None
    excepted: tuple[str, ...] = ()
    since: str | None = None
    ends: str | None = None
    replacement: str | None = None
    other_tags: bool = False
    note: str | None = None

    def instead_of(self, image: ImageReference) -> str | None:
        """The replacement for an image, with what its `*` matched, and the tag of the image if it has that."""
        if self.replacement is None:
            return None
        found = _pattern(self.match).fullmatch(image.normalized)
        parts = iter(found.groups() if found else ())
        name = re.sub(STARS, lambda star: next(parts, star[0]), self.replacement)
        tag = f":{image.tag}" if image.tag else ""
        return name if has_version(name) or "*" in name or self.other_tags or image.digest else f"{name}{tag}"


class Images:
    """Look-up of an image. Takes the entries as JSON gives them; only what comes near an image is looked at.

    `copies` are groups of repository prefixes that hold the same images, the home of the images first.
    """

    def __init__(self, entries: Iterable[dict[str, Any]], copies: Iterable[Sequence[str]] = ()) -> None:
        self._entries = [entry for entry in entries if entry["status"] != "rate-limited"]
        self._by_match: dict[str, GlobTable[dict[str, Any]]] = {}
        self._homes = {prefix: group[0] for group in copies for prefix in group[1:]}

    def find(self, image: ImageReference, *, has_tag: bool = True) -> ImageEntry | None:
        """The entry for an image: the one with more literal text, one with tags before one without.

        `has_tag`: whether its tag, or the lack of one, is what will be pulled.

        The format of an image is the same in every copy, and a new home does not change it: `schema1` comes before
        all entries but those of images that are gone.
        """
        best = self._best(image, has_tag=has_tag)
        if best is None or best["status"] not in _GONE:
            is_old = best is not None and best["status"] == "schema1"
            best = (best if is_old else self._best(self._at_home(image), "schema1", has_tag=has_tag)) or best
        return _entry(best) if best else None

    def of_repository(self, image: ImageReference) -> Iterator[ImageEntry]:
        """The entry for an image, then those for other tags of its repository."""
        found = self.find(image)
        if found is not None:
            yield found
        others = (_entry(entry) for entry in self._near(image) if "tags" in entry and _names(entry, image))
        yield from (other for other in others if other != found)

    def _best(self, image: ImageReference, status: str | None = None, *, has_tag: bool) -> dict[str, Any] | None:
        entries = (entry for entry in self._near(image) if has_tag or "tags" not in entry)
        fitting = [entry for entry in entries if status in {None, entry["status"]} and _fits(entry, image)]
        return max(fitting, key=lambda entry: (_literal(entry["match"]), "tags" in entry), default=None)

    def _at_home(self, image: ImageReference) -> ImageReference:
        """The image that this one is a copy of, as far as that is known."""
        parts = image.normalized.split("/")
        for end in range(1, len(parts)):
            home = self._homes.get("/".join(parts[:end]))
            if home is not None:
                registry, _, repository = f"{home}/{'/'.join(parts[end:])}".partition("/")
                return image._replace(registry=registry, repository=repository)
        return image

    def _near(self, image: ImageReference) -> list[dict[str, Any]]:
        host = image.registry or ""
        if host not in self._by_match:
            self._by_match[host] = GlobTable((entry["match"], entry) for entry in self._by_host.get(host, ()))
        return self._by_match[host].near(image.normalized)

    def all(self) -> Iterator[ImageEntry]:
        """Every entry, in the order of the source."""
        return map(_entry, self._entries)

    @cached_property
    def _by_host(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for entry in self._entries:
            found.setdefault(entry["match"].partition("/")[0], []).append(entry)
        return found


def _entry(fields: dict[str, Any]) -> ImageEntry:
    rest = {key: value for key, value in fields.items() if key not in _NOT_FIELDS}
    return ImageEntry(**rest, excepted=tuple(fields.get("except", ())))


def _names(entry: dict[str, Any], image: ImageReference) -> bool:
    """Whether an entry is about the repository of an image."""
    name = image.normalized
    excepted = entry.get("except", ())
    return _pattern(entry["match"]).fullmatch(name) is not None and not any(
        _pattern(glob).fullmatch(name) for glob in excepted
    )


def _fits(entry: dict[str, Any], image: ImageReference) -> bool:
    if not _names(entry, image):
        return False
    tags = entry.get("tags")
    if tags is None:
        return True
    # A digest can outlive its tag, so nothing is known of it.
    return image.digest is None and tag_fits(image.effective_tag or "latest", tags)


def tag_fits(tag: str, condition: str) -> bool:
    """Whether a tag fits a condition such as `latest,>4.14.0` or `!latest,!edge`: any of these, none of those."""
    items = condition.split(",")
    refused = [item[1:] for item in items if item.startswith("!")]
    allowed = [item for item in items if not item.startswith("!")]
    if any(_tag_matches(tag, item) for item in refused):
        return False
    return not allowed or any(_tag_matches(tag, item) for item in allowed)


def _tag_matches(tag: str, item: str) -> bool:
    compared = re.fullmatch(_COMPARED, item)
    if compared is None:
        return _pattern(item).fullmatch(tag) is not None
    own, other = _version(tag), _version(compared[2])
    if own is None or other is None:
        return False
    return {">=": own >= other, "<=": own <= other, ">": own > other, "<": own < other}[compared[1]]


def _version(text: str) -> tuple[int, ...] | None:
    found = re.match(_VERSION, text)
    return tuple(int(part) for part in found[1].split(".")) if found else None


def _literal(match: str) -> int:
    return len(match) - match.count("*")


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob with a group for each star: `*` is any text without a slash, `**` with them."""
    from imagelint.text.globs import joined_by_stars

    *others, last = ([re.escape(piece) for piece in part.split("*")] for part in glob.split("**"))
    blocks = [joined_by_stars(pieces, "[^/]", to_end=False) for pieces in others]
    return re.compile(joined_by_stars([*blocks, joined_by_stars(last, "[^/]")], "."))
