"""Folders that nothing deploys, while Flux or Argo CD deploy all or nearly all beside them."""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.facts.kinds import KUSTOMIZATION_FILES
from imagelint.sources.instructions import text_of, text_of_source
from imagelint.sources.kustomize.build import IS_EMPTY
from imagelint.sources.mentions import Mentions
from imagelint.sources.purpose import PUT_AWAY
from imagelint.text.lazy import cached_property
from imagelint.text.paths import folders_above
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Unit

    # By a folder and a depth, the folders in it that have some of that depth.
    _Children = dict[tuple[str, int], set[str]]

# What they deploy beside a folder that they do not: one folder may be a coincidence, and where they leave out more,
# something else may deploy these.
_FEWEST_DEPLOYED, _FEWEST_FOR_EACH = 2, 4
# Folders that are deeper are not looked at.
_MOST_LEVELS = 20
# What is applied by hand where a cluster begins, and what people may have another repository deploy.
_OF_OTHERS = r"(?i)(?<![a-z])(?:bootstrap|prod|production|live)(?![a-z])"
# Where each folder is for another cluster, by custom.
_OF_CLUSTERS = frozenset({"overlays", "overlay", "environments", "envs", "env", "clusters", "stages", "tenants"})
# Of an object whose folder is known elsewhere: `path: '{{path}}'`.
_ANY_FOLDER = r"(?m)(?<![\w.])path:[ \t]{0,9}[\"']?(?:\{\{[^}\n]{0,80}\}\}|\$\{[^}\n]{0,80}\})[\"']?(?=[\s,}]|$)"
# Of a template of a chart with objects that deploy folders.
_DEPLOYING = r"(?m)^kind:[ \t]*Application(?:Set)?[ \t]*$|kustomize\.toolkit\.fluxcd\.io"
# Templates of charts that are looked into.
_MOST_TEMPLATES = 2000


def is_for_others(folder: str, around: str) -> bool:
    """Whether a folder may be what others deploy of a folder around it: for another cluster, or where one begins."""
    below = posixpath.relpath(folder, around)
    return re.search(_OF_OTHERS, below) is not None or posixpath.basename(around) in _OF_CLUSTERS


def is_empty(unit: Unit) -> bool:
    """Whether a kustomization that is refused has nothing but its type."""
    return all(one.message == IS_EMPTY and one.place.source == unit.kustomization for one in unit.refusals)


