"""What kustomizations deploy, built as kustomize 5.8.1 builds them, with the place of every scalar.

Nothing is fetched or run: what that would need is left out, and named.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.unit import Remark, Unit
from imagelint.sources.kustomize.build import Builder
from imagelint.sources.kustomize.layout import Layout, UnitTrace
from imagelint.sources.kustomize.names import add_hashes, demand_names
from imagelint.sources.kustomize.references import fix_references
from imagelint.sources.kustomize.resource import is_local_only
from imagelint.sources.kustomize.texts import File, Files, Folder
from imagelint.sources.kustomize.variables import resolve_variables
from imagelint.text.places import Place, SourceId, Span

if TYPE_CHECKING:
    from imagelint.sources.kustomize.state import State
    from imagelint.text.nodes import Mapping
    from imagelint.text.sources import Sources


class Kustomize:
    """Builds any number of kustomizations; what they share is read and built once."""

    def __init__(self, sources: Sources, root: str) -> None:
        """`root`: the folder that nothing outside of is read, with links resolved."""
        self._layout = Layout()
        self._files = Files(sources, root, self._layout)
        self._builder = Builder(self._files, self._layout)

    def build(self, path: str) -> Unit:
        """What the kustomization at a path deploys, as reports show the path. Bad input is part of the result."""
        id_ = SourceId(path)
        real = os.path.realpath(path) if "\0" not in path else ""
        if not self._files.is_inside(real):
            return _refused(id_, "this kustomization is outside of the repository")
        return self._finished(id_, self._builder.root(File(id_, real)))

    def build_around(self, node: Mapping, id: SourceId, folder: str) -> Unit:  # noqa: A002 - the field of a source
        """What a kustomization deploys that is part of another source; its paths are relative to `folder`."""
        real = os.path.realpath(folder) if "\0" not in folder else ""
        if not self._files.is_inside(real):
            return _refused(id, "this folder is outside of the repository")
        state = self._builder.around(node, id, Folder(posixpath.normpath(folder), real))
        return self._finished(id, state)

    def _finished(self, id_: SourceId, state: State) -> Unit:
        """The unit, with final names: what kustomize does last, and only for what is named."""
        place = Place(id_, Span(1, 1, 1, 1))
        for step in (add_hashes, fix_references, resolve_variables, demand_names):
            with state.attempt(place):
                step(state)
        printed = [resource for resource in state.resources if not is_local_only(resource)]
        return Unit(
            id_,
            tuple(resource.node for resource in printed),
            UnitTrace(state.segments, state.made),
            frozenset(state.sources),
            refusals=tuple(state.refusals),
            unmatched=tuple(state.unmatched),
            left_out=tuple(state.left_out),
            unread=tuple(state.unread),
            unknown={number: resource.needs_hash for number, resource in enumerate(printed) if resource.is_open},
        )


def _refused(id_: SourceId, message: str) -> Unit:
    remark = Remark(Place(id_, Span(1, 1, 1, 1)), message)
    return Unit(id_, (), UnitTrace((), {}), frozenset({id_}), refusals=(remark,))
