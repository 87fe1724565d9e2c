"""Secrets and the objects that make them: which name, in which namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts import NamespacedName, SecretDefinition
from imagelint.nodes import Mapping, Scalar, Text, as_text, mapping, select

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.facts import Resource
    from imagelint.kinds import SecretProducer

# Annotations by which reflector and replicator copy a Secret into other namespaces.
_COPIES = (
    "reflector.v1.k8s.emberstack.com/reflection-",
    "replicator.v1.mittwald.de/replicat",
)


def secrets_of(node: Mapping, resource: Resource, producers: Sequence[SecretProducer]) -> Iterator[SecretDefinition]:
    """The Secrets that exist in a cluster once this object does."""
    if resource.api_version == "v1" and resource.kind == "Secret":
        yield from _plain_secret(node, resource)
    for producer in producers:
        if _makes_secrets(node, producer):
            yield from _produced(node, resource, producer)


def _plain_secret(node: Mapping, resource: Resource) -> Iterator[SecretDefinition]:
    if not resource.name:
        return
    yield SecretDefinition(NamespacedName(resource.namespace, resource.name), resource, resource.span)
    annotations = mapping(mapping(node, "metadata"), "annotations")
    if annotations and any(key.value.startswith(_COPIES) for key, _ in annotations.pairs()):
        yield SecretDefinition(NamespacedName(None, resource.name), resource, resource.span)


def _makes_secrets(node: Mapping, producer: SecretProducer) -> bool:
    return all(_value(node, path) == value for path, value in producer.only_if.items()) and not any(
        _value(node, path) == value for path, value in producer.unless.items()
    )


def _value(node: Mapping, path: str) -> str | None:
    found = select(node, path)
    return found[0].value if found and isinstance(found[0], Scalar) else None


def _produced(node: Mapping, resource: Resource, producer: SecretProducer) -> Iterator[SecretDefinition]:
    for name in _first(node, producer.names):
        for namespace in _namespaces(node, resource, producer):
            yield SecretDefinition(NamespacedName(namespace, name.value), resource, name.span)


def _first(node: Mapping, paths: Sequence[str]) -> list[Text]:
    """The texts at the first path that has any: the later ones are defaults."""
    for path in paths:
        found = [name for child in select(node, path) if (name := as_text(child)) is not None]
        if found:
            return found
    return []


def _namespaces(node: Mapping, resource: Resource, producer: SecretProducer) -> list[str | None]:
    if producer.anywhere:
        return [None]
    told: list[str | None] = [name.value for name in _first(node, producer.namespaces)]
    if producer.namespaces and resource.kind.startswith("Cluster"):
        return [*told, None]  # selectors add namespaces that no file tells
    return told or [resource.namespace]
