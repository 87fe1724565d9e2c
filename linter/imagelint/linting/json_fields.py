"""The JSON form of places, objects and images: what reports hold, and what the rules of users are judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagelint.text.user_info import without_user_info

if TYPE_CHECKING:
    from imagelint.facts.model import Resource
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.text.places import Place


def image_entry(index: Index, use: ImageUse) -> dict[str, Any]:
    """One entry of that list."""
    reference, secrets = use.reference, index.pull_secrets(use.pod)
    return {
        "image": without_user_info(use.written),
        "valid": reference is not None,
        "registry": reference.registry if reference else None,
        "repository": reference.repository if reference else None,
        "tag": reference.tag if reference else None,
        "digest": reference.digest if reference else None,
        "normalized": reference.normalized if reference else None,
        "built_by": use.builder.name if use.builder else None,
        "container": use.container.name,
        "container_type": use.container.type,
        "key": use.container.value.key if use.container.value else None,
        "pull_policy": {"declared": use.declared_policy, "effective": use.pull_policy},
        "service_account": use.pod.account_name,
        "pull_secrets": [name.value for name in secrets.names],
        "credential": index.credential(use).match,
        "resource": {**(resource_fields(use.pod.resource) or {}), "namespace": use.pod.namespace},
        **place_fields(use.place),
        "document": use.pod.resource.document,
    }


def place_fields(place: Place) -> dict[str, Any]:
    """A path with a 1-based line and column, in code points."""
    return {"path": place.path, "line": place.span.line, "column": place.span.column}


def resource_fields(resource: Resource | None) -> dict[str, Any] | None:
    """The identity of an object; null if the file does not state it."""
    if resource is None:
        return None
    return {
        "api_version": resource.api_version,
        "kind": resource.kind,
        "namespace": resource.namespace,
        "name": resource.name,
    }
