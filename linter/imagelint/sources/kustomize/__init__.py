"""What kustomizations deploy, built as kustomize 5.8.1 builds them, with the place of every scalar.

Nothing is fetched or run: what that would need is left out, and named.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from imagelint.facts.unit import Remark, Unit
from imagelint.linting.crashes import crash_of
from imagelint.sources.kustomize.budget import Allowance, Budget, TooMuchError
from imagelint.sources.kustomize.build import Builder
from imagelint.sources.kustomize.layout import Layout, Parts, UnitTrace
from imagelint.sources.kustomize.names import add_hashes, demand_names, leave_out_unknown, set_namespace
from imagelint.sources.kustomize.patches import refuse_repeated_keys
from imagelint.sources.kustomize.references import fix_references
from imagelint.sources.kustomize.resource import Resource, is_local_only
from imagelint.sources.kustomize.schemas import OpenApi
from imagelint.sources.kustomize.state import State
from imagelint.sources.kustomize.substitution import substitute
from imagelint.sources.kustomize.texts import File, Files, Folder
from imagelint.sources.kustomize.variables import resolve_variables
from imagelint.sources.kustomize.yaml_documents import objects
from imagelint.text.nodes import Scalar, items
from imagelint.text.paths import shown
from imagelint.text.places import Place, SourceId, Span
from imagelint.text.trace import AS_WRITTEN, Origin, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagelint.sources.kustomize.substitution import Values
    from imagelint.text.nodes import Mapping, Node
    from imagelint.text.source import Sources


# What an object costs that is deployed in the end, with the facts and findings about it.
_STEPS_FOR_RESULT, _NODES_IN_A_STEP = 10, 10


class Kustomize:
    """Builds any number of kustomizations; what they share is read and built once."""

    def __init__(self, sources: Sources, root: str, allowance: Allowance | None = None) -> None:
        """`root`: the folder that nothing outside of is read, with links resolved.

        `allowance`: what may be spent here, and by others who build in the same run.
        """
        self._layout = Layout()
        self._files = Files(sources, root, self._layout)
        self._allowance = allowance or Allowance()
        self._builder = Builder(self._files, self._layout, self._allowance)

    def build(self, path: str) -> Unit:
        """What the kustomization at a path deploys, as reports show the path. Bad input is part of the result."""
        id_ = SourceId(path)
        real = self._files.real(path) if "\0" not in path else ""
        if not self._files.is_inside(real):
            return _refused(id_, "this kustomization is outside of the repository")
        if os.path.dirname(real) != self._files.real(os.path.dirname(path)):
            return _refused(id_, "this kustomization is a link that leaves its folder")
        return self._attempted(id_, lambda: self._finished(id_, self._builder.root(File(id_, real))))

    def build_around(
        self,
        id: SourceId,  # noqa: A002 - the field of a source
        layer: tuple[Mapping, Callable[[Node], Place]],
        *,
        namespace: Scalar | None = None,
        values: Values | None = None,
        is_complete: bool = True,
    ) -> Unit:
        """What a kustomization deploys that a source has in another form: its node, and where each node was written.

        Its paths are relative to the root. `namespace` is that of objects that have none. `values` are substituted in
        all texts; if they are not complete, names without a value are left as they are.
        """
        return self._attempted(id, lambda: self._built_around(id, layer, namespace, values, is_complete=is_complete))

    def _built_around(
        self,
        id_: SourceId,
        layer: tuple[Mapping, Callable[[Node], Place]],
        namespace: Scalar | None,
        values: Values | None,
        *,
        is_complete: bool,
    ) -> Unit:
        node, place = layer
        root = Folder(shown(self._files.root), self._files.root)
        state = self._builder.around(node, id_, root, place)
        if node.get("components") is not None:
            from imagelint.sources.kustomize.added_components import judge_again

            folders = (entry for entry in items(node, "resources") if isinstance(entry, Scalar))
            judge_again(state, {self._files.at(root, entry.value).id.path for entry in folders})
        if namespace is not None:
            with state.attempt(place(namespace)):
                name = state.make(namespace.value, Parts.one(Origin(place(namespace), Role.VALUE, "namespace")))
                set_namespace(state, name, state.config.fields("namespace"), is_unset_only=True)
        return self._finished(id_, state, values, is_complete=is_complete)

    def load(self, path: str) -> Unit:
        """The objects of a file as they are written."""
        id_ = SourceId(path)
        state = State(self._layout, Budget(self._allowance), OpenApi())
        place = Place(id_, Span(1, 1, 1, 1))
        with state.attempt(place):
            documents = self._files.documents(File(id_, self._files.real(path)), path, Role.BASE)
            state.segments.add(documents.segment)
            state.sources.add(id_)
            state.append(map(Resource, objects(documents.nodes)[0]), place)
        return self._unit(id_, state)

    def _finished(self, id_: SourceId, state: State, values: Values | None = None, *, is_complete: bool = True) -> Unit:
        """The unit, with final names: what kustomize does last, and only for what is named."""
        place = Place(id_, Span(1, 1, 1, 1))
        with state.attempt(place):
            nodes = sum(resource.size for resource in state.resources)
            state.budget.spend(_STEPS_FOR_RESULT * len(state.resources) + nodes // _NODES_IN_A_STEP)
        for step in (
            add_hashes,
            fix_references,
            resolve_variables,
            leave_out_unknown,
            demand_names,
            refuse_repeated_keys,
        ):
            with state.attempt(place):
                step(state)
        if values is not None:
            substitute(state, values, is_complete=is_complete)
        return self._unit(id_, state)

    def _attempted(self, id_: SourceId, build: Callable[[], Unit]) -> Unit:
        """What is built; a defect of imagelint costs this unit alone.

        Once all that may be spent in a run is spent, nothing is built, so that what there is counts as it is.
        """
        try:
            unit = build()
            self._allowance.check()
        except TooMuchError as error:
            remark = Remark(Place(id_, Span(1, 1, 1, 1)), error.message)
            return Unit(id_, (), AS_WRITTEN, frozenset({id_}), left_out=(remark,), is_built=False)
        except Exception as error:  # noqa: BLE001 - as above
            return Unit(id_, (), AS_WRITTEN, frozenset({id_}), crash=crash_of(error))
        return unit

    def _unit(self, id_: SourceId, state: State) -> Unit:
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
            unplaced=tuple(patch.node for patch in state.unplaced),
            unfound=tuple(state.unfound),
            unknown_lines=frozenset(line for line, parts in state.made.items() if not parts.is_known),
            unknown={number: resource.needs_hash for number, resource in enumerate(printed) if resource.is_open},
        )


def _refused(id_: SourceId, message: str) -> Unit:
    remark = Remark(Place(id_, Span(1, 1, 1, 1)), message)
    return Unit(id_, (), UnitTrace((), {}), frozenset({id_}), refusals=(remark,))
