"""Which kustomizations are deployed by themselves, and what they deploy."""

from __future__ import annotations

import posixpath
from collections import Counter
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING

from imagelint.facts.kinds import deploys_charts
from imagelint.facts.purposes import SCAFFOLDS, SUPERSEDED
from imagelint.sources.kustomize import Kustomize
from imagelint.sources.kustomize.budget import Allowance
from imagelint.sources.trees import Trees
from imagelint.sources.unit_facts import facts_of
from imagelint.text.nodes import Node, text
from imagelint.text.paths import folders_above
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from imagelint.facts.input import Input
    from imagelint.facts.kustomization import Kustomization
    from imagelint.facts.model import FileFacts, PodSpec
    from imagelint.facts.unit import Remark, Unit
    from imagelint.text.places import Place, Span
    from imagelint.text.source import Sources

_PACKAGE = ".clusterserviceversion.yaml"
# Words in the names of folders that are for a package alone: those of `operator-sdk` for the tests that it runs and for
# what the catalogue shows, and those of overlays for OLM (`olm-default`).
_OF_PACKAGE = frozenset({"scorecard", "samples", "olm", "bundle"})
# The part of the id of a unit, as the file of its kustomization is a source as well.
BUILT = "built"


def roots(files: Mapping[SourceId, FileFacts]) -> list[SourceId]:
    """The kustomizations that no other one lists, sorted; of several that only list each other the first.

    What a package of OLM is made of is also deployed by itself.
    """
    found = {
        source: facts.kustomization
        for source, facts in sorted(files.items())
        if facts.kustomization is not None and not source.part
    }
    listed = {source: _listed(source, one) for source, one in found.items()}
    packages = _folders_with_packages(files)
    below = {path for source, paths in listed.items() for path in _only_below(source, paths, packages)}
    tops = [source for source in found if _folder(source) not in below]
    reached = _reached(tops, listed)
    for source in found:
        if source not in reached:
            tops.append(source)
            reached |= _reached([source], listed)
    # An empty one that lists no manifest beside it is to be filled in.
    beside = {_folder(source) for source, facts in files.items() if facts.objects and not source.part}
    return [
        source
        for source in sorted(tops)
        if not found[source].is_component and not (found[source].is_empty and _folder(source) not in beside)
    ]


def _listed(source: SourceId, kustomization: Kustomization) -> frozenset[str]:
    folder = posixpath.dirname(source.path)
    paths = (*kustomization.resources, *kustomization.components)
    return frozenset(posixpath.normpath(posixpath.join(folder, path)) for path in paths)


def _only_below(source: SourceId, paths: frozenset[str], packages: set[str]) -> frozenset[str]:
    """What a kustomization lists that is not deployed by itself.

    `operator-sdk` makes a package of what `make deploy` applies: its `config/manifests` lists `../default`.
    """
    is_for_bundle = _is_beside_package(source, packages) or any(path.endswith(_PACKAGE) for path in paths)
    return frozenset(filter(_is_of_package, paths)) if is_for_bundle else paths


def _is_of_package(path: str) -> bool:
    words = posixpath.basename(path).replace("_", "-").split("-")
    return not _OF_PACKAGE.isdisjoint(words)


def _folder(source: SourceId) -> str:
    """The folder of a kustomization, by which others list it."""
    return posixpath.dirname(source.path) or "."


def _reached(tops: Iterable[SourceId], listed: Mapping[SourceId, frozenset[str]]) -> set[SourceId]:
    """The kustomizations that some others list, directly or through each other, and these."""
    by_folder = {_folder(source): source for source in listed}
    pending, found = [*tops], set[SourceId]()
    while pending:
        source = pending.pop()
        if source not in found:
            found.add(source)
            pending += [by_folder[path] for path in listed[source] if path in by_folder]
    return found


def build(found: Input, files: Iterable[SourceId]) -> Builders:
    """Build what the kustomizations deploy that were read; `files` are all that will be read."""
    builders = Builders(found.sources, files)
    for top in roots(found.files):
        builders.root(top)
    return builders


