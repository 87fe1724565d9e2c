"""Builds the folders of the repository that objects of Flux and Argo CD deploy."""

from __future__ import annotations

import os
import posixpath
from collections import defaultdict
from typing import TYPE_CHECKING

from imagelint.facts.kinds import KUSTOMIZATION_FILES
from imagelint.facts.unit import Remark
from imagelint.sources.candidates import SKIPPED_FOLDERS, is_candidate, is_chart, is_manifest
from imagelint.sources.gitops import Deployment, deployments
from imagelint.sources.kustomize.build import IS_EMPTY
from imagelint.sources.kustomize.fields import key_like, text_like
from imagelint.sources.repository import Repository
from imagelint.text.bounded import is_of_tree
from imagelint.text.nodes import Mapping, Scalar, Sequence, mapping, text
from imagelint.text.paths import shown
from imagelint.text.places import SourceId
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Origin, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imagelint.facts.unit import Unit
    from imagelint.sources.kustomize import Kustomize
    from imagelint.sources.kustomize.substitution import Values
    from imagelint.text.nodes import Node

# The fields that write images into what is deployed.
_WITH_IMAGES = frozenset({"images", "patches", "patchesStrategicMerge", "patchesJson6902"})
# How kustomize begins what it says of a patch that is for no object.
_ABSENT = "no matches for Id "
# How it ends what it says of a key that a mapping has already.
_TWICE = " is there twice"
# Applications that deploy Applications, and so on.
_MOST_LEVELS = 10
# Of a folder without a kustomization.
_MOST_FILES = 5000
# Objects in all folders together, as a few ApplicationSets can deploy one folder thousands of times.
_MOST_OBJECTS = 20_000


class _Asked(NamedTuple):
    """A deployment, and the unit that has its object."""

    deployment: Deployment
    unit: Unit

    def origin(self, node: Node, key: str) -> Origin:
        """Where a part of the object was written."""
        place = self.unit.trace.origins(node.span)[0].place
        return Origin(place, Role.VALUE, key)


