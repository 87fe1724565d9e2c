"""A kustomization, or the settings of a transformer, while it is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.sources.kustomize.layout import Parts
from imagelint.sources.kustomize.resource import value_of
from imagelint.sources.kustomize.yaml_documents import Documents, objects
from imagelint.text.nodes import Mapping, Scalar, items
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Origin, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.sources.kustomize.state import State
    from imagelint.sources.kustomize.texts import File, Files, Folder
    from imagelint.text.nodes import Node
    from imagelint.text.places import Place

_NOT_BELOW = "is not below the folder of the kustomization (without `--load-restrictor LoadRestrictionsNone`)"


class Layer(NamedTuple):
    """The fields of a kustomization, the folder that its paths are relative to, and where its nodes were written."""

    node: Mapping
    folder: Folder
    files: Files
    place: Callable[[Node], Place]

    def scalars(self, *keys: str) -> Iterator[Scalar]:
        """The texts of lists."""
        for key in keys:
            yield from (item for item in items(self.node, key) if isinstance(item, Scalar))

    def entries(self, *keys: str) -> Iterator[tuple[str, Mapping]]:
        """The mappings of lists, each with its key path, such as `images[0]`."""
        for key in keys:
            for number, item in enumerate(items(self.node, key)):
                if isinstance(item, Mapping):
                    yield f"{key}[{number}]", item

    def scalar(self, key: str, node: Mapping | None = None) -> Scalar | None:
        """The text of a field that is not empty."""
        value = (node or self.node).get(key)
        return value if isinstance(value, Scalar) and not value.is_null and value.value else None

    def origin(self, node: Node, key: str) -> Origin:
        """Where a field was written; `key` is its key path."""
        return Origin(self.place(node), Role.VALUE, key)

    def value(self, state: State, scalar: Scalar, key: str) -> Scalar:
        """A field as a scalar of an object."""
        return state.make(scalar.value, Parts.one(self.origin(scalar, key)), plain=scalar.plain)

    def patch(self, state: State, node: Mapping) -> Documents | None:
        """The documents of an entry's `path` or `patch`; None if it has neither. Raises RefusedError."""
        path, text = self.scalar("path", node), self.scalar("patch", node)
        if path is not None:
            return self.load(state, path)
        return self.inline(state, text) if text is not None else None

    def load(self, state: State, path: Scalar, role: Role = Role.PATCH) -> Documents:
        """The documents of a file. Raises RefusedError."""
        file = self.files.at(self.folder, path.value)
        documents = self.files.documents(file, path.value, role)
        state.sources.add(file.id)
        self.demand_below(state, file, path, path.value)
        state.segments.add(documents.segment)
        for problem in documents.problems:
            place = documents.segment.origin(problem.span).place
            state.refuse_document(place, problem.message, problem.document)
        return documents

    def demand_below(self, state: State, file: File, entry: Scalar, path: str) -> None:
        """Report a file of the repository that an entry names and that is not below the kustomization."""
        if not file.real.startswith(self.folder.real.rstrip("/\\") + "/"):
            state.refuse(self.place(entry), _NOT_BELOW, path, has_option=True)

    def inline(self, state: State, scalar: Scalar, role: Role = Role.PATCH) -> Documents:
        """The documents of a text of the kustomization itself."""
        is_component = value_of(self.node, "kind") == "Component"
        documents = self.files.inline(scalar, self.place(scalar), role, keeps=is_component)
        state.segments.add(documents.segment)
        for problem in documents.problems:
            state.refuse(documents.segment.origin(problem.span).place, problem.message)
        return documents

    def objects(self, state: State, documents: Documents) -> list[Mapping]:
        """The objects of documents; what is none is reported."""
        found, problems = objects(documents.nodes)
        for problem in problems:
            state.refuse(documents.segment.origin(problem.span).place, problem.message)
        return found