class BesideDeployed:
    """The folders of an input that nothing deploys, beside those that something does."""

    def __init__(self, found: Input, alone: Mapping[str, Unit], off: Mapping[str, str]) -> None:
        """`alone`: the kustomizations that no object deploys, by folder; `off`: what is left out, with reasons."""
        self._found = found
        self._alone = alone
        # The folders that objects are for, also those of objects that are left out themselves.
        self._meant = {unit.folder for unit in found.units.values() if unit.folder}
        self._deployed = {
            unit.folder: unit
            for unit in found.units.values()
            if unit.folder and unit.deployed_in and unit.deployed_in.path not in off
        }
        # Folders of apps with what would deploy these, such as `ks.yaml`, if it were not left out.
        self._off = {posixpath.dirname(path): why for path, why in off.items() if self._deploys_app(path)}
        # By folder, what is left out of it: the folder itself, or the manifests in one without a kustomization.
        self._left = _alone(found, alone) if self._meant else {}

    def paths(self) -> Iterator[tuple[str, str]]:
        """The paths of folders and manifests, each with the reason."""
        for folder, paths in self._left.items():
            around = self._around(folder)
            off = next((self._off[above] for above in folders_above(folder) if above in self._off), None)
            if off is not None and not self._is_named(folder):
                yield from ((path, off) for path in paths)
            elif why := self._in_archive(folder) or (around and self._beside_others(folder, around)):
                yield from ((path, why) for path in paths)

    def _in_archive(self, folder: str) -> str | None:
        """That a folder is in one called like an archive that nothing is deployed of, unlike what is beside it."""
        archive = next((one for one in folders_above(folder) if posixpath.basename(one).lower() in PUT_AWAY), None)
        around = posixpath.dirname(archive or "") or "."
        is_beside = any(around in folders_above(deployed) for deployed in self._deployed)
        may_be_deployed = posixpath.basename(around) in _OF_CLUSTERS or self._is_named(folder)
        if archive is None or archive in self._reached or not is_beside or may_be_deployed:
            return None
        return f"{self._deployer(around)} deploys folders beside `{archive}`, and nothing of it"

    def _beside_others(self, folder: str, around: str) -> str | None:
        """That all or nearly all beside a folder is deployed: a kustomization lists it, or objects are for it."""
        if self.may_be_deployed(folder, around):
            return None
        listing = self._listing_in(around)
        if listing is not None and self._is_exception(folder, around, self._children_listed(folder, listing)):
            return f"`{listing.path}` lists others and not this"
        meant = self._children_meant.get((around, folder.count("/")), set())
        return f"{self._others_of(around)} and not this" if self._is_exception(folder, around, meant) else None

    def _listing_in(self, around: str) -> SourceId | None:
        """The kustomization of a folder, if it is deployed."""
        return next((one for one in self._kustomizations_in(around) if one in self._sources), None)

    def _kustomizations_in(self, folder: str) -> Iterator[SourceId]:
        """The kustomizations right in a folder that were read; kustomize accepts one."""
        beside = (SourceId(posixpath.join(folder, name)) for name in KUSTOMIZATION_FILES)
        return (one for one in beside if one in self._found.files)

    def _children_listed(self, folder: str, listing: SourceId) -> set[str]:
        """The folders beside one that a kustomization lists, or folders of the same depth in them; none if it has it.

        Folders without a kustomization are not for it to list.
        """
        around, facts = posixpath.dirname(listing.path), self._found.files[listing].kustomization
        own = posixpath.relpath(folder, around).partition("/")[0]
        is_named = re.search(rf"(?<![\w.-]){re.escape(own)}(?![\w.-])", text_of_source(self._found, listing))
        if is_named or facts is None or folder not in self._alone:
            return set()
        paths = {posixpath.normpath(posixpath.join(around, path)) for path in facts.resources}
        listed = {path for path in paths if any(self._kustomizations_in(path))}
        return _children(listed).get((around, folder.count("/")), set())

    def unbuilt(self) -> Iterator[tuple[str, str]]:
        """The folders of kustomizations that kustomize refuses and no object names, each with the reason.

        There may be more beside them, as whoever deployed them would know that they do not build.
        """
        for folder in self._left if len(self._meant) >= _FEWEST_DEPLOYED else ():
            around = self._around(folder)
            unit = self._alone.get(folder)
            if around and unit is not None and unit.refusals and not self._may_be_built(folder, around, unit):
                yield folder, f"{self._others_of(around)}, and nothing names this"

    def _around(self, folder: str) -> str | None:
        """The nearest folder above one that something is deployed of.

        None for the root of a repository, in which folders are for different purposes, and for the folder itself.
        """
        around = next(above for above in folders_above(folder) if above in self._reached)
        return around if around not in {folder, ".", "/"} else None

    def _others_of(self, around: str) -> str:
        return f"{self._deployer(around)} deploys other folders of `{around}`"

    def _may_be_built(self, folder: str, around: str, unit: Unit) -> bool:
        beside = posixpath.dirname(folder)
        is_variant = posixpath.basename(beside) in _OF_CLUSTERS and beside in self._listed_below
        is_applied = (is_variant or is_for_others(folder, around)) and not is_empty(unit)
        return is_applied or self._is_named(folder)

    def _is_named(self, folder: str) -> bool:
        """Whether an object may name a folder, or it has what deploys others itself."""
        return self._named is None or folder in self._beginnings or self._named.may_mean(folder)

    def _deploys_app(self, path: str) -> bool:
        """Whether a file is for what is beside it, as it is where no kustomization of its folder lists it."""
        is_listed = any(self._kustomizations_in(posixpath.dirname(path)))
        return self._found.facts_at(path).has_deployments and not is_listed

    def _is_exception(self, folder: str, around: str, beside: set[str]) -> bool:
        """Whether some folders beside one are all or nearly all of those that have the same structure."""
        key = around, folder.count("/")
        own = next(above for above in folders_above(folder) if posixpath.dirname(above) == around)
        others = self._children_left[key] - self._reached - beside - {own}
        return len(beside - {own}) >= max(_FEWEST_DEPLOYED, _FEWEST_FOR_EACH * len(others))

    def may_be_deployed(self, folder: str, around: str) -> bool:
        """Whether something here or elsewhere may deploy a folder that is in another one."""
        return is_for_others(folder, around) or self._is_in_each(folder, around) or self._is_named(folder)

    def _is_in_each(self, folder: str, around: str) -> bool:
        """Whether a folder may be what another cluster has of something that each of those beside it has as well."""
        below = posixpath.relpath(folder, around)
        inner = below.partition("/")[2]
        beside = self._children_meant.get((around, posixpath.join(around, below).count("/")), set())
        return bool(inner and beside) and all(f"{other}/{inner}" in self._meant for other in beside)

    @cached_property
    def _sources(self) -> frozenset[SourceId]:
        """All that is deployed."""
        return frozenset[SourceId]().union(*(unit.sources for unit in self._deployed.values()))

    @cached_property
    def _reached(self) -> set[str]:
        """The folders that something is deployed of, and those above them."""
        folders = self._deployed.keys() | {posixpath.dirname(source.path) for source in self._sources}
        return {above for folder in folders for above in folders_above(folder)} | {".", "/"}

    @cached_property
    def _listed_below(self) -> set[str]:
        """The folders with some that kustomizations list, so that these may be for whoever needs another one."""
        listed = (source for unit in self._found.units.values() for source in unit.sources - {unit.kustomization})
        return {posixpath.dirname(posixpath.dirname(source.path)) for source in listed}

    @cached_property
    def _children_left(self) -> _Children:
        return _children(self._left)

    @cached_property
    def _children_meant(self) -> _Children:
        return _children(self._meant)

    @cached_property
    def _beginnings(self) -> set[str]:
        """The folders with what deploys others: where a cluster begins, which is applied by hand."""
        return {posixpath.dirname(source.path) for source, facts in self._found.files.items() if facts.has_deployments}

    @cached_property
    def _named(self) -> Mentions | None:
        """The folders that objects name, also in ways that are not resolved here; None if one may name any."""
        named = Mentions()
        for text in _of_charts(self._found):
            if re.search(_ANY_FOLDER, text):
                return None
            named.add_text(text)
        resolved = {unit.deployed_in for unit in self._found.units.values()}
        for source, facts in self._found.files.items():
            if (facts.has_deployments or facts.problems) and not source.part:
                text = re.sub(r"(?m)^[ \t]*#.*", "", text_of_source(self._found, source))
                if source not in resolved and re.search(_ANY_FOLDER, text):
                    return None
                named.add_text(text)
        return named

    def _deployer(self, around: str) -> str:
        """What deploys folders of another one, or that itself."""
        units = (unit for folder, unit in self._deployed.items() if around in folders_above(folder))
        is_of_flux = any((unit.deployed_by or "").startswith("Kustomization ") for unit in units)
        return "Flux" if is_of_flux else "Argo CD"


