"""Images that objects build: the configuration of Skaffold and of kbld, and objects of clusters that build.

Sources: Skaffold `skaffold/v4beta13` (`build.artifacts[].image`, `profiles[].patches`, `build.local.push`,
`requires[].path`); `kbld.k14s.io/v1alpha1` (`sources`, `destinations` and `overrides`; kinds of their own before 0.28);
OpenShift API `build.openshift.io/v1` (`spec.output.to`), `image.openshift.io/v1` (`spec.lookupPolicy.local`);
`kpack.io/v1alpha2` (`Image`); `shipwright.io/v1beta1` (`Build`); the parameters of the tasks of Tekton's catalogue that
build.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.commands import named
from imagelint.facts.builders.script_variables import NOTHING
from imagelint.facts.builders.tools import (
    BUILD_CONFIG,
    IMAGE_STREAM,
    KBLD,
    KPACK,
    SCRIPT,
    SHIPWRIGHT,
    SKAFFOLD,
    Artifact,
    RequiredBuilds,
)
from imagelint.kubelet.reference import image_parts
from imagelint.text.nodes import Mapping, as_text, items, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.facts.builders.tools import Builder
    from imagelint.text.nodes import Node

SKAFFOLD_LOCAL = SKAFFOLD._replace(is_local=True)
_ARTIFACT = ("image", "imageName")
_MOST_FOLDERS, _MOST_REQUIRED = 20, 100
_BUILDING_TASKS = ("spec.taskRef.name", "spec.pipelineRef.name", "spec.pipelineSpec.tasks[].taskRef.name")
_BUILDS = re.compile(r"build|kaniko|s2i|jib")
_PARAMETERS = ("spec.params[]", "spec.pipelineSpec.tasks[].params[]")
_BUILT = frozenset({"IMAGE", "image", "APP_IMAGE", "output-image", "image-name", "IMAGE_NAME"})
_MANIFESTS = (
    *("manifests.rawYaml[]", "manifests.kustomize.paths[]", "deploy.kubectl.manifests[]", "deploy.kustomize.paths[]"),
    *("manifests.helm.releases[].chartPath", "deploy.helm.releases[].chartPath"),
)


def _skaffold(node: Mapping) -> Iterator[Artifact]:
    """Its artifacts, for the manifests beside it and for those that it deploys from other folders."""
    folders = _folders(node)
    for artifact in _skaffold_artifacts(node):
        yield from (artifact._replace(folder=folder) for folder in folders)


def required_by_skaffold(node: Mapping) -> Iterator[RequiredBuilds]:
    """The configurations in other files of the repository that it requires; those of `git` are elsewhere."""
    required = [path.value for one in items(node, "requires") if (path := text(one, "path")) is not None]
    for other in required[:_MOST_REQUIRED]:
        yield from (RequiredBuilds(other, folder) for folder in _folders(node))


def _folders(node: Mapping) -> tuple[str, ...]:
    """The folder of a configuration, and those that it deploys from and that are not in it."""
    elsewhere = {folder for path in _deployed(node) if (folder := _folder(path)).startswith("..")}
    return (".", *sorted(elsewhere)[:_MOST_FOLDERS])


def _deployed(node: Mapping) -> Iterator[str]:
    for path in _MANIFESTS:
        yield from (written.value for found in select(node, path) if (written := as_text(found)) is not None)


def _folder(path: str) -> str:
    """The folder of a path or glob, up to its first star."""
    plain = path.partition("*")[0]
    is_file = plain.endswith((".yaml", ".yml", ".json")) or plain != path
    return posixpath.normpath(posixpath.dirname(plain) if is_file else plain)


def _skaffold_artifacts(node: Mapping) -> Iterator[Artifact]:
    pushes = text(mapping(mapping(node, "build"), "local"), "push")
    builder = SKAFFOLD_LOCAL if pushes is not None and pushes.value == "false" else SKAFFOLD
    for artifact in select(node, "build.artifacts[]"):
        yield from _image_of(artifact, builder)
    for profile in items(node, "profiles"):
        for artifact in select(profile, "build.artifacts[]"):
            yield from _image_of(artifact, SKAFFOLD)
        for patch in items(profile, "patches"):
            yield from _patched(patch)


def _patched(patch: Node) -> Iterator[Artifact]:
    """What a JSON patch of a profile puts below `/build/artifacts`: a list, an artifact, or its image."""
    path, value = text(patch, "path"), patch.get("value") if isinstance(patch, Mapping) else None
    if path is None or value is None or not path.value.startswith("/build"):
        return
    if path.value == "/build" and isinstance(value, Mapping):
        found = items(value, "artifacts")
    elif path.value.rstrip("/") == "/build/artifacts":
        found = [] if not isinstance(patch, Mapping) else items(patch, "value")
    else:
        found = [value] if path.value.startswith("/build/artifacts/") else []
    image = as_text(value)
    if image is not None and path.value.rpartition("/")[2] in _ARTIFACT:
        yield Artifact(image_parts(image.value).name, SKAFFOLD)
    for artifact in found:
        yield from _image_of(artifact, SKAFFOLD)


def _image_of(artifact: Node, builder: Builder) -> Iterator[Artifact]:
    image = next((found for key in _ARTIFACT if (found := text(artifact, key)) is not None), None)
    if image is not None:
        yield Artifact(image_parts(image.value).name, builder)


def _build_config(node: Mapping) -> Iterator[Artifact]:
    to = mapping(mapping(mapping(node, "spec"), "output"), "to")
    kind, name = text(to, "kind"), text(to, "name")
    if kind is not None and name is not None:
        replaces = kind.value in {"ImageStreamTag", "ImageStream"}
        yield Artifact(image_parts(name.value).name, BUILD_CONFIG._replace(replaces=replaces))


def _image_stream(node: Mapping) -> Iterator[Artifact]:
    """A stream that takes the place of its name in pods, as its look-up policy says."""
    local, name = text(mapping(mapping(node, "spec"), "lookupPolicy"), "local"), text(mapping(node, "metadata"), "name")
    if local is not None and local.value == "true" and name is not None:
        yield Artifact(name.value, IMAGE_STREAM)


def _kpack(node: Mapping) -> Iterator[Artifact]:
    yield from _at(node, KPACK, "spec.tag", "spec.additionalTags[]")


def _shipwright(node: Mapping) -> Iterator[Artifact]:
    yield from _at(node, SHIPWRIGHT, "spec.output.image", "spec.build.spec.output.image")


def _kbld(node: Mapping) -> Iterator[Artifact]:
    """What it builds, by custom for the manifests in folders beside its own, and what it replaces by another image."""
    for artifact in _at(node, KBLD, "sources[].image", "destinations[].image"):
        yield artifact._replace(folder="..")
    yield from _at(node, KBLD, "overrides[].image")


def _tekton(node: Mapping) -> Iterator[Artifact]:
    """The image that a run is given to build: its tasks, or its pipeline, are called after what builds."""
    references = [as_text(found) for path in _BUILDING_TASKS for found in select(node, path)]
    if not any(reference is not None and _BUILDS.search(reference.value) for reference in references):
        return
    for parameter in (found for path in _PARAMETERS for found in select(node, path)):
        name, value = text(parameter, "name"), text(parameter, "value")
        if name is not None and value is not None and name.value in _BUILT:
            yield from named(value.value, NOTHING, SCRIPT)


def _at(node: Mapping, builder: Builder, *paths: str) -> Iterator[Artifact]:
    for path in paths:
        for found in select(node, path):
            image = as_text(found)
            if image is not None:
                yield from named(image.value, NOTHING, builder)


READERS: dict[str, Callable[[Mapping], Iterator[Artifact]]] = {
    "skaffold/Config": _skaffold,
    "build.openshift.io/BuildConfig": _build_config,
    "/BuildConfig": _build_config,
    "image.openshift.io/ImageStream": _image_stream,
    "/ImageStream": _image_stream,
    "kpack.io/Image": _kpack,
    "shipwright.io/Build": _shipwright,
    "shipwright.io/BuildRun": _shipwright,
    **{f"kbld.k14s.io/{kind}": _kbld for kind in ("Config", "Sources", "ImageDestinations", "ImageOverrides")},
    "tekton.dev/TaskRun": _tekton,
    "tekton.dev/PipelineRun": _tekton,
}