def deploy(
    found: Input,
    read: Callable[[SourceId], FileFacts | None],
    changed: SourceId | None = None,
    builders: Builders | None = None,
) -> None:
    """Put what the kustomizations of an input deploy among its files, with the files that they list besides.

    `read` gives the facts of these. With `changed`, only what that source is a part of is built again. `builders` may
    have built some of it.
    """
    has_deployments = any(facts.has_deployments for facts in found.files.values())
    is_partly = changed is not None and not has_deployments
    tops = roots(found.files)
    for unit in [*found.units.values()]:
        # What a unit lacks may be what changed.
        if not is_partly or changed in unit.sources or unit.refusals or unit.left_out:
            found.remove_unit(unit.id)
    done = {unit.kustomization: unit.id for unit in found.units.values()}
    for gone in done.keys() - set(tops):
        found.remove_unit(done[gone])
    builders = builders or Builders(found.sources, found.files)
    new = [builders.root(top) for top in tops if top not in done]
    if has_deployments:
        new = _with_deployments(found, new, builders)
    for unit in new:
        kept = tuple(filter(_is_of_releases, unit.objects))
        found.add_unit(unit._replace(objects=kept), facts_of(unit))
        _read_sources(unit, found, read)
    packages = _folders_with_packages(found.files)
    for unit in new:
        _hide(unit, found)
        _note_purpose(unit, found, packages)
    _unite_refusals(found)
    missed = _missed_everywhere(found.units.values())
    for unit in (unit for unit in found.units.values() if unit.unmatched):
        unmatched = tuple(missed[remark.place] for remark in unit.unmatched if remark.place in missed)
        found.files[unit.id] = found.files[unit.id]._replace(unmatched=unmatched)


def _unite_refusals(found: Input) -> None:
    """Put what several units are refused for alike in one form: the nearest names are those of one unit."""
    every = [remark for unit in found.units for remark in found.files[unit].refusals if remark.nearest]
    first = {remark._replace(nearest=""): remark for remark in reversed(every)}
    for unit in found.units if every else ():
        facts = found.files[unit]
        refusals = tuple(first.get(remark._replace(nearest=""), remark) for remark in facts.refusals)
        found.files[unit] = facts._replace(refusals=refusals)


def _missed_everywhere(units: Collection[Unit]) -> dict[Place, Remark]:
    """The entries that match nothing in any unit, by place: a component is for several, not all of it for each."""
    missed = [remark for unit in units for remark in unit.unmatched]
    times = Counter(remark.place for remark in missed)
    written = {place.source for place in times}
    users = Counter(source for unit in units for source in written & unit.sources)
    # The nearest names are those of one unit.
    return {remark.place: remark for remark in reversed(missed) if times[remark.place] == users[remark.place.source]}


class Builders:
    """One for each work tree: nothing is read outside the one that a kustomization is in."""

    def __init__(self, sources: Sources, files: Iterable[SourceId]) -> None:
        """`files`: those of the input, which show where it is if there is no work tree."""
        self._sources = sources
        self.trees = Trees(files)
        self._units: dict[SourceId, Unit] = {}
        self._of: dict[str, Kustomize] = {}
        self._allowance = Allowance()

    def of(self, tree: str) -> Kustomize:
        """The builder of a work tree."""
        if tree not in self._of:
            self._of[tree] = Kustomize(self._sources, tree, self._allowance)
        return self._of[tree]

    def root(self, source: SourceId) -> Unit:
        """What a kustomization deploys; it is built once."""
        if source not in self._units:
            unit = self.of(self.trees.around(source)).build(source.path)
            self._units[source] = unit._replace(id=source._replace(part=BUILT))
        return self._units[source]


