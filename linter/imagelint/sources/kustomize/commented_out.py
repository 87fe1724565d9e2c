"""What a kustomization lists in comments: an entry that matches nothing may be for that."""

from __future__ import annotations

import os
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.facts.kinds import is_kustomization
from imagelint.facts.kustomization import commented_in
from imagelint.sources.kustomize.fields import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.state import State
    from imagelint.sources.kustomize.texts import File

_MANIFESTS = (".yaml", ".yml", ".json")
# Of a folder.
_MOST_FILES = 50
_LONGEST = 1_000_000
# Searching them takes about as long as comparing two names.
_BYTES_OF_A_NAME = 1000


def commented_out(state: State, layer: Layer, key: str, name: str) -> str | None:
    """Where a field has a name in what comments of a kustomization list, for a message; None if it is in none."""
    source = layer.place(layer.node).source
    if state.is_partial or not is_kustomization(source.path):
        return None
    written = re.compile(rf"\b{key}[\"']?[ \t]*:[ \t]*[\"']?{re.escape(name)}(?![\w./-])")
    data = "\n".join(layer.files.lines(source)).encode()
    for path, number in commented_in(data):
        if any(written.search(text) for text in _texts(state, layer, path)):
            return f"`{path}`, which is commented out in line {number}"
    return None


def _texts(state: State, layer: Layer, path: str) -> Iterator[str]:
    """The texts of a manifest, or of those in a folder; none of what is missing, large, or may not be read."""
    try:
        for file in islice(_files(layer, path), _MOST_FILES):
            length = os.path.getsize(file.real)
            if length <= _LONGEST and state.budget.compares(1 + length // _BYTES_OF_A_NAME):
                yield layer.files.read(file, path).decode("utf-8", "replace")
    except (OSError, RefusedError):
        return


def _files(layer: Layer, path: str) -> Iterator[File]:
    file = layer.files.at(layer.folder, path)
    layer.files.demand_inside(file, path)
    if os.path.isdir(file.real):
        names = (name for name in sorted(os.listdir(file.real)) if name.endswith(_MANIFESTS))
        yield from (layer.files.at(file.folder, name) for name in names)
    else:
        yield file
