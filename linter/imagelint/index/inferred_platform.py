"""Whose nodes run the pods of a file, as far as objects beside it show."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.index.artifacts import folders_of

if TYPE_CHECKING:
    from imagelint.index.index import Index
    from imagelint.text.places import SourceId

# How gcloud and aws name the contexts that they write for clusters, as `kubectl config current-context` prints them;
# folders of what is deployed to a cluster have the same names.
_CONTEXTS = {
    "gke": re.compile(r"gke_[a-z][a-z0-9.:-]{4,99}_[a-z]+-[a-z]+[0-9]{1,2}(?:-[a-z])?_[a-z][a-z0-9-]{0,39}"),
    "eks": re.compile(r"arn:aws[a-z-]{0,10}:eks:[a-z0-9-]{1,30}:[0-9]{12}:cluster(?:[_:-][A-Za-z0-9_-]{1,100})?"),
}


def platform_of(index: Index, source: SourceId) -> str | None:
    """What the settings say, else what objects of the same folder or of one above show; None if nothing does."""
    if index.settings.platform is not None:
        return index.settings.platform
    shown = index.whole.join(_platforms)
    return next((shown[folder] for folder in folders_of(source.path) if folder in shown), None)


def is_shown(index: Index, platform: str) -> bool:
    """Whether any object of the input is for a platform."""
    return platform in index.whole.join(_platforms).values()


def context_of(index: Index, source: SourceId) -> tuple[str, str] | None:
    """The platform of the cluster whose context names a folder that a source is deployed from, and that name."""
    facts = index.whole.files.get(source)
    path = (facts.released_in if facts is not None else None) or source.path
    for folder in path.split("/")[:-1]:
        for platform, form in _CONTEXTS.items():
            if form.fullmatch(folder):
                return platform, folder
    return None


def _platforms(index: Index) -> dict[str, str]:
    """The platforms that files show, by their folder."""
    shown = ((source, facts.platform) for source, facts in index.files.items())
    return {posixpath.dirname(source.path): platform for source, platform in shown if platform is not None}
