"""Components that an object of Flux or Argo CD adds to the kustomization in a folder: its patches are for them, too."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from imagelint.sources.kustomize.state import State


def judge_again(state: State, folders: Collection[str]) -> None:
    """Look for the targets that match nothing in the kustomizations of some folders among all objects."""
    for remark in [*state.unmatched]:
        if remark.selected is None or posixpath.dirname(remark.place.source.path) not in folders:
            continue
        name, kind = remark.selected
        named = {one.id.name: one.id for one in state.resources if kind in {"", one.id.kind}}
        del state.unmatched[remark]
        if name not in named:
            state.unmatched[remark._replace(nearest=state.did_you_mean(name, named.items()))] = None
