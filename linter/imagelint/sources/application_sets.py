"""The Applications that an ApplicationSet of Argo CD generates, as far as the repository shows them.

Source: Argo CD v3 `applicationset/generators` (list, git directories, and the product and union of a matrix are left
to the cluster), `applicationset/utils/utils.go` for the two template languages.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.text.globs import glob_matches
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, items, mapping, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# More than anybody lists.
_MOST = 1000
_FIELD = re.compile(r"\{\{-?\s*\.?([\w.\-\[\]]+)\s*-?\}\}")


def applications(node: Mapping, folders: Callable[[], Iterable[str]]) -> Iterator[Mapping]:
    """The template of an ApplicationSet with the values of each element.

    `folders` lists those of the repository, for generators that list its directories.
    """
    spec = mapping(node, "spec")
    template = mapping(spec, "template")
    if template is None:
        return
    found = 0
    for generator in items(spec, "generators"):
        for values in _elements(generator, folders):
            found += 1
            if found > _MOST:
                return
            filled = _filled(template, values)
            if isinstance(filled, Mapping):
                kind = Scalar("Application", plain=True, start=node.start, end=node.start, places=node.places)
                yield Mapping([_key("kind", node), kind, *filled.nodes], filled.start, filled.end, filled.places)


def _elements(generator: Node, folders: Callable[[], Iterable[str]]) -> Iterator[dict[str, str]]:
    for element in items(mapping(generator, "list"), "elements"):
        if isinstance(element, Mapping):
            yield {key.value: value.value for key, value in element.pairs() if isinstance(value, Scalar)}
    git = mapping(generator, "git")
    wanted: list[str] = []
    unwanted: list[str] = []
    for directory in items(git, "directories"):
        path, exclude = text(directory, "path"), text(directory, "exclude")
        if path is not None:
            (unwanted if exclude is not None and exclude.value == "true" else wanted).append(path.value)
    for folder in folders() if wanted else ():
        if any(_covers(glob, folder) for glob in wanted) and not any(_covers(glob, folder) for glob in unwanted):
            yield _of_folder(folder)


def _covers(glob: str, folder: str) -> bool:
    """Whether a pattern means a folder: a star stays within a part of the path (Go's `path.Match`)."""
    globs, parts = glob.strip("/").split("/"), folder.split("/")
    return len(globs) == len(parts) and all(map(glob_matches, globs, parts))


def _of_folder(folder: str) -> dict[str, str]:
    name = posixpath.basename(folder)
    parts = {f"path[{number}]": part for number, part in enumerate(folder.split("/"))}
    return {"path": folder, "path.path": folder, "path.basename": name, "path.basenameNormalized": name} | parts


def _filled(node: Node, values: dict[str, str]) -> Node:
    if isinstance(node, Mapping):
        nodes = [part if number % 2 == 0 else _filled(part, values) for number, part in enumerate(node.nodes)]
        return Mapping(nodes, node.start, node.end, node.places)
    if isinstance(node, Sequence):
        return Sequence([_filled(item, values) for item in node.items], node.start, node.end, node.places)
    if "{{" not in node.value:
        return node
    value = _FIELD.sub(lambda found: values.get(found[1], found[0]), node.value)
    return Scalar(value, plain=False, start=node.start, end=node.end, places=node.places)


def _key(name: str, near: Node) -> Scalar:
    return Scalar(name, plain=True, start=near.start, end=near.start, places=near.places)
