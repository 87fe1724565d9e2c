"""Whose nodes run the pods of a file, as far as objects beside it show."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.index.artifacts import folders_of

if TYPE_CHECKING:
    from imagelint.index.index import Index
    from imagelint.text.places import SourceId


def platform_of(index: Index, source: SourceId) -> str | None:
    """What the settings say, else what objects of the same folder or of one above show; None if nothing does."""
    if index.settings.platform is not None:
        return index.settings.platform
    shown = index.whole.join(_platforms)
    return next((shown[folder] for folder in folders_of(source.path) if folder in shown), None)


def is_shown(index: Index, platform: str) -> bool:
    """Whether any object of the input is for a platform."""
    return platform in index.whole.join(_platforms).values()


def _platforms(index: Index) -> dict[str, str]:
    """The platforms that files show, by their folder."""
    shown = ((source, facts.platform) for source, facts in index.files.items())
    return {posixpath.dirname(source.path): platform for source, platform in shown if platform is not None}