def _alone(found: Input, kustomizations: Mapping[str, Unit]) -> dict[str, list[str]]:
    """By folder, what nothing deploys: the folder of a kustomization, or manifests that no kustomization lists."""
    known = {unit.folder for unit in found.units.values() if unit.folder}
    used = {source for unit in found.units.values() for source in unit.sources if source != unit.kustomization}
    left = {
        path: [path]
        for path, unit in kustomizations.items()
        if path not in known and unit.kustomization not in used and path.count("/") < _MOST_LEVELS
    }
    listing = {posixpath.dirname(source.path) for source, facts in found.files.items() if facts.kustomization}
    for source, facts in found.files.items():
        folder = posixpath.dirname(source.path)
        is_loose = facts.pods and facts.objects and not source.part and source not in used
        if is_loose and folder not in listing and source not in found.units and folder.count("/") < _MOST_LEVELS:
            left.setdefault(folder, []).append(source.path)
    return left


def _of_charts(found: Input) -> Iterator[str]:
    """The templates of charts with objects that deploy folders."""
    templates = (skipped.path for skipped in found.left_out if "/templates/" in skipped.path)
    for path in islice(templates, _MOST_TEMPLATES):
        text = text_of(path)
        if re.search(_DEPLOYING, text):
            yield text


def _children(folders: Iterable[str]) -> _Children:
    found: _Children = {}
    for folder in (one for one in folders if one.count("/") < _MOST_LEVELS):
        child, *above = folders_above(folder)
        for around in above:
            found.setdefault((around, folder.count("/")), set()).add(child)
            child = around
    return found
