"""The Applications that an ApplicationSet of Argo CD generates, as far as the repository shows them.

Source: Argo CD v3 `applicationset/generators` (list.go, git.go, matrix.go, merge.go); `applicationset/utils/utils.go`
for the two template languages. What other generators find in clusters or in services is not known.
"""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.fields import key_like, text_like
from imagelint.text.globs import glob_matches
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.sources.repository import Repository

    # What a template can name: `path.basename`.
    _Parameters = dict[str, str]

# More than anybody lists.
_MOST = 1000
# A matrix may have others in it, and these none (`generators/matrix.go`).
_MOST_LEVELS = 2
_FIELD = re.compile(r"\{\{-?\s*(?:\.?([\w.\-\[\]]+)|index\s+\.(path)\.segments\s+(\d+))\s*-?\}\}")


def applications(node: Mapping, repository: Repository) -> Iterator[Mapping]:
    """The template of an ApplicationSet with the parameters of each element; fields that are not known stay in it."""
    spec = mapping(node, "spec")
    template = mapping(spec, "template")
    if template is None:
        return
    elements = (one for generator in items(spec, "generators") for one in _elements(generator, repository, 0))
    for parameters in islice(elements, _MOST):
        filled = _filled(template, parameters)
        if isinstance(filled, Mapping):
            kind = [key_like("kind", node), key_like("Application", node)]
            yield Mapping([*kind, *filled.nodes], filled.start, filled.end, filled.places)


def without_fields(node: Node, unknown: str) -> Node:
    """An Application with a text for each of the fields that are not known."""
    return _filled(node, {}, unknown)


def _elements(generator: Node, repository: Repository, level: int) -> Iterator[_Parameters]:
    """The parameters of each element of a generator; an unknown one in another generator has one without any."""
    git, matrix, merge = (mapping(generator, kind) for kind in ("git", "matrix", "merge"))
    if git is not None:
        found = _of_git(git, repository)
    elif matrix is not None and level < _MOST_LEVELS:
        found = _product(items(matrix, "generators"), repository, level + 1)
    elif merge is not None and level < _MOST_LEVELS:
        found = _merged(merge, repository, level + 1)
    elif (listed := mapping(generator, "list")) is not None:
        found = (_flat(element) for element in items(listed, "elements") if isinstance(element, Mapping))
    else:
        found = iter([dict[str, str]()] if level else [])
    yield from islice(found, _MOST)


def _of_git(git: Mapping, repository: Repository) -> Iterator[_Parameters]:
    wanted: list[str] = []
    unwanted: list[str] = []
    for directory in items(git, "directories"):
        path, exclude = text(directory, "path"), text(directory, "exclude")
        if path is not None:
            (unwanted if exclude is not None and exclude.value == "true" else wanted).append(path.value)
    for folder in repository.folders() if wanted else ():
        if any(_covers(glob, folder) for glob in wanted) and not any(_covers(glob, folder) for glob in unwanted):
            yield _with_values(git, _of_path(git, folder))
    for entry in items(git, "files"):
        glob = text(entry, "path")
        for file in repository.files(glob.value) if glob is not None else ():
            folder, name = posixpath.split(file.path)
            named = {"path.filename": name, "path.filenameNormalized": name}
            for one in file.content.items if isinstance(file.content, Sequence) else (file.content,):
                yield _with_values(git, _flat(one) | _of_path(git, folder or ".", named))


def _covers(glob: str, folder: str) -> bool:
    """Whether a pattern means a folder: a star stays within a part of the path (Go's `path.Match`)."""
    globs, parts = glob.strip("/").split("/"), folder.split("/")
    return len(globs) == len(parts) and all(map(glob_matches, globs, parts))


def _of_path(git: Mapping, folder: str, more: _Parameters | None = None) -> _Parameters:
    name = posixpath.basename(folder)
    parts = {f"path[{number}]": part for number, part in enumerate(folder.split("/"))}
    found = {"path": folder, "path.path": folder, "path.basename": name, "path.basenameNormalized": name}
    prefix = text(git, "pathParamPrefix")
    return {f"{prefix.value}.{key}" if prefix else key: value for key, value in (found | parts | (more or {})).items()}


def _with_values(generator: Mapping, parameters: _Parameters) -> _Parameters:
    """Parameters with the `values` of a generator, which are templates themselves."""
    values = mapping(generator, "values")
    return parameters | _flat(_filled(values, parameters), "values.") if values is not None else parameters


def _product(generators: Iterable[Node], repository: Repository, level: int) -> Iterator[_Parameters]:
    """The elements of a matrix: what later generators have may name parameters of those before."""
    listed = [*generators]
    if not listed:
        yield {}
        return
    for parameters in _elements(listed[0], repository, level):
        for more in _product((_filled(one, parameters) for one in listed[1:]), repository, level):
            yield parameters | more


def _merged(merge: Mapping, repository: Repository, level: int) -> Iterator[_Parameters]:
    """The elements of the first generator, with what others have for the same keys."""
    keys = [key.value for key in items(merge, "mergeKeys") if isinstance(key, Scalar)]
    first, *others = [[*_elements(one, repository, level)] for one in items(merge, "generators")] or [[]]
    if first == [{}]:  # which elements there are is not known: those that others change are
        first, *others = others or [[]]
    overrides = [{tuple(one.get(key) for key in keys): one for one in elements} for elements in others]
    for parameters in first:
        of_keys = tuple(parameters.get(key) for key in keys)
        for elements in overrides:
            parameters = parameters | elements.get(of_keys, {})  # noqa: PLW2901 - what the next one changes
        yield parameters


def _flat(node: Node, path: str = "") -> _Parameters:
    """The texts of a node by their key paths: `cluster.name`, `hosts.0`."""
    if isinstance(node, Scalar):
        return {path.removesuffix("."): node.value}
    found: _Parameters = {}
    if isinstance(node, Mapping):
        for key, value in node.pairs():
            found |= _flat(value, f"{path}{key.value}.")
    else:
        for number, value in enumerate(node.items):
            found |= _flat(value, f"{path}{number}.")
    return found


def _filled(node: Node, parameters: _Parameters, unknown: str | None = None) -> Node:
    """A node with the values of its fields; those that are not known stay, or become `unknown`."""
    if isinstance(node, Mapping):
        nodes = [
            part if number % 2 == 0 else _filled(part, parameters, unknown) for number, part in enumerate(node.nodes)
        ]
        return Mapping(nodes, node.start, node.end, node.places)
    if isinstance(node, Sequence):
        filled = [_filled(item, parameters, unknown) for item in node.items]
        return Sequence(filled, node.start, node.end, node.places)
    if "{{" not in node.value:
        return node

    def value(found: re.Match[str]) -> str:
        name = found[1] or f"{found[2]}[{found[3]}]"
        return parameters.get(name, found[0] if unknown is None else unknown)

    return text_like(_FIELD.sub(value, node.value), node)
