"""Registry hosts that are written by mistake."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


# How many hosts one is compared with: those that are built in, and as many again of a user.
_MOST_COMPARED = 1000
# `.jfrog.io` is long enough to be meant, `.icr.io` is near to other registries.
_LONG_END = 9


class Misspelling(NamedTuple):
    """One entry of `misspellings.yaml`, whose head explains the fields."""

    host: str
    likely: str
    kind: str
    malicious: bool = False
    note: str | None = None
    source: str | None = None


class Misspellings:
    """Look-up of a host: the list first, then one edit from a host, or from the end of a glob, that is well known."""

    def __init__(self, entries: Iterable[dict[str, Any]]) -> None:
        self._by_host = {entry["host"]: Misspelling(**entry) for entry in entries}

    def find(self, host: str, known: Iterable[str]) -> Misspelling | None:
        """What was meant by `host`, which is none of the `known` hosts and globs; None if that is not plain."""
        listed = self._by_host.get(host.lower())
        if listed is not None:
            return listed
        likely_hosts = (
            _filled(other, host.lower()) if "*" in other else other for other in islice(known, _MOST_COMPARED)
        )
        near = [other for other in likely_hosts if other is not None and _is_one_edit(host.lower(), other)]
        swapped = [other for other in near if sorted(other) == sorted(host.lower())]
        likely = swapped if len(swapped) == 1 else near
        # Short names are similar to many others: `acr.io` is not a typo of `gcr.io`.
        return Misspelling(host=host, likely=likely[0], kind="typo") if len(likely) == 1 and _is_long(host) else None

    def all(self) -> Iterator[Misspelling]:
        """Every entry of the list, in the order of the source."""
        return iter(self._by_host.values())


def _filled(glob: str, host: str) -> str | None:
    """A glob with the labels of a host for its stars; None if it has others, or says too little by itself."""
    labels, own = glob.split("."), host.split(".")
    has_parts = any("*" in label and label != "*" for label in labels)
    if has_parts or len(labels) != len(own) or len(glob.replace("*", "")) < _LONG_END:
        return None
    return ".".join(mine if label == "*" else label for label, mine in zip(labels, own, strict=True))


def _is_long(host: str) -> bool:
    return len(host.partition(":")[0]) >= 7


def _is_one_edit(one: str, other: str) -> bool:
    """Whether one letter was lost, added or changed, or two neighbours swapped (Damerau-Levenshtein distance 1)."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]
