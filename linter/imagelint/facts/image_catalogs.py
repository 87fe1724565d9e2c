"""Image catalogs of CloudNativePG: a Cluster takes the image of its major version from an object of its own.

Source: CloudNativePG API `postgresql.cnpg.io/v1` (`spec.imageCatalogRef`, `ImageCatalog.spec.images`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.text.nodes import Mapping, items, mapping, text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import Resource
    from imagelint.text.places import Text

GROUP = "postgresql.cnpg.io"
_CATALOGS = frozenset({f"{GROUP}/ImageCatalog", f"{GROUP}/ClusterImageCatalog"})


class CatalogImage(NamedTuple):
    """An entry of an object that lists the images of a program by version."""

    resource: Resource
    version: str
    image: str


class CatalogReference(NamedTuple):
    """The entry of such an object that a custom resource names instead of an image."""

    kind: str
    name: Text
    version: str


def catalog_images(node: Mapping, resource: Resource, kind: str) -> Iterator[CatalogImage]:
    """The images of a catalog, each with the major version that it is for."""
    if kind not in _CATALOGS or resource.name is None:
        return
    for item in items(mapping(node, "spec"), "images"):
        major, image = text(item, "major"), text(item, "image")
        if major is not None and image is not None:
            yield CatalogImage(resource, major.value, image.value)


def catalog_reference(node: Mapping, kind: str) -> CatalogReference | None:
    """The entry of a catalog that a Cluster runs."""
    reference = mapping(mapping(node, "spec"), "imageCatalogRef") if kind == f"{GROUP}/Cluster" else None
    catalog, name, major = (text(reference, key) for key in ("kind", "name", "major"))
    if catalog is None or name is None or major is None:
        return None
    return CatalogReference(catalog.value, name, major.value)
