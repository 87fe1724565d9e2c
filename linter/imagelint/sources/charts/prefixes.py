"""Values that the templates of a chart put before the names of its images: organisations, and no images.

`{{ .Values.image.repository }}/cart:{{ .Values.image.tag }}` makes several images of one value. The images of charts
that are rendered are in what helm prints.
"""

from __future__ import annotations

import os
import posixpath
import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from imagelint.text.bounded import is_within
from imagelint.text.source import UnreadableError, read_small

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.input import Input
    from imagelint.facts.model import Container, PodSpec
    from imagelint.text.places import SourceId

_MOST_TEMPLATES = 500
_NAMES = ("repository", "image", "name", "repo")
# Bounded, since a hostile chain of names could be read from each of its parts to its end.
_VALUE = r"\.Values((?:\.\w{1,100}){1,20}+)"
# What follows the value: more of a name, or the version of a name that is complete.
_USED = rf"{_VALUE}[^{{}}\n]{{0,200}}\}}\}}([/\w-]|[:@])"
_PRINTED = rf"printf[ \t]+[\"`]%s([/-])[^\"`\n]{{0,200}}[\"`][ \t]+\(?{_VALUE}"


def leave_out_prefixes(found: Input, charts: Iterable[str]) -> None:
    """Take from the values of charts that were not rendered what their templates put before names of images."""
    with_values: dict[str, list[SourceId]] = {}
    for source, facts in found.files.items():
        if any(pod.is_of_values for pod in facts.pods):
            with_values.setdefault(posixpath.dirname(source.path) or ".", []).append(source)
    for chart in charts:
        sources = with_values.get(chart, [])
        prefixes = _prefixes(chart) if sources else set[str]()
        for source in sources if prefixes else ():
            facts = found.files[source]
            found.files[source] = facts._replace(pods=tuple(_without(facts.pods, prefixes)))


def _without(pods: Iterable[PodSpec], prefixes: set[str]) -> Iterator[PodSpec]:
    for pod in pods:
        kept = tuple(container for container in pod.containers if not _is_prefix(container, prefixes))
        if kept or not pod.is_of_values:
            yield pod._replace(containers=kept)


def _is_prefix(container: Container, prefixes: set[str]) -> bool:
    if container.value is None or container.value.name is None:
        return False
    key = container.value.key
    return key in prefixes or any(f"{key}.{name}" in prefixes for name in _NAMES)


def _prefixes(chart: str) -> set[str]:
    """The key paths of the values that are only used as the start of a name."""
    prefixes: set[str] = set()
    complete: set[str] = set()
    for text in _templates(chart):
        used = ((match[1], match[2]) for match in re.finditer(_USED, text))
        printed = ((match[2], match[1]) for match in re.finditer(_PRINTED, text))
        for path, after in chain(used, printed):
            (complete if after in ":@" else prefixes).add(path.removeprefix("."))
    return prefixes - complete


def _templates(chart: str) -> Iterator[str]:
    for path in islice(_walked(os.path.join(chart, "templates")), _MOST_TEMPLATES):
        try:
            yield read_small(path).decode("utf-8", "replace") if is_within(path, chart) else ""
        except (OSError, UnreadableError):
            continue


def _walked(folder: str) -> Iterator[str]:
    for path, folders, names in os.walk(folder):
        folders.sort()
        yield from (os.path.join(path, name) for name in sorted(names))
