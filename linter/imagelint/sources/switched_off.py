"""What kustomizations have in a comment or do not list, or Flux or Argo CD leave out, and nothing else deploys."""

from __future__ import annotations

import os
import posixpath
import re
from itertools import chain, islice
from typing import TYPE_CHECKING

from imagelint.sources.beside_deployed import BesideDeployed, is_empty, is_for_others
from imagelint.sources.candidates import is_candidate
from imagelint.sources.instruction_names import is_text
from imagelint.sources.instructions import text_of_source
from imagelint.sources.mentions import Mentions
from imagelint.text.paths import folders_above, inside, shown
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from imagelint.facts.input import Input
    from imagelint.facts.unit import Unit

# Looked for in the instructions of one input, at most.
_MOST_PATHS = 200
# What a command applies: `kubectl apply -f deploy/`, `kustomize build overlays/$ENVIRONMENT`.
_COMMAND = r"\b(?:kubectl|oc|kustomize|apply|create)\b"
_APPLIED = r"(?:-R?f|--filename)[ \t=]+[\"']?([\w./${}*-]+)"
_BUILT = r"(?:-k|--kustomize|\bbuild)[ \t=]+[\"']?([\w./${}-]+)"
# The folders that commands go to, and what loops are about: `for f in deploy/*.yaml`.
_ENTERED = r"\b(?:cd|pushd|working-directory:)[ \t]+[\"']?([\w./${}-]+)"
_LOOPED = r"\bfor[ \t]+\w+[ \t]+in[ \t]+([\w./${}*-]+)"
_MOST_ENTERED = 50
# With all that is below the folders: `kubectl apply -R -f deploy/`.
_RECURSIVE = r"[ \t](?:-Rf?|--recursive)(?![\w-])"
# What lists the manifests of a folder before they are applied.
_LISTING = r"kustomize[ \t]+(?:edit[ \t]+add|create)\b"
# What finds all kustomizations, to build them.
_EVERY = r"(?<!!)(?<!not)[ \t]-i?name[ \t]+[\"']?kustomization"
# What the configuration of a site is called, and the folders beside it that have its pages.
_SITES = tuple(f"docusaurus.config.{suffix}" for suffix in ("js", "ts", "mjs", "cjs", "mts", "cts"))
_PAGES = frozenset({"docs", "versioned_docs", "blog"})
# A list of resources that somebody left empty.
_NOTHING = r"(?m)^resources:[ \t]*\[[ \t]*\]"


