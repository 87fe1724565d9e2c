"""Folders whose files Maven copies with placeholders replaced by properties of the project.

Sources: `resources` and `delimiters` of maven-resources-plugin 3 (maven.apache.org/plugins/maven-resources-plugin), and
the patterns of Ant (ant.apache.org/manual/dirtasks.html).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.globs import GlobError, path_pattern
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_RESOURCES, _LONGEST_RESOURCE, _MOST_PATTERNS = 200, 4000, 50
_DEFAULT_DELIMITERS = ("${*}", "@")
# The folder of the POM, which paths in it are relative to.
_OF_PROJECT = r"\$\{(?:project\.)?basedir\}/"


class FilteredFolder(NamedTuple):
    """A folder, relative to that of the POM, with the patterns of its files and what is around their placeholders."""

    path: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...]
    delimiters: tuple[tuple[str, str], ...]

    def replaces(self, placeholder: str) -> bool:
        """Whether a placeholder has the delimiters."""
        return any(
            placeholder.startswith(begin) and placeholder.endswith(end) and len(placeholder) > len(begin + end)
            for begin, end in self.delimiters
        )

    def has(self, path: str) -> bool:
        """Whether a file is copied, by its path from the folder."""
        is_included = not self.includes or any(_matches(glob, path) for glob in self.includes)
        return is_included and not any(_matches(glob, path) for glob in self.excludes)


def filtered_folders(pom: str) -> Iterator[FilteredFolder]:
    """The folders that a POM copies with `filtering`."""
    if "<filtering>" not in pom:
        return
    text = _without_comments(pom)
    delimiters = (*_DEFAULT_DELIMITERS, *_values(text, "delimiter"))
    around = tuple((begin, end if star else begin) for begin, star, end in (one.partition("*") for one in delimiters))
    for tag in ("resource", "testResource"):
        for resource in _contents(text, tag):
            folder = re.sub(_OF_PROJECT, "", next(iter(_values(resource, "directory")), ""))
            if folder and "${" not in folder and _values(resource, "filtering") == ["true"]:
                includes, excludes = _values(resource, "include"), _values(resource, "exclude")
                yield FilteredFolder(folder, (*includes,), (*excludes,), around)


def _contents(text: str, tag: str) -> Iterator[str]:
    for content in text.split(f"<{tag}>")[1 : _MOST_RESOURCES + 1]:
        yield content[:_LONGEST_RESOURCE].partition(f"</{tag}>")[0]


def _values(text: str, tag: str) -> list[str]:
    parts = text.split(f"<{tag}>")[1 : _MOST_PATTERNS + 1]
    return [value for part in parts if (value := part[:_LONGEST_RESOURCE].partition("<")[0].strip())]


def _without_comments(text: str) -> str:
    first, *others = text.split("<!--")
    return first + "".join(one.partition("-->")[2] for one in others)


def _matches(glob: str, path: str) -> bool:
    try:
        return path_pattern(glob + "**" if glob.endswith("/") else glob).fullmatch(path) is not None
    except GlobError:
        return False
