"""Random trees of kustomizations: folders with bases, components and overlays, as texts by path."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from real_kustomize.context import Context
from real_kustomize.fields import add_fields
from real_kustomize.objects import Known, ObjectMaker
from real_kustomize.parts import parts
from real_kustomize.yaml_text import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.question import Case

_FOLDERS = ("base", "apps/web", "apps/db", "overlays/dev", "overlays/prod", "overlays/prod/eu", "clusters/a/b", "x")
_FILE_NAMES = ("kustomization.yaml",) * 8 + ("kustomization.yml", "Kustomization")


@dataclass(frozen=True)
class Folder:
    """A kustomization that others can refer to."""

    path: str
    is_component: bool
    known: list[Known]
    # The folders that it is built from, its own among them.
    closure: frozenset[str]
    depth: int = 1


@dataclass
class Tree:
    """What has been made so far."""

    random: Random
    files: dict[str, str] = field(default_factory=dict[str, str])
    folders: list[Folder] = field(default_factory=list[Folder])


def random_trees(random: Random, count: int) -> Iterator[Case]:
    """Cases of up to three kustomizations each that share a tree: the last is built from most of the others."""
    made = 0
    while made < count:
        tree = random_tree(random)
        roots = [folder.path for folder in tree.folders if not folder.is_component or random.random() < 0.1]
        for root in roots[-2:][: count - made]:
            yield {"op": "kustomize", "files": tree.files, "root": root}
            made += 1


def random_tree(random: Random) -> Tree:
    """A tree of at most four levels."""
    tree = Tree(random)
    objects = ObjectMaker(random)
    paths = random.sample(_FOLDERS, random.choice((1, 2, 2, 3, 3, 4, 5)))
    for number, path in enumerate(paths):
        is_last = number == len(paths) - 1
        is_component = bool(number) and not is_last and random.random() < 0.3
        _Kustomization(tree, objects, path, is_component=is_component).make(is_last=is_last)
    if random.random() < 0.06:
        _break(tree)
    return tree


class _Kustomization:
    """One folder of a tree while it is made."""

    def __init__(self, tree: Tree, objects: ObjectMaker, path: str, *, is_component: bool) -> None:
        self._tree = tree
        self._random = tree.random
        self._objects = objects
        self._path = path
        self._is_component = is_component
        self._known: list[Known] = []
        self._closure = {path}
        self._depth = 1
        self._fields: dict[str, Any] = {}

    def make(self, *, is_last: bool) -> None:
        self._refer()
        count = self._random.choice((0, 0, 1)) if self._known else 1
        for name in self._random.sample(("objects", "more", "deploy/all"), count):
            self._add_objects(name)
        context = Context(self._random, self._objects, self._known, self._write, is_last)
        add_fields(context, self._fields)
        self._save(self._fields)
        made = Folder(self._path, self._is_component, context.known, frozenset(self._closure), self._depth)
        self._tree.folders.append(made)

    def _refer(self) -> None:
        random = self._random
        candidates = [folder for folder in self._tree.folders if folder.depth < 4]
        if not candidates:
            return
        latest_first = candidates[::-1]
        for folder in latest_first[: random.choice((1, 1, 2, 3))]:
            if folder.closure & self._closure and random.random() < 0.93:
                continue
            key = "components" if folder.is_component else "resources"
            if random.random() < 0.01:
                key = "components" if key == "resources" else "resources"
            if key == "resources" and random.random() < 0.06:
                key = "bases"
            self._fields.setdefault(key, []).append(self._relative(folder.path))
            self._known += folder.known
            self._closure |= folder.closure
            self._depth = max(self._depth, folder.depth + 1)

    def _relative(self, path: str) -> str:
        random = self._random
        plain = posixpath.relpath(path, self._path)
        name = posixpath.basename(self._path)
        forms = (plain, f"{plain}/", f"./{plain}", f"../{name}/{plain}", f"{plain}//", f"{plain}/.", f"././{plain}")
        return random.choices(forms, (20, 3, 3, 1, 0.5, 0.5, 0.5))[0]

    def _add_objects(self, name: str) -> None:
        random = self._random
        made = [self._objects.make() for _ in range(random.choice((1, 2, 3, 4)))]
        values: list[Any] = [value for value, _ in made]
        self._known += [known for _, known in made]
        if random.random() < 0.1:
            values = [{"apiVersion": "v1", "kind": "List", "items": values}]
        elif random.random() < 0.02:
            values = [{"apiVersion": "apps/v1", "kind": "DeploymentList", "items": values}]
        extension = random.choices((".yaml", ".yml", ".json.yaml", ".txt"), (20, 3, 1, 0.3))[0]
        self._write(name + extension, Writer(random).documents(values))
        self._fields.setdefault("resources", []).append(random.choice(("", "", "", "./")) + name + extension)
        random.shuffle(self._fields["resources"])

    def _write(self, name: str, text: str) -> None:
        self._tree.files[posixpath.join(self._path, name)] = text

    def _save(self, fields: dict[str, Any]) -> None:
        random = self._random
        head: dict[str, Any] = {}
        if self._is_component or random.random() < 0.6:
            version, kind = ("v1alpha1", "Component") if self._is_component else ("v1beta1", "Kustomization")
            head = {"apiVersion": f"kustomize.config.k8s.io/{version}", "kind": kind}
        names = [*fields]
        if random.random() < 0.3:
            random.shuffle(names)
        document = {**head, **{name: fields[name] for name in names}}
        self._write(random.choice(_FILE_NAMES), Writer(random).document(document))


def _break(tree: Tree) -> None:
    """Change the tree in a way that kustomize may refuse."""
    random = tree.random
    # A document of `openapi` that is broken counts only once kustomize needs it.
    path = random.choice([path for path in tree.files if "schema-" not in path])
    text = tree.files[path]
    kind = random.random()
    if kind < 0.15:
        del tree.files[path]
    elif kind < 0.35:
        lines = text.splitlines(keepends=True)
        del lines[random.randrange(len(lines) or 1) : random.randrange(len(lines) + 1)]
        tree.files[path] = "".join(lines)
    else:
        tree.files[path] = text + random.choice(parts("odd_ends"))
