"""Images that pods run from image catalogs, at the place that names the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import Container, ContainerType
from imagelint.text.places import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.image_catalogs import CatalogReference
    from imagelint.index.image_use import ImageUse, Pod
    from imagelint.index.index import Index

# Kind, namespace, name and version.
_Entry = tuple[str, str | None, str | None, str]


def catalog_uses(index: Index) -> tuple[ImageUse, ...]:
    """These images, which rules judge where the catalog names them, except for pull secrets."""
    return tuple(use for pod in index.pods if pod.spec.catalog and (use := _use(index, pod, pod.spec.catalog)))


def _use(index: Index, pod: Pod, wanted: CatalogReference) -> ImageUse | None:
    name, version = wanted.name.value, wanted.version
    found = index.whole.join(_entries).get((wanted.kind, _scope(wanted.kind, pod.namespace), name, version))
    if found is None:
        return None
    image = Text(found, wanted.name.span)
    return index.image_use(pod, Container(ContainerType.CUSTOM, None, image, None, image.span), image)


def _entries(index: Index) -> dict[_Entry, str]:
    return dict(entry for pod in index.pods for entry in _of_catalog(index, pod))


def _of_catalog(index: Index, pod: Pod) -> Iterator[tuple[_Entry, str]]:
    for entry in index.files[pod.source].catalog_images:
        kind, name = entry.resource.kind, entry.resource.name
        if entry.resource.span == pod.resource.span:
            yield (kind, _scope(kind, pod.namespace), name, entry.version), entry.image


def _scope(kind: str, namespace: str | None) -> str | None:
    return None if kind.startswith("Cluster") else namespace
