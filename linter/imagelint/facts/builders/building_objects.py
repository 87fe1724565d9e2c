"""Images that objects build: the configuration of Skaffold, and OpenShift's BuildConfigs and ImageStreams.

Sources: Skaffold `skaffold/v4beta13` (`build.artifacts[].image`, `profiles[].patches`, `build.local.push`); OpenShift
API `build.openshift.io/v1` (`spec.output.to`), `image.openshift.io/v1` (`spec.lookupPolicy.local`).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.builders.tools import BUILD_CONFIG, IMAGE_STREAM, SKAFFOLD, Artifact
from imagelint.kubelet.reference import image_parts
from imagelint.text.nodes import Mapping, as_text, items, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.facts.builders.tools import Builder
    from imagelint.text.nodes import Node

SKAFFOLD_LOCAL = SKAFFOLD._replace(is_local=True)
_ARTIFACT = ("image", "imageName")
_MOST_FOLDERS = 20
_MANIFESTS = (
    *("manifests.rawYaml[]", "manifests.kustomize.paths[]", "deploy.kubectl.manifests[]", "deploy.kustomize.paths[]"),
    *("manifests.helm.releases[].chartPath", "deploy.helm.releases[].chartPath"),
)


def _skaffold(node: Mapping) -> Iterator[Artifact]:
    """Its artifacts, for the manifests beside it and for those that it deploys from other folders."""
    elsewhere = {folder for path in _deployed(node) if (folder := _folder(path)).startswith("..")}
    for artifact in _skaffold_artifacts(node):
        yield from (artifact._replace(folder=folder) for folder in (".", *sorted(elsewhere)[:_MOST_FOLDERS]))


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


READERS: dict[str, Callable[[Mapping], Iterator[Artifact]]] = {
    "skaffold/Config": _skaffold,
    "build.openshift.io/BuildConfig": _build_config,
    "/BuildConfig": _build_config,
    "image.openshift.io/ImageStream": _image_stream,
    "/ImageStream": _image_stream,
}
