"""The Kubernetes objects of a document: itself, or what a List, an OpenShift Template or a TriggerTemplate holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.kinds import group_kind, is_api_version
from imagelint.facts.model import Resource
from imagelint.facts.screen import Heading
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, items, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.text.places import Text

# Folders of texts, with the examples that they show.
_DOCUMENTATION = frozenset({"doc", "docs", "documentation"})
_TRIGGER_TEMPLATE = "triggers.tekton.dev/TriggerTemplate"
# What is not a valid name of a namespace has yet to be filled in (`FILLED_BY_VALIDATOR`).
_DNS_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?", re.ASCII)


def objects_of(
    root: Mapping, document: int, *, rendered_from: str | None = None, listed: Heading | None = None
) -> Iterator[tuple[Mapping, Resource]]:
    """The objects under the root of document number `document`; `listed` is the type that items of a list inherit."""
    pending: list[tuple[Mapping, Heading | None, bool]] = [(root, listed, False)]
    while pending:
        node, inherited, parametrised = pending.pop()
        resource = resource_of(node, document, inherited)
        if resource is None:
            continue
        if parametrised or rendered_from:
            resource = resource._replace(parametrised=parametrised, rendered_from=rendered_from)
        heading = Heading(resource.api_version, resource.kind)
        if heading.is_list and isinstance(node.get("items"), Sequence):
            children, inherited = items(node, "items"), heading.of_items
        elif resource.kind == "Template" and isinstance(node.get("objects"), Sequence):
            children, inherited, parametrised = items(node, "objects"), None, True
        elif group_kind(resource.api_version, resource.kind) == _TRIGGER_TEMPLATE:
            children, inherited, parametrised = select(node, "spec.resourcetemplates[]"), None, True
        else:
            yield node, resource
            continue
        nodes = [child for child in reversed(children) if isinstance(child, Mapping)]
        pending.extend((child, inherited, parametrised) for child in nodes)


def resource_of(node: Mapping, document: int, inherited: Heading | None = None) -> Resource | None:
    """The identity of an object, None if the mapping is not an object."""
    heading = Heading(_string(node.get("apiVersion")), _string(node.get("kind")))
    if heading.api_version is None or heading.kind is None:
        heading = inherited or heading
    if heading.api_version is None or not heading.kind or not is_api_version(heading.api_version):
        return None
    return described(node, document, heading.api_version, heading.kind)


def described(node: Mapping, document: int, api_version: str, kind: str) -> Resource:
    """The identity of an object of a type that is known."""
    metadata = mapping(node, "metadata")
    name = text(metadata, "name") or text(metadata, "generateName")
    namespace = text(metadata, "namespace")
    kind_node = node.get("kind")
    return Resource(
        api_version=api_version,
        kind=kind,
        namespace=namespace_name(namespace),
        name=name.value if name else None,
        document=document,
        span=name.span if name else kind_node.span if kind_node else node.span,
    )


def namespace_name(written: Text | None) -> str | None:
    """The namespace that a field names; None if it can be none (RFC 1123), and is yet to be filled in."""
    return written.value if written is not None and _DNS_LABEL.fullmatch(written.value) else None


def purpose_of_object(node: Mapping, path: str) -> str | None:
    """What an object is, if it is certain that nobody deploys it as it is.

    The API server creates no object with a `resourceVersion` or a `uid`, and `status` is written by controllers; an
    object without a name in documentation is the part of one that the text around it explains.
    """
    metadata = mapping(node, "metadata")
    is_stored = text(metadata, "resourceVersion") is not None or text(metadata, "uid") is not None
    status = mapping(node, "status")
    if is_stored and status is not None and status.nodes:
        return "objects read back from a cluster"
    is_named = text(metadata, "name") is not None or text(metadata, "generateName") is not None
    is_documentation = not _DOCUMENTATION.isdisjoint(path.lower().split("/")[:-1])
    return "fragments in documentation" if is_documentation and not is_named else None


def _string(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and node.value and not node.is_null else None
