"""What kustomizations have in a comment or do not list, or Flux leaves out, and nothing else deploys."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING

from imagelint.sources.instructions import text_of_source
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Unit

# Looked for in the instructions of one input, at most.
_MOST_PATHS = 200
# What a command applies: `kubectl apply -f deploy/`.
_APPLIED = r"(?:-f|--filename)[ \t=]+[\"']?([\w./${}-]+)"
# What Flux deploys beside a folder that it does not: one folder may be a coincidence, and where it leaves out more,
# something else may deploy these.
_FEWEST_DEPLOYED, _FEWEST_FOR_EACH = 2, 4


class SwitchedOff:
    """The manifests and folders of an input that kustomizations leave out, but for those that an instruction names."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._folders = {
            posixpath.dirname(id_.path) or ".": unit for id_, unit in found.units.items() if _is_alone(unit)
        }
        # By path, the reason in a few words.
        self._commented = dict(islice(self._in_comments(), _MOST_PATHS))
        unlisted = chain(_not_listed(found), _beside_deployed(self._folders, found))
        self._unlisted = dict(islice(unlisted, _MOST_PATHS - len(self._commented)))
        # How a text names these manifests; what deploys folders is named in many that do not apply it.
        folders = [path for path in self._unlisted if path in self._folders]
        files = self._unlisted.keys() - self._folders.keys()
        manifests = [path for path in files if not found.files[SourceId(path)].has_deployments]
        self._names = {path: _end_of(path) for path in (*self._commented, *folders)} | _distinct(manifests, found)

    @property
    def has_some(self) -> bool:
        """Whether there is anything that an instruction may name."""
        return bool(self._commented or self._unlisted)

    def _in_comments(self) -> Iterator[tuple[str, str]]:
        for source, facts in self._found.files.items():
            for entry in facts.kustomization.commented if facts.kustomization is not None else ():
                path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), entry))
                if path in self._folders or SourceId(path) in self._found.files:
                    yield path, f"`{source.path}` has it in a comment"

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        for named in [one for one, name in self._names.items() if name in text]:
            self._remove(named)
        if self._unlisted and "-f" in text:
            applied = {posixpath.normpath(one) for one in re.findall(_APPLIED, text)}
            folders = {posixpath.basename(one) for one in applied}
            folders |= {posixpath.basename(posixpath.dirname(path))} if "." in applied else set()
            files = {_end_of(one) for one in applied}
            for named in [*self._unlisted]:
                if posixpath.basename(posixpath.dirname(named)) in folders or _end_of(named) in files:
                    self._remove(named)

    def _remove(self, path: str) -> None:
        for paths in (self._commented, self._unlisted, self._names):
            paths.pop(path, None)

    def note(self) -> None:
        """Note in the input what nothing deploys."""
        self._found.switched_off = self._off(self._commented)
        self._found.unlisted = self._off(self._unlisted)

    def _off(self, paths: Mapping[str, str]) -> dict[SourceId, str]:
        """What some paths lead to and nothing else deploys, each with the reason."""
        units = self._found.units
        off = {unit.id: paths[folder] for folder, unit in self._folders.items() if folder in paths}
        off |= {id_: paths[by.path] for id_, unit in units.items() if (by := unit.deployed_in) and by.path in paths}
        named = {SourceId(path): why for path, why in paths.items()}
        named |= {source: why for id_, why in off.items() for source in (id_, *units[id_].sources)}
        deployed = frozenset[SourceId]().union(*(unit.sources for id_, unit in units.items() if id_ not in off))
        return {source: why for source, why in named.items() if source not in deployed}


def _end_of(path: str) -> str:
    """A file with its folder, as texts name it."""
    return "/".join(path.split("/")[-2:])


def _distinct(paths: Collection[str], found: Input) -> dict[str, str]:
    """Some files, each with the end of its path that it shares with no other file of an input."""
    alike: dict[str, list[list[str]]] = {}
    for source in found.files if paths else ():
        alike.setdefault(_end_of(source.path), []).append(source.path.split("/"))
    return {path: _distinct_end(path.split("/"), alike[_end_of(path)]) for path in paths}


