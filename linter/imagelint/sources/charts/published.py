"""Charts of one repository that name each other by the address that they are published at.

The versions of dependencies are those of Masterminds/semver, which Helm uses.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from imagelint.text.bounded import is_within
from imagelint.text.paths import upward

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the folders of charts are called, and of those that only define templates.
_OF_CHARTS = ("", "charts", "helm", "library", "libraries", "lib", "libs", "common")
# `1.2.3`, `1.2.*`, `~1.2.0`, `^1.2.0`, and how many numbers the sign leaves fixed.
_VERSION = r"(?a)([=~^]?)[ \t]*v?(\d+(?:\.\d+){0,2})(?:\.[*xX]){0,2}"
_FIXED = {"~": 2, "^": 1}


def folders_of(name: str, chart: str, tree: str) -> Iterator[str]:
    """Where a dependency called `name` may be, beside a chart or a folder around it; both paths are real."""
    for folder in upward(os.path.dirname(chart)):
        if not is_within(folder, tree):
            return
        yield from (os.path.join(folder, of_charts, name) for of_charts in _OF_CHARTS)


def meets(version: str, wanted: str) -> bool:
    """Whether a version is one of those that a dependency asks for, as far as that is one version or the like of it."""
    found = re.fullmatch(_VERSION, wanted.strip())
    if found is None:
        return wanted.strip() == version
    least = [int(number) for number in found[2].split(".")]
    numbers = [int(number) for number in re.findall(r"(?a)\d{1,9}", version.partition("-")[0])][:3]
    fixed = _FIXED.get(found[1], 3)
    return numbers[: min(fixed, len(least))] == least[:fixed] and numbers >= least
