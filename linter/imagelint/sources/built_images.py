"""Images that instructions build, and those of the organisation whose repository builds some."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.builders.tools import SCRIPT, SKAFFOLD
from imagelint.sources.instruction_names import (
    PROJECT_FILES,
    around_scripts,
    is_build_file,
    is_dockerfile,
    is_pipeline,
    is_text,
)
from imagelint.sources.instructions import text_of, text_of_source
from imagelint.text.bounded import is_of_tree
from imagelint.text.paths import shown, work_tree
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.facts.builders.tools import Artifact
    from imagelint.facts.input import Input

# One of them is in each text that builds or loads an image.
_WORDS = (
    *("build", "Build", "push", "ublish", "tag", "mage", "MAGE", "IMG", "ontainer", "kaniko", "copy", "repo", "commit"),
    *("manifest", "load", "crane", "jib", "ko ", "KO_"),
)
# Characters of included files that are read for one input, at most.
_MOST_INCLUDED = 4 * 1024 * 1024
# One of them is in the name of each image that builds others in a pod.
_BUILDING_IMAGES = ("kaniko", "buildah", "buildkit", "podman", "docker:")


class Built:
    """What the instructions of an input from some paths build."""

    def __init__(self, found: Input, paths: Iterable[str]) -> None:
        self._found = found
        real = {os.path.realpath(path) for path in paths}
        self._roots = real | {tree for path in real if (tree := work_tree(path)) is not None}
        self._artifacts: dict[str, tuple[Artifact, ...]] = {}
        self._of_projects: dict[str, tuple[Artifact, ...]] = {}
        self._has_dockerfile = False
        # The names of images that pipelines, scripts and Skaffold push, by path.
        self._published: dict[str, list[str]] = {}
        self._left = _MOST_INCLUDED

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions; of a Dockerfile only the path is known."""
        self._has_dockerfile = self._has_dockerfile or is_dockerfile(path)
        place = shown(path)
        if is_build_file(path):
            from imagelint.facts.builders.build_files import artifacts_of_build_file

            self._artifacts[place] = tuple(artifacts_of_build_file(os.path.basename(path), text))
        elif any(word in text for word in _WORDS):
            from imagelint.facts.builders.commands import artifacts_of_commands, included_by, mirrors

            included = "\n".join(self._included(os.path.join(os.path.dirname(path), one)) for one in included_by(text))
            artifacts = artifacts_of_commands(text, is_pipeline=is_pipeline(place), included=included)
            self._artifacts[place] = _placed(place, artifacts)
            if not is_text(path) and "push" in text and not mirrors(text):
                self._published[place] = [one.name for one in self._artifacts[place] if one.builder == SCRIPT]
        name = os.path.basename(path)
        if name in PROJECT_FILES and os.path.dirname(os.path.realpath(path)) in self._roots:
            from imagelint.facts.builders.projects import artifacts_of_project

            self._of_projects[place] = _placed(place, artifacts_of_project(name, text))

    def _included(self, path: str) -> str:
        """What a script includes, if that is a file of the input or of its repository."""
        if not self._left or not any(is_of_tree(path, root) for root in self._roots):
            return ""
        text = text_of(path)[: self._left]
        self._left -= len(text)
        return text

    def note(self) -> None:
        """Look in the manifests whose pods build, and note in the input what was found."""
        for source, facts in [*self._found.files.items()]:
            if not source.part and any(tool in image for image in facts.images for tool in _BUILDING_IMAGES):
                from imagelint.facts.builders.commands import artifacts_of_commands

                self._artifacts[source.path] = (*artifacts_of_commands(text_of_source(self._found, source)),)
        self._note_accounts()
        # The images of an organisation are those of its repository only if it builds any.
        for artifacts in (self._artifacts, self._of_projects if self._has_dockerfile else {}):
            for path, built in artifacts.items():
                facts = self._found.facts_at(path)
                if built:
                    self._found.files[SourceId(path)] = facts._replace(artifacts=(*facts.artifacts, *built))

    def _note_accounts(self) -> None:
        """Note the accounts that the repository publishes images in."""
        from imagelint.facts.builders.projects import artifacts_of_accounts

        for source, facts in self._found.files.items():
            if names := [one.name for one in facts.artifacts if one.builder == SKAFFOLD]:
                self._published.setdefault(source.path, []).extend(names)
        if self._published:
            path = next(iter(self._published))
            accounts = artifacts_of_accounts(name for names in self._published.values() for name in names)
            self._artifacts[path] = (*self._artifacts.get(path, ()), *accounts)


def _placed(path: str, artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
    """Artifacts for the folder that a script is for, relative to its own."""
    folder = posixpath.dirname(path)
    folders_of_scripts = folder.removeprefix(around_scripts(folder)).split("/")
    relative = "/".join(".." for name in folders_of_scripts if name) or "."
    return tuple(artifact._replace(folder=relative) for artifact in artifacts)