class SwitchedOff:
    """The manifests and folders of an input that kustomizations leave out, but for those that an instruction names."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._folders = {
            posixpath.dirname(id_.path) or ".": unit for id_, unit in found.units.items() if _is_alone(unit)
        }
        # By path, the reason in a few words.
        self._on_pages = dict(islice(_on_pages(found), _MOST_PATHS))
        self._commented = dict(islice(chain(self._in_comments(), self._on_pages.items()), _MOST_PATHS))
        self._unlisted = dict(islice(_not_listed(found), _MOST_PATHS - len(self._commented)))
        beside = BesideDeployed(found, self._folders, self._unlisted | self._commented)
        left_out = chain(beside.paths(), self._of_upstream(beside))
        self._unlisted |= dict(islice(left_out, _MOST_PATHS - len(self._commented) - len(self._unlisted)))
        self._unbuilt = dict(islice(chain(_empty(found, self._folders), beside.unbuilt()), _MOST_PATHS))
        # How a text names these manifests; what deploys folders is named in many that do not apply it.
        folders = {path: self._folders[path].kustomization.path for path in self._unlisted if path in self._folders}
        files = self._unlisted.keys() - self._folders.keys()
        manifests = [path for path in files if not found.files[SourceId(path)].has_deployments]
        self._names = {path: _end_of(path) for path in self._commented} | _distinct(manifests, found, 2)
        names = _distinct(folders.values(), found, 3)
        self._names |= {path: posixpath.dirname(names[file]) for path, file in folders.items()}
        # What commands apply and build, relative to the folder of their instruction if it is there; paths in scripts.
        self._applied, self._built, self._in_scripts = Mentions(), Mentions(), Mentions()
        # Folders with all that is below them, relative to that of their instruction or of the input.
        self._applied_with_all: set[str] = set()
        self._is_listing = self._finds_all = False
        self._known = {path for source in found.files for path in (source.path, posixpath.dirname(source.path))}

    @property
    def has_some(self) -> bool:
        """Whether there is anything that an instruction may name."""
        return bool(self._commented or self._unlisted or self._unbuilt)

    def _in_comments(self) -> Iterator[tuple[str, str]]:
        for source, facts in self._found.files.items():
            for entry in facts.kustomization.commented if facts.kustomization is not None else ():
                path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), entry))
                if path in self._folders or SourceId(path) in self._found.files:
                    yield path, f"`{source.path}` has it in a comment"

    def _of_upstream(self, beside: BesideDeployed) -> Iterator[tuple[str, str]]:
        """The folders of copies of what others publish that nothing lists, while others are listed from outside."""
        if not any(_upstream(source.path) for source in self._found.files):
            return
        used: set[SourceId] = set()
        users: dict[str, str] = {}
        for unit in self._found.units.values():
            used |= unit.sources - {unit.kustomization}
            for copy in {_upstream(source.path) for source in unit.sources}:
                if copy and not unit.kustomization.path.startswith(f"{copy}/"):
                    users.setdefault(copy, unit.kustomization.path)
        for path, unit in self._folders.items():
            copy = _upstream(unit.kustomization.path)
            if copy in users and unit.kustomization not in used and not beside.may_be_deployed(path, copy):
                yield path, f"`{users[copy]}` lists others of `{copy}` and not this"

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        here = posixpath.dirname(shown(path))
        # What a page shows is beside it: `import web from "!!raw-loader!./web.yaml"`.
        pages = (one for one in self._on_pages if posixpath.dirname(one) == here and posixpath.basename(one) in text)
        for named in [*pages, *(one for one, name in self._names.items() if name in text)]:
            self._remove(named)
        if re.search(_COMMAND, text):
            self._is_listing = self._is_listing or re.search(_LISTING, text) is not None
            self._finds_all = self._finds_all or re.search(_EVERY, text) is not None
            recursive = "\n".join(line for line in text.splitlines() if re.search(_RECURSIVE, line))
            applied: list[str] = re.findall(_APPLIED, text)
            entered: list[str] = re.findall(_ENTERED, text)
            self._add(self._applied, here, applied + re.findall(_LOOPED, text))
            for folder in dict.fromkeys(entered[:_MOST_ENTERED]):
                self._add(self._applied, here, {posixpath.normpath(posixpath.join(folder, one)) for one in applied})
            for one in re.findall(_APPLIED, recursive):
                self._applied_with_all |= {posixpath.normpath(one), posixpath.normpath(posixpath.join(here, one))} - {
                    "."
                }
            self._add(self._built, here, re.findall(_BUILT, text))
            if not is_text(path):
                self._in_scripts.add_text(text)

    def _add(self, mentions: Mentions, folder: str, named: Iterable[str]) -> None:
        """Take in what the commands of an instruction in a folder name."""
        for one in named:
            path = posixpath.normpath(posixpath.join(folder, one))
            # A file that is not there is an example, or in a folder that the commands go to.
            if path in self._known:
                mentions.add(path)
            elif "/" in one or not is_candidate(one):
                mentions.add(one)

    def _is_named(self, path: str) -> bool:
        """Whether a command of an instruction applies a manifest or a folder, or may do so."""
        is_unlisted, has_name = path in self._unlisted, path in self._names
        if self._applied.may_mean(path) or (has_name and self._built.may_mean(path)):
            return True
        if path not in self._folders and self._applied.may_mean(posixpath.dirname(path)):
            return True
        if not self._applied_with_all.isdisjoint(folders_above(path)):
            return True
        is_listed = self._is_listing and path not in self._folders
        return is_unlisted and (is_listed or (has_name and self._in_scripts.may_mean(path)))

    def _may_be_built(self, folder: str) -> bool:
        """Whether a command of an instruction may build a kustomization; what looks at all of them skips empty ones."""
        if self._is_listing or (self._finds_all and not is_empty(self._folders[folder])):
            return True
        return any(one.may_mean(folder) for one in (self._applied, self._built, self._in_scripts))

    def _remove(self, path: str) -> None:
        for paths in (self._commented, self._unlisted, self._names):
            paths.pop(path, None)

    def note(self) -> None:
        """Note in the input what nothing deploys."""
        for path in filter(self._is_named, [*self._commented, *self._unlisted]):
            self._remove(path)
        self._found.switched_off = self._off(self._commented)
        self._found.unlisted = self._off(self._unlisted)
        unbuilt = self._off({path: why for path, why in self._unbuilt.items() if not self._may_be_built(path)})
        # Files alone: of what a unit shares with others they are built.
        self._found.unbuilt = {source: why for source, why in unbuilt.items() if not source.part}

    def _off(self, paths: Mapping[str, str]) -> dict[SourceId, str]:
        """What some paths lead to and nothing else deploys, each with the reason."""
        units = self._found.units
        off = {unit.id: paths[folder] for folder, unit in self._folders.items() if folder in paths}
        off |= {id_: paths[by.path] for id_, unit in units.items() if (by := unit.deployed_in) and by.path in paths}
        named = {SourceId(path): why for path, why in paths.items()}
        named |= {source: why for id_, why in off.items() for source in (id_, *units[id_].sources)}
        deployed = frozenset[SourceId]().union(*(unit.sources for id_, unit in units.items() if id_ not in off))
        return {source: why for source, why in named.items() if source not in deployed}


def _empty(found: Input, folders: Mapping[str, Unit]) -> Iterator[tuple[str, str]]:
    """The folders of kustomizations with nothing but their type where there is nothing to list, as the reason."""
    if len(found.units) < 2:
        return  # it is all that there is to build
    used = {
        above
        for source, facts in found.files.items()
        if facts.objects and not source.part
        for above in folders_above(posixpath.dirname(source.path))
    }
    for folder, unit in folders.items():
        is_unused = folder not in used and not is_for_others(folder, posixpath.dirname(folder))
        if unit.refusals and is_empty(unit) and is_unused:
            yield folder, "it is empty, and nothing names it"


def _on_pages(found: Input) -> Iterator[tuple[str, str]]:
    """The paths of manifests in the folders that Docusaurus makes a site of, as the reason."""
    sites: dict[str, str | None] = {}
    for source, facts in found.files.items():
        for above in folders_above(posixpath.dirname(source.path)) if facts.objects and not source.part else ():
            folder, name = posixpath.split(above)
            if name in _PAGES:
                if folder not in sites:
                    sites[folder] = next((one for one in _SITES if os.path.isfile(os.path.join(folder, one))), None)
                if (site := sites[folder]) is not None:
                    yield source.path, f"it is for the pages that `{inside(folder or '.', site)}` makes"
                    break


def _upstream(path: str) -> str:
    """The folder with a copy of what others publish that a file is in, by its name; empty if it is in none."""
    before, name, _ = f"/{path}".partition("/upstream/")
    return f"{before}{name}".strip("/") if name else ""


def _end_of(path: str) -> str:
    """A file with its folder, as texts name it."""
    return "/".join(path.split("/")[-2:])


def _distinct(paths: Collection[str], found: Input, fewest: int) -> dict[str, str]:
    """Some files, each with the end of its path, of some parts at least, that no other file of an input has."""
    alike: dict[str, list[list[str]]] = {}
    for source in found.files if paths else ():
        alike.setdefault(_end_of(source.path), []).append(source.path.split("/"))
    return {path: _distinct_end(path.split("/"), alike[_end_of(path)], fewest) for path in paths}


def _distinct_end(parts: list[str], alike: Collection[list[str]], fewest: int) -> str:
    lengths = range(fewest, len(parts))
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
            why = _others(found, kustomizations.get(folder), name) if facts.pods or facts.secrets else None
            if why is None and facts.has_deployments:
                why = _others(found, kustomizations.get(above), f"{inner}/{name}")
            if why is not None:
                yield source.path, why


def _listed(found: Input, kustomization: SourceId) -> Iterator[str]:
    """What a kustomization lists, in one form, relative to it."""
    facts = found.files[kustomization].kustomization
    yield from map(posixpath.normpath, facts.listed if facts is not None else ())


def _others(found: Input, kustomization: SourceId | None, name: str) -> str | None:
    """That a kustomization lists other files like one that are there, or nothing at all, if it does not name that.

    What deploys folders is for its list alone, so that there are others as well if they are in comments.
    """
    text = text_of_source(found, kustomization) if kustomization is not None else name
    facts = found.files[kustomization].kustomization if kustomization is not None else None
    if kustomization is None or facts is None or name in text:
        return None
    is_deploying = "/" in name
    if any(_is_alike(found, kustomization, one, name) for one in facts.listed):
        return f"`{kustomization.path}` lists others and not this"
    if is_deploying and any(_is_alike(found, kustomization, one, name) for one in facts.commented):
        return f"`{kustomization.path}` has others in comments and not this"
    return f"`{kustomization.path}` has `resources: []`" if not is_deploying and re.search(_NOTHING, text) else None


def _is_alike(found: Input, kustomization: SourceId, entry: str, name: str) -> bool:
    """Whether an entry of a kustomization is a file with objects that is in the same place as another, or called so."""
    entry, depth = posixpath.normpath(entry), name.count("/")
    if entry.count("/") != depth or (depth and posixpath.basename(entry) != posixpath.basename(name)):
        return False
    one = SourceId(posixpath.join(posixpath.dirname(kustomization.path), entry))
    return one in found.files and found.files[one].objects > 0


def _is_alone(unit: Unit) -> bool:
    """Whether it is a kustomization that no object of Flux or Argo CD deploys."""
    return unit.deployed_by is None and not unit.values
