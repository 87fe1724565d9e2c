"""Releases that a project keeps, each in a folder that is called like its version: nobody changes what is published.

What others publish, such as the manifests of an operator for each cluster, is deployed from such folders. So the input
has to show whose releases they are: an image that its repository builds has the version of the folder as its tag, or a
package of the Operator Lifecycle Manager states it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.purposes import NOT_DEPLOYED, RELEASED
from imagelint.index.artifacts import Artifacts
from imagelint.kubelet.reference import image_parts
from imagelint.sources.instruction_names import is_text
from imagelint.text.paths import shown
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagelint.facts.input import Input
    from imagelint.text.places import SourceId

_NUMBER = r"(0|[1-9]\d{0,8})"
_VERSION = rf"(?a)v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-[0-9A-Za-z.-]{{1,60}})?"
# A folder of a version, with the one around it if there is one, as commands and texts name it.
_NAMED = r"(?a)(?<![\w./-])(?:[\w./-]{1,200}/)?v?\d{1,9}\.\d{1,9}\.\d{1,9}[\w.-]{0,60}"
# The folder of whichever version: `install/$VERSION`, `install/{{ version }}`.
_CHOSEN = r"(?a)(?<![\w./-])([\w./-]{1,200})/[${]"
_COMMAND = r"(?i)(?<![\w.-])(?:kubectl|oc)(?![\w.-])"
_CSV = "ClusterServiceVersion"
# The full versions that make a history, and how many of them have to show whose it is.
_HISTORY, _SHOWN = 3, 2


class Version(NamedTuple):
    """A semantic version, in its order; a pre-release comes before the version itself."""

    numbers: tuple[int, int, int]
    is_full: bool
    rest: str


class ReleasedVersions:
    """The folders of versions in an input: which are releases of its own repository, and none of its commands needs."""

    def __init__(self, found: Input, histories: Mapping[str, Mapping[str, list[SourceId]]]) -> None:
        self._found = found
        self._histories = histories
        # The ends of paths to folders that somebody deploys: to those of versions, and to those that have them.
        self._named: set[str] = set()
        self._chosen: set[str] = set()

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions; those of a release itself are for whoever has that version."""
        if _folder_of_version(shown(path)) is not None:
            return
        for line in text.replace("\\\n", " ").splitlines():
            if line.lstrip().startswith("#"):
                continue
            deploys = re.search(_COMMAND, line) is not None
            # Texts also speak of versions that nobody should install any more.
            if deploys or not is_text(path):
                self._named.update(_end(named, 2) for named in re.findall(_NAMED, line))
            if deploys:
                self._chosen.update(_end(named, 1) for named in re.findall(_CHOSEN, line))

    def note(self) -> None:
        """Note in the input which manifests are releases, but for the newest."""
        artifacts = Artifacts(self._found.files)
        used = self._used()
        purposes = self._found.purposes_of_folders
        for folder, history in self._histories.items():
            shown = (_is_own(self._found, artifacts, name, sources) for name, sources in history.items())
            if sum(shown) < _SHOWN or _end(folder, 1) in self._chosen:
                continue
            versions = {name: version for name in history if (version := version_of(name)) is not None}
            newest = max(version for version in versions.values() if version.is_full)
            for name in (name for name, version in versions.items() if version < newest):
                if not self._is_named(folder, name):
                    kept = (one for one in history[name] if one not in used and purposes.get(one) not in NOT_DEPLOYED)
                    purposes.update(dict.fromkeys(kept, RELEASED))

    def _is_named(self, folder: str, name: str) -> bool:
        """Whether something names the folder of a version, also from a folder beside or around it."""
        around = {_end(folder, 1), ".", ".."}
        return any(_end(f"{one}/{name}".lstrip("/"), 2) in self._named for one in around)

    def _used(self) -> set[SourceId]:
        """What a kustomization of another folder, Argo CD or Flux deploys, whichever version it is of."""
        used: set[SourceId] = set()
        for unit in self._found.units.values():
            own = _folder_of_version(unit.kustomization.path)
            if own is None or unit.deployed_by is not None:
                used |= {unit.id, *unit.sources}
            else:
                used.update(source for source in unit.sources if _folder_of_version(source.path) != own)
        return used


def histories_in(sources: Mapping[SourceId, object]) -> dict[str, dict[str, list[SourceId]]]:
    """The folders with at least three full versions, each with the sources of every version in it."""
    found: dict[str, dict[str, list[SourceId]]] = {}
    for source in sources:
        of_version = _folder_of_version(source.path)
        if of_version is not None:
            folder, _, name = of_version.rpartition("/")
            found.setdefault(folder, {}).setdefault(name, []).append(source)
    return {folder: history for folder, history in found.items() if _count_full(history) >= _HISTORY}


def version_of(name: str) -> Version | None:
    """The version that the whole name of a folder is, as semver.org defines it."""
    found = re.fullmatch(_VERSION, name)
    if found is None:
        return None
    major, minor, patch, rest = found.groups()
    return Version((int(major), int(minor), int(patch)), rest is None, rest or "")


def _count_full(history: Mapping[str, object]) -> int:
    return len({version.numbers for name in history if (version := version_of(name)) and version.is_full})


def _folder_of_version(path: str) -> str | None:
    """The outermost folder of a version that a file is in."""
    parts = path.split("/")[:-1]
    return next(("/".join(parts[: depth + 1]) for depth, part in enumerate(parts) if version_of(part)), None)


def _end(path: str, count: int) -> str:
    """The last parts of a path."""
    return "/".join(path.rsplit("/", count)[-count:])


def _is_own(found: Input, artifacts: Artifacts, name: str, sources: list[SourceId]) -> bool:
    """Whether the manifests of a version are a release of the repository: its images or its package are of it."""
    version = name.removeprefix("v")
    return any(_states(found, source, version) or _holds(found, artifacts, source, version) for source in sources)


def _states(found: Input, source: SourceId, version: str) -> bool:
    resources = (pod.resource for pod in found.files[source].pods)
    return any(one.kind == _CSV and (one.name or "").endswith((f".v{version}", f".{version}")) for one in resources)


def _holds(found: Input, artifacts: Artifacts, source: SourceId, version: str) -> bool:
    tagged = (image for image in found.files[source].images if image_parts(image).tag in {version, f"v{version}"})
    return any(artifacts.builder(source.path, image) is not None for image in tagged)
