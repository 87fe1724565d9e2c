"""Folders whose manifests nobody deploys from here, by the signs that leave no doubt."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

TEST_DATA, VENDORED = "test data", "vendored folders"
# `testdata` is passed over by Go's own tools, `__snapshots__` and `__fixtures__` belong to Jest.
_TEST_DATA = frozenset({"testdata", "__snapshots__", "__fixtures__", "fixtures", "golden"})
# Where Maven and Gradle have what only tests read.
_TEST_RESOURCES = ("src", "test", "resources")
_VENDORED = frozenset({"node_modules", "third_party", "third-party"})


def purpose_of(path: str, entries: Container[str]) -> str | None:
    """What a folder is for, by its path and the names in it, if it is not for deploying."""
    *above, name = path.replace(os.sep, "/").split("/")
    if name in _TEST_DATA or (*above[-2:], name) == _TEST_RESOURCES:
        return TEST_DATA
    # The list that `go mod vendor` writes; a folder of that name alone may be anything.
    is_vendored = name in _VENDORED or (name == "vendor" and "modules.txt" in entries)
    return VENDORED if is_vendored else None
