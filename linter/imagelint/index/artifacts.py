"""Which images of a file are built by something, so that no registry has to have them as they are written."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.kubelet.reference import DOCKER_HUB, has_version, image_parts, split_domain
from imagelint.text.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imagelint.facts.builders.tools import Artifact, Builder
    from imagelint.facts.model import FileFacts
    from imagelint.text.places import SourceId

_KO_SCHEME, _OF_PODMAN = "ko://", "localhost/"
# Images that have the name of a project and its version, which is not released.
_SNAPSHOT = "-SNAPSHOT"
# Kubebuilder's scaffold: `make deploy IMG=…` writes the image that was built for `controller:latest` in this file.
_KUBEBUILDER_IMAGE, _KUBEBUILDER_MANAGER = "controller", "/config/manager/manager.yaml"
# The file of a folder that a configuration of Skaffold requires.
_SKAFFOLD_FILES = ("skaffold.yaml", "skaffold.yml")
_MOST_REQUIRING, _MOST_REQUIRED = 200, 200


class Artifacts:
    """What is built for which files: those beside the file that says so, and below.

    The name of an organisation's image is the same everywhere, so that it is built for all files.
    """

    def __init__(self, files: Mapping[SourceId, FileFacts]) -> None:
        # The builders by the name of the image and the folder that they build it for.
        self._by_name: dict[str, dict[str, Builder]] = {}
        # Names with a star, by folder.
        self._globs: dict[str, list[Artifact]] = {}
        self._files = files
        for source, facts in files.items():
            for artifact in facts.artifacts:
                self._add(source.path, artifact)
        for source, artifact in _required(files):
            self._add(source.path, artifact)
        self._are_stated = bool(self._by_name or self._globs)

    def _add(self, path: str, artifact: Artifact) -> None:
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), artifact.folder))
        # What is above the working folder is for all of the input.
        is_everywhere = _is_published(artifact) or artifact.name.endswith(_SNAPSHOT)
        if folder == "." or set(folder.split("/")) == {".."} or is_everywhere:
            folder = ""
        if "*" in artifact.name:
            self._globs.setdefault(folder, []).append(artifact)
        else:
            builders = self._by_name.setdefault(_normalised(artifact.name), {})
            # What one script loads into a local cluster another may push.
            if folder not in builders or (builders[folder].is_local and not artifact.builder.is_local):
                builders[folder] = artifact.builder

    def builder(self, path: str, image: str) -> Builder | None:
        """What builds the image of a file; None for one with a digest, which every tool keeps."""
        if image.startswith(_KO_SCHEME):
            from imagelint.facts.builders.tools import KO

            return KO
        if "@" in image:
            return None
        if not self._are_stated and has_version(image) and not image.startswith(_KUBEBUILDER_IMAGE):  # as most
            return None
        name = image_parts(image).name
        if name == _KUBEBUILDER_IMAGE and self._is_kubebuilder:
            from imagelint.facts.builders.tools import KUBEBUILDER

            return KUBEBUILDER
        # Podman and CRI-O show what was built or loaded under a short name below `localhost`.
        names = dict.fromkeys((name, name.removeprefix(_OF_PODMAN))) if self._are_stated else {}
        if image.endswith(_SNAPSHOT) and self._are_stated:
            names[image] = None
        stated = next((found for one in names if (found := self._stated(path, one)) is not None), None)
        return stated or self._ko(image, name)

    def _stated(self, path: str, name: str) -> Builder | None:
        named = self._named(path, name)
        if named is not None and not named.is_local:
            return named
        from imagelint.facts.builders.tools import PROJECT

        matched = self._matched(path, name)
        # Whose an image is does not say that somebody pushes it.
        return named if named is not None and matched == PROJECT else matched or named

    def _named(self, path: str, name: str) -> Builder | None:
        folders = self._by_name.get(_normalised(name), {})
        return next((folders[folder] for folder in folders_of(path) if folder in folders), None) if folders else None

    def _matched(self, path: str, name: str) -> Builder | None:
        from imagelint.facts.builders.tools import PROJECT
        from imagelint.text.globs import glob_matches

        globs = (one for folder in folders_of(path) for one in self._globs.get(folder, ()))
        names = _names(name)
        found = [one.builder for one in globs if any(glob_matches(one.name, written) for written in names)]
        return next((builder for builder in found if builder != PROJECT), found[0] if found else None)

    def _ko(self, image: str, name: str) -> Builder | None:
        """Ko takes an import path without its scheme as well, as other images of the input or the path itself show."""
        if image != name:
            return None
        from imagelint.facts.builders.tools import IMPORT_PATHS, KO, PROGRAMS
        from imagelint.text.globs import glob_matches

        if not any(glob_matches(glob, name) for glob in IMPORT_PATHS):
            return None
        return KO if self._uses_ko or any(glob_matches(glob, name) for glob in PROGRAMS) else None

    @cached_property
    def _is_kubebuilder(self) -> bool:
        return any(f"/{source.path}".endswith(_KUBEBUILDER_MANAGER) for source in self._files)

    @cached_property
    def _uses_ko(self) -> bool:
        return any(image.startswith(_KO_SCHEME) for facts in self._files.values() for image in facts.images)


def _required(files: Mapping[SourceId, FileFacts]) -> Iterator[tuple[SourceId, Artifact]]:
    """What files build for the manifests of others that require them, directly or by way of another file."""
    requiring = [source for source, facts in files.items() if facts.required_builds]
    if not requiring:
        return
    by_path = {posixpath.normpath(source.path): source for source in files if not source.part}
    required = {source: [*dict.fromkeys(_required_by(source, files[source], by_path))] for source in requiring}
    for source in requiring[:_MOST_REQUIRING]:
        found = dict.fromkeys(required[source])
        pending = [*found]
        while pending and len(found) < _MOST_REQUIRED:
            more = [one for one in required.get(pending.pop(), ()) if one not in found]
            found.update(dict.fromkeys(more))
            pending += more
        artifacts = dict.fromkeys(artifact for one in found for artifact in files[one].artifacts)
        for folder in dict.fromkeys(one.folder for one in files[source].required_builds):
            yield from ((source, artifact._replace(folder=folder)) for artifact in artifacts)


def _required_by(source: SourceId, facts: FileFacts, by_path: Mapping[str, SourceId]) -> Iterator[SourceId]:
    for required in facts.required_builds:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), required.path))
        for name in (path, *(posixpath.join(path, file) for file in _SKAFFOLD_FILES)):
            if name in by_path:
                yield by_path[name]


def _is_published(artifact: Artifact) -> bool:
    """Whether an image leaves the machine that builds it, under a name that only its organisation can give."""
    organisation = artifact.name.rpartition("/")[0].rpartition("/")[2]
    is_named = bool(organisation) and "*" not in organisation
    return is_named and not artifact.builder.is_local and not artifact.builder.replaces


def _names(name: str) -> set[str]:
    """The forms of a name: what is on Docker Hub is written with its host and without.

    What is written without an organisation is what it says: `$REGISTRY/nginx` is another image than `nginx`.
    """
    if "/" not in name:
        return {name}
    domain, rest, _ = split_domain(name)
    return {name, rest, f"{domain}/{rest}"} if domain == DOCKER_HUB and "/" in rest else {name}


def _normalised(name: str) -> str:
    domain, rest, _ = split_domain(name)
    return f"{domain}/{rest}"


def folders_of(path: str) -> Iterator[str]:
    """The folders that a file is in, up to that of the input, whose path is empty."""
    while path:
        path = path.rpartition("/")[0]
        yield path
