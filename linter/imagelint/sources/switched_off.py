"""What kustomizations have in a comment, and nothing else deploys."""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Unit

# Looked for in the instructions of one input, at most.
_MOST_PATHS = 200


class SwitchedOff:
    """The manifests and folders of an input that are commented out, but for those that an instruction names."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._folders = {
            posixpath.dirname(id_.path) or ".": unit for id_, unit in found.units.items() if _is_alone(unit)
        }
        # By path, the kustomization that has it in a comment.
        self._paths = dict(islice(self._commented(), _MOST_PATHS))

    def _commented(self) -> Iterator[tuple[str, str]]:
        for source, facts in self._found.files.items():
            for entry in facts.kustomization.commented if facts.kustomization is not None else ():
                path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), entry))
                if path in self._folders or SourceId(path) in self._found.files:
                    yield path, source.path

    def read(self, _path: str, text: str) -> None:
        """Look in one of the instructions."""
        for path in [path for path in self._paths if "/".join(path.split("/")[-2:]) in text]:
            del self._paths[path]

    def note(self) -> None:
        """Note in the input what nothing deploys."""
        off = {unit.id: self._paths[folder] for folder, unit in self._folders.items() if folder in self._paths}
        units = self._found.units.values()
        deployed = frozenset[SourceId]().union(*(unit.sources for unit in units if unit.id not in off))
        named = {SourceId(path): kustomization for path, kustomization in self._paths.items()}
        named |= {source: by for id_, by in off.items() for source in (id_, *self._found.units[id_].sources)}
        self._found.switched_off = {source: by for source, by in named.items() if source not in deployed}


def _is_alone(unit: Unit) -> bool:
    """Whether it is a kustomization that no object of Flux or Argo CD deploys."""
    return unit.deployed_by is None and not unit.values
