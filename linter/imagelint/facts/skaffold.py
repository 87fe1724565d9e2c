"""Images that Skaffold builds: manifests name them by the bare name of the artifact, which it replaces when it deploys.

Source: Skaffold `skaffold/v4beta11`, `build.artifacts[].image`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.kubelet.reference import split_domain
from imagelint.text.nodes import Mapping, as_text, select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Files

    from imagelint.facts.model import FileFacts

KIND = "skaffold/Config"


def artifacts_of(node: Mapping) -> Iterator[str]:
    """The images that a configuration of Skaffold builds, those of its profiles as well."""
    for path in ("build.artifacts[].image", "profiles[].build.artifacts[].image"):
        yield from (image.value for item in select(node, path) if (image := as_text(item)) is not None)


class Artifacts:
    """What is built for which files: those beside a configuration, and below."""

    def __init__(self, files: Files[str, FileFacts]) -> None:
        # The folders of the configurations by the images that they build.
        self._folders: dict[str, set[str]] = {}
        for path, facts in files.items():
            for name in facts.artifacts:
                self._folders.setdefault(name, set()).add(posixpath.dirname(path))

    def builds(self, path: str, image: str) -> bool:
        """Whether the image of a file is the bare name of an artifact, with any tag.

        One with a registry is there without Skaffold as well, one with a digest is kept.
        """
        if not self._folders or "@" in image or not split_domain(image)[2]:
            return False
        folders = self._folders.get(image.partition(":")[0])
        return folders is not None and not folders.isdisjoint(_above(path))


def _above(path: str) -> Iterator[str]:
    """The folders that a file is in, up to that of the input, whose path is empty."""
    while path:
        path = path.rpartition("/")[0]
        yield path