def _distinct_end(parts: list[str], alike: Collection[list[str]]) -> str:
    lengths = range(2, len(parts))
    length = next((one for one in lengths if sum(other[-one:] == parts[-one:] for other in alike) == 1), len(parts))
    return "/".join(parts[-length:])


def _not_listed(found: Input) -> Iterator[tuple[str, str]]:
    """The paths of manifests that no kustomization lists, and that one beside them lists others, as the reason.

    Of objects that deploy folders it is the one above, if it lists files of the same name in other folders.
    """
    kustomizations = {
        posixpath.dirname(source.path): source for source, facts in found.files.items() if facts.kustomization
    }
    listed = {posixpath.join(folder, one) for folder, by in kustomizations.items() for one in _listed(found, by)}
    built = {
        source for unit in found.units.values() for source in unit.sources if source not in {unit.deployed_in, unit.id}
    }
    built.update(SourceId(posixpath.normpath(path)) for path in listed)
    for source, facts in found.files.items():
        if source not in built and not source.part and facts.kustomization is None:
            folder, name = posixpath.split(source.path)
            above, inner = posixpath.split(folder)
            beside = _others(found, kustomizations.get(folder), name) if facts.pods or facts.secrets else None
            if beside is None and facts.has_deployments:
                beside = _others(found, kustomizations.get(above), f"{inner}/{name}")
            if beside is not None:
                yield source.path, f"`{beside.path}` lists others and not this"


def _beside_deployed(folders: Mapping[str, Unit], found: Input) -> Iterator[tuple[str, str]]:
    """The folders that nothing deploys while Flux deploys all or nearly all beside them, as the reason."""
    deployed = {unit.folder for unit in found.units.values() if unit.folder and _is_of_flux(unit)}
    known = {unit.folder for unit in found.units.values() if unit.folder}
    if len(deployed) < _FEWEST_DEPLOYED:
        return
    used = {source for unit in found.units.values() for source in unit.sources if source != unit.kustomization}
    alone = {path: unit for path, unit in folders.items() if path not in known and unit.kustomization not in used}
    of_flux, others = (Counter(map(posixpath.dirname, paths)) for paths in (deployed, alone))
    deploying = (source for source, facts in found.files.items() if facts.has_deployments and not source.part)
    texts = [_without_comments(text_of_source(found, source)) for source in deploying if alone]
    for path, unit in alone.items():
        above, name = posixpath.split(path)
        if (
            of_flux[above] >= max(_FEWEST_DEPLOYED, _FEWEST_FOR_EACH * (others[above] - 1))
            # What deploys others is where a cluster begins, and is applied by hand.
            and not found.files[unit.id].has_deployments
            and not any(re.search(rf"/{re.escape(name)}(?![\w.-])", text) for text in texts)
        ):
            yield path, f"Flux deploys {of_flux[above]} other folders of `{above or '.'}` and not this"


def _is_of_flux(unit: Unit) -> bool:
    return unit.deployed_by is not None and unit.deployed_by.startswith("Kustomization ")


def _without_comments(text: str) -> str:
    return re.sub(r"(?m)^[ \t]*#.*", "", text)


def _listed(found: Input, kustomization: SourceId) -> Iterator[str]:
    """What a kustomization lists, in one form, relative to it."""
    facts = found.files[kustomization].kustomization
    yield from map(posixpath.normpath, facts.listed if facts is not None else ())


def _others(found: Input, kustomization: SourceId | None, name: str) -> SourceId | None:
    """A kustomization, if it does not name a file, and lists others like it that are there."""
    if kustomization is None:
        return None
    folder, depth = posixpath.dirname(kustomization.path), name.count("/")
    others = (
        SourceId(posixpath.join(folder, one))
        for one in _listed(found, kustomization)
        if one.count("/") == depth and (not depth or posixpath.basename(one) == posixpath.basename(name))
    )
    is_for_others = any(one in found.files and found.files[one].objects for one in others)
    return kustomization if is_for_others and name not in text_of_source(found, kustomization) else None


def _is_alone(unit: Unit) -> bool:
    """Whether it is a kustomization that no object of Flux or Argo CD deploys."""
    return unit.deployed_by is None and not unit.values