class GitOps:
    """The deployments of one repository, whose root is `tree` without symbolic links."""

    def __init__(self, tree: str, kustomize: Kustomize, folders: Callable[[], Iterable[str]]) -> None:
        self._tree = tree
        self._kustomize = kustomize
        self._repository = Repository(tree, folders)
        self._known: set[tuple[str, str]] = set()
        self._config_maps: dict[str, tuple[Mapping, Unit]] = {}
        self._existing: dict[str, bool] = {}
        # How many folders of each repository that deployments name there are here, and how many not.
        self._here: dict[str, list[bool]] = defaultdict(list)
        # The lines of the objects that set images of what is built here: these are judged where they are deployed.
        self.image_lines: set[tuple[SourceId, int]] = set()
        self._left = _MOST_OBJECTS

    def units(self, units: Iterable[Unit]) -> Iterator[Unit]:
        """What the objects of some units deploy, and what the objects of that deploy."""
        pending = [*units]
        self._remember(pending)
        for _ in range(_MOST_LEVELS):
            asked = [_Asked(one, unit) for unit in pending for one in deployments(unit.objects, self._repository)]
            new = [one for one in asked if self._is_new(one.deployment)]
            own = [one for one in new if self._is_of_this_repository(one.deployment)]
            pending = self._deployed(own)
            if not pending:
                return
            yield from pending

    def _deployed(self, asked: list[_Asked]) -> list[Unit]:
        """The deployments, with the values that are in what is deployed beside them."""
        is_lacking = [not self._values(one)[1] for one in asked]
        units = self._built_within_bounds(asked)
        self._remember(units)
        again = {number: self._built(asked[number]) for number in range(len(units)) if is_lacking[number]}
        # Once too much was built in this run, the first attempt is all there is.
        again = {
            number: unit._replace(left_out=units[number].left_out) for number, unit in again.items() if unit.is_built
        }
        self._remember(again.values())
        return [again.get(number, unit) for number, unit in enumerate(units)]

    def _built_within_bounds(self, asked: list[_Asked]) -> list[Unit]:
        """The deployments until there are too many objects; the last one has a remark about the first left out."""
        built: list[Unit] = []
        for one in asked:
            if self._left <= 0:
                place = one.origin(one.deployment.folder, "path").place
                remark = Remark(place, "too many objects are deployed by Flux and Argo CD")
                return [*built[:-1], *(unit._replace(left_out=(*unit.left_out, remark)) for unit in built[-1:])]
            built.append(self._built(one))
            self._left -= max(1, len(built[-1].objects))
        return built

    def _remember(self, units: Iterable[Unit]) -> None:
        """Keep the ConfigMaps of some units."""
        for unit, node in ((one, node) for one in units for node in one.objects):
            kind, name = text(node, "kind"), text(mapping(node, "metadata"), "name")
            data = mapping(node, "data")
            if kind is not None and kind.value == "ConfigMap" and name is not None and data is not None:
                self._config_maps.setdefault(name.value, (data, unit))

    def _is_new(self, deployment: Deployment) -> bool:
        key = deployment.name, deployment.path
        if key in self._known:
            return False
        self._known.add(key)
        self._here[deployment.repository].append(self._exists(deployment.path))
        return True

    def _exists(self, path: str) -> bool:
        """Whether a folder is here; the root is in every repository, and shows nothing."""
        if path not in self._existing:
            folder = os.path.join(self._tree, path)
            self._existing[path] = path != "." and os.path.isdir(folder) and is_of_tree(folder, self._tree)
        return self._existing[path]

    def _is_of_this_repository(self, deployment: Deployment) -> bool:
        """Whether most folders that are named of the same repository are here; a chart is not built by kustomize."""
        found = self._here[deployment.repository]
        if not self._exists(deployment.path) or sum(found) * 2 <= len(found):
            return False
        folder = os.path.join(self._tree, deployment.path)
        return not is_chart(folder, os.listdir(folder))

    def _built(self, asked: _Asked) -> Unit:
        deployment = asked.deployment
        folder = os.path.join(self._tree, deployment.path)
        kustomization = next((name for name in KUSTOMIZATION_FILES if os.path.isfile(os.path.join(folder, name))), None)
        near = deployment.folder
        source = asked.origin(near, "path").place.source
        values, is_complete = self._values(asked)
        self._note_images(asked)
        unit = self._kustomize.build_around(
            source,
            (
                Mapping(self._around(deployment, kustomization), near.start, near.end, near.places),
                lambda part: asked.origin(part, "").place,
            ),
            namespace=deployment.namespace,
            values=values,
            is_complete=is_complete,
        )
        file = SourceId(shown(os.path.join(folder, kustomization))) if kustomization else source
        return unit._replace(
            id=file._replace(part=deployment.name),
            folder=shown(folder),
            deployed_by=deployment.name,
            deployed_in=source,
            refusals=tuple(one for one in unit.refusals if _counts(one, deployment, file if kustomization else None)),
        )

    def _around(self, deployment: Deployment, kustomization: str | None) -> list[Node]:
        """The keys and values of a kustomization around a folder with one, or around the manifests of another."""
        near = deployment.folder
        listed = [deployment.path] if kustomization else self._manifests(deployment)
        resources: list[Node] = [text_like(path, near) for path in listed]
        nodes: list[Node] = [key_like("resources", near), Sequence(resources, near.start, near.end, near.places)]
        for key, value in deployment.fields:
            nodes += [key_like(key, value), value]
        return nodes

    def _note_images(self, asked: _Asked) -> None:
        """Keep the lines in which a deployment itself states images."""
        stated = [
            (key, scalar) for key, value in asked.deployment.fields if key in _WITH_IMAGES for scalar in _scalars(value)
        ]
        for place in (asked.origin(scalar, key).place for key, scalar in stated):
            self.image_lines.update((place.source, line) for line in range(place.span.line, place.span.end_line + 1))

    def _values(self, asked: _Asked) -> tuple[Values | None, bool]:
        """The values that are substituted, those of the object itself last, and whether all of them are known."""
        deployment = asked.deployment
        if deployment.substitute is None:
            return None, True
        values: Values = {}
        is_complete = True
        for reference in deployment.substitute_from:
            kind, name = text(reference, "kind"), text(reference, "name")
            found = self._config_maps.get(name.value) if name and kind and kind.value == "ConfigMap" else None
            is_complete = is_complete and found is not None
            if found is not None:
                data, unit = found
                values |= {
                    key.value: (value.value, Origin(unit.trace.origins(value.span)[0].place, Role.VALUE, key.value))
                    for key, value in data.pairs()
                    if isinstance(value, Scalar)
                }
        for key, value in deployment.substitute.pairs():
            if isinstance(value, Scalar):
                values[key.value] = value.value, asked.origin(value, key.value)
        return values, is_complete

    def _manifests(self, deployment: Deployment) -> list[str]:
        """The manifests of a folder without a kustomization, and the folders below it that have one."""
        found: list[str] = []
        pending = [deployment.path]
        for folder in pending:
            with os.scandir(os.path.join(self._tree, folder)) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    path = posixpath.join(folder, entry.name)
                    if entry.is_file(follow_symlinks=False) and is_candidate(entry.name) and is_manifest(entry.path):
                        found.append(path)
                    elif deployment.is_recursive and entry.is_dir(follow_symlinks=False):
                        names = {*os.listdir(entry.path)} if entry.name not in SKIPPED_FOLDERS else set[str]()
                        if not names.isdisjoint(KUSTOMIZATION_FILES):
                            found.append(path)
                        elif names:
                            pending.append(path)
                    if len(found) >= _MOST_FILES:
                        return found
        return found


def _counts(refusal: Remark, deployment: Deployment, kustomization: SourceId | None) -> bool:
    """Whether the tool that deploys a folder refuses what `kustomize build` refuses."""
    if kustomization is None:
        if not deployment.writes_kustomization:
            return False
        # Argo CD reads the manifests of such a folder itself, and takes the last of several equal keys
        # (`SplitYAML` in `gitops-engine/pkg/utils/kube/kube.go`, sigs.k8s.io/yaml); Flux writes a kustomization.
        if deployment.name.startswith("Application") and refusal.message.endswith(_TWICE):
            return False
    if deployment.reads_above and refusal.has_option:
        return False
    if deployment.writes_kustomization and deployment.fields and refusal.message == IS_EMPTY:
        # Flux writes these into the kustomization in the folder before that is built.
        return refusal.place.source != kustomization
    # Components become part of the kustomization in the folder, whose patches may be for their objects.
    has_components = any(key == "components" for key, _ in deployment.fields)
    return not (has_components and refusal.message.startswith(_ABSENT))


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    else:
        for child in node.items if isinstance(node, Sequence) else node.nodes[1::2]:
            yield from _scalars(child)