def _with_deployments(found: Input, units: list[Unit], builders: Builders) -> list[Unit]:
    """Some units and what the objects in them and in other files deploy; a folder is deployed by these or by itself."""
    from imagelint.sources.gitops_units import GitOps

    built = frozenset[SourceId]().union(*(unit.sources for unit in units))
    alone = [source for source, facts in found.files.items() if facts.has_deployments and source not in built]
    given: dict[str, list[Unit]] = {}
    for unit in units:
        given.setdefault(builders.trees.around(unit.kustomization), []).append(unit)
    for source in alone:
        tree = builders.trees.around(source)
        given.setdefault(tree, []).append(builders.of(tree).load(source.path))
    deployed: list[Unit] = []
    for tree, known in sorted(given.items()):
        gitops = GitOps(tree, builders.of(tree), partial(builders.trees.folders, tree))
        deployed += gitops.units(known)
        for source in {source for source, _ in gitops.image_lines} & found.files.keys():
            found.files[source] = _without_values(source, found.files[source], gitops.image_lines)
    by_objects = {unit.kustomization for unit in deployed}
    return [*(unit for unit in units if unit.kustomization not in by_objects), *deployed]


def _without_values(source: SourceId, facts: FileFacts, lines: set[tuple[SourceId, int]]) -> FileFacts:
    """The facts of a file without images on some lines, which were put into what is deployed."""
    pods: list[PodSpec] = []
    for pod in facts.pods:
        is_left = [not pod.is_of_texts or (source, one.span.line) not in lines for one in pod.containers]
        left = tuple(compress(pod.containers, is_left))
        if left == pod.containers:
            pods.append(pod)
        elif left:
            pods.append(pod._replace(containers=left))
    return facts._replace(pods=tuple(pods))


def _is_of_releases(node: Node) -> bool:
    """Whether an object deploys charts, or may have values for them."""
    api_version, kind = text(node, "apiVersion"), text(node, "kind")
    if api_version is None or kind is None:
        return False
    return kind.value == "ConfigMap" or deploys_charts(api_version.value, kind.value)


def _folders_with_packages(sources: Iterable[SourceId]) -> set[str]:
    """The folders that packages of OLM are in or below."""
    packages = {source.path for source in sources if source.path.endswith(_PACKAGE)}
    return {folder for path in packages for folder in folders_above(posixpath.dirname(path))}


def _is_for_bundle(unit: Unit, packages: set[str]) -> bool:
    """Whether a tool makes a package of OLM of what a kustomization builds, with all of it in one namespace.

    The package is among the objects, or in the folder that `operator-sdk generate bundle` looks for it in.
    """
    kinds = (text(node, "kind") for node in unit.objects)
    if any(kind is not None and kind.value == "ClusterServiceVersion" for kind in kinds):
        return True
    return _is_beside_package(unit.kustomization, packages)


def _is_beside_package(kustomization: SourceId, packages: set[str]) -> bool:
    return posixpath.join(posixpath.dirname(kustomization.path), "bases") in packages


def _read_sources(unit: Unit, found: Input, read: Callable[[SourceId], FileFacts | None]) -> None:
    """Read the sources of a unit that nobody named."""
    for source in sorted(source for source in unit.sources if source not in found.files):
        facts = read(source)
        if facts is not None:
            found.files[source] = facts


def _note_purpose(unit: Unit, found: Input, packages: set[str]) -> None:
    """Pass a purpose on from the folder of a unit to the unit, or take it from the sources of what is deployed."""
    purpose = found.purposes_of_folders.get(unit.kustomization)
    if purpose == SUPERSEDED and unit.deployed_by is not None:
        purpose = None
    if _is_for_bundle(unit, packages):
        purpose = purpose or SCAFFOLDS
    if purpose is not None:
        found.purposes_of_folders[unit.id] = purpose
        return
    # What a kustomization of somewhere else lists is deployed, even if its folder is called like test data.
    for source in unit.sources:
        found.purposes_of_folders.pop(source, None)


def _hide(unit: Unit, found: Input) -> None:
    """Hide in the sources of a unit what no output may show of it."""
    hidden: dict[SourceId, list[Span]] = {}
    for span in found.files[unit.id].hidden:
        for origin in unit.trace.origins(span)[:1]:
            hidden.setdefault(origin.place.source, []).append(origin.place.span)
    for source, spans in hidden.items():
        facts = found.files.get(source)
        if facts is not None:
            found.files[source] = facts._replace(hidden=tuple(dict.fromkeys((*facts.hidden, *spans))))
