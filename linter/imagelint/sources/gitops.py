"""What Flux and Argo CD deploy of the repository: the folders that their objects name, and what these change in them.

Sources: Flux `kustomize.toolkit.fluxcd.io/v1` (kustomize-controller v1.6, `pkg/kustomize/kustomize_generator.go` of
fluxcd/pkg); Argo CD v3 `argoproj.io/v1alpha1` (`ApplicationSourceKustomize`, `util/kustomize/kustomize.go`).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.kinds import APPLICATION, APPLICATION_SET, FLUX_KUSTOMIZATION, group_kind
from imagelint.kubelet.reference import image_parts
from imagelint.sources.application_sets import applications
from imagelint.sources.kustomize.fields import empty_mapping, key_like, text_like
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, items, mapping, text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.sources.repository import Repository

# The fields of a kustomization that the objects have under the same names.
_FLUX_FIELDS = ("namePrefix", "nameSuffix", "images", "patches", "patchesStrategicMerge", "patchesJson6902")
_ARGO_FIELDS = ("namePrefix", "nameSuffix", "namespace", "patches")


class Deployment(NamedTuple):
    """A folder of the repository that an object deploys."""

    # As people name the object.
    name: str
    # What the object says that the folder is in: deployments with the same one are of the same repository.
    repository: str
    # Relative to the root of that repository.
    folder: Scalar
    # What it changes in it, as fields of a kustomization; the paths of components are relative to that root.
    fields: tuple[tuple[str, Node], ...]
    # The namespace of objects that have none.
    namespace: Scalar | None = None
    # Also files in the folders below are deployed, if there is no kustomization.
    is_recursive: bool = False
    # Kustomizations may list files outside of their folders: Flux builds with `LoadRestrictionsNone` (fluxcd/pkg,
    # `kustomize/kustomize_generator.go`).
    reads_above: bool = False
    # A folder without a kustomization gets one, and is built by kustomize; Argo CD reads its manifests itself, as
    # kubectl does (`reposerver/repository/repository.go`).
    writes_kustomization: bool = False
    # Values for `${NAME}` in texts; None if nothing is substituted.
    substitute: Mapping | None = None
    substitute_from: tuple[Mapping, ...] = ()

    @property
    def path(self) -> str:
        """The folder as a path; `.` for the root."""
        return posixpath.normpath(self.folder.value.lstrip("/") or ".")


def deployments(objects: Iterable[Mapping], repository: Repository) -> Iterator[Deployment]:
    """What some objects deploy, as far as it is in folders of the repository."""
    for node in objects:
        api_version, kind = text(node, "apiVersion"), text(node, "kind")
        found = group_kind(api_version.value, kind.value) if api_version and kind else ""
        if found == FLUX_KUSTOMIZATION:
            yield from _of_flux(node)
        elif found == APPLICATION:
            yield from _of_application(node)
        elif found == APPLICATION_SET:
            for application in applications(node, repository):
                yield from _of_application(application)


def _of_flux(node: Mapping) -> Iterator[Deployment]:
    spec = mapping(node, "spec")
    folder = spec.get("path") if spec else None
    if spec is None or not isinstance(folder, Scalar):
        return
    fields = [(field, value) for field in _FLUX_FIELDS if (value := spec.get(field)) is not None]
    target = spec.get("targetNamespace")
    fields += [("namespace", target)] if target is not None else []
    fields += _components(spec, folder)
    built = mapping(spec, "postBuild")
    source = mapping(spec, "sourceRef")
    yield Deployment(
        object_name(node),
        "/".join(found.value for key in ("kind", "namespace", "name") if (found := text(source, key))),
        folder,
        tuple(fields),
        is_recursive=True,
        reads_above=True,
        writes_kustomization=True,
        substitute=(mapping(built, "substitute") or empty_mapping(spec)) if built else None,
        substitute_from=tuple(item for item in items(built, "substituteFrom") if isinstance(item, Mapping)),
    )


def _of_application(node: Mapping) -> Iterator[Deployment]:
    spec = mapping(node, "spec")
    destination = mapping(spec, "destination")
    namespace = destination.get("namespace") if destination else None
    for source in (mapping(spec, "source"), *items(spec, "sources")):
        folder = source.get("path") if isinstance(source, Mapping) else None
        if not isinstance(source, Mapping) or not isinstance(folder, Scalar) or source.get("chart") is not None:
            continue
        kustomize = mapping(source, "kustomize")
        fields = [(field, value) for field in _ARGO_FIELDS if kustomize and (value := kustomize.get(field)) is not None]
        fields += _images(kustomize) + (_components(kustomize, folder) if kustomize else [])
        recurse = text(mapping(source, "directory"), "recurse")
        repository = text(source, "repoURL")
        yield Deployment(
            object_name(node),
            repository.value if repository else "",
            folder,
            tuple(fields),
            namespace if isinstance(namespace, Scalar) and namespace.value and "{{" not in namespace.value else None,
            is_recursive=recurse is not None and recurse.value == "true",
        )


def object_name(node: Mapping) -> str:
    """An object as people name it."""
    kind, metadata = text(node, "kind"), mapping(node, "metadata")
    names = (text(metadata, key) for key in ("namespace", "name"))
    return f"{kind.value if kind else ''} {'/'.join(name.value for name in names if name)}"


def _components(spec: Mapping, folder: Scalar) -> list[tuple[str, Node]]:
    """Components, which are named relative to the folder."""
    listed = spec.get("components")
    if not isinstance(listed, Sequence):
        return []
    moved: list[Node] = [
        text_like(posixpath.normpath(posixpath.join(folder.value.lstrip("/"), item.value)), item)
        for item in listed.items
        if isinstance(item, Scalar)
    ]
    return [("components", Sequence(moved, listed.start, listed.end, listed.places))]


def _images(kustomize: Mapping | None) -> list[tuple[str, Node]]:
    """Texts like `name=newName:tag` as entries of `images` (`kustomize edit set image`)."""
    listed = kustomize.get("images") if kustomize else None
    if not isinstance(listed, Sequence):
        return []
    entries = [_image(item) for item in listed.items if isinstance(item, Scalar)]
    return [("images", Sequence([*entries], listed.start, listed.end, listed.places))]


def _image(written: Scalar) -> Mapping:
    old, equals, new = written.value.partition("=")
    name, tag, digest = image_parts(new if equals else old)
    given = {"name": old if equals else name, "newName": name if equals else "", "newTag": tag, "digest": digest}
    nodes: list[Node] = []
    for key, value in given.items():
        nodes += [key_like(key, written), text_like(value, written)] if value else []
    return Mapping(nodes, written.start, written.end, written.places)
