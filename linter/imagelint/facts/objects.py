"""The Kubernetes objects of a document: itself, or what a List, an OpenShift Template or a TriggerTemplate holds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.facts.kinds import core_kinds, group_kind, is_api_version, is_list_version
from imagelint.facts.model import Resource
from imagelint.facts.purposes import FRAGMENTS, STORED, TESTS
from imagelint.facts.screen import NO_HEADING, Heading
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, has_text, items, mapping, select, text
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.turns import Turn
    from imagelint.text.places import Text

# Folders of texts, with the examples that they show.
_DOCUMENTATION = frozenset({"doc", "docs", "documentation"})
_TRIGGER_TEMPLATE = "triggers.tekton.dev/TriggerTemplate"
# What is not a valid name of a namespace has yet to be filled in (`FILLED_BY_VALIDATOR`).
DNS_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
# What Helm 4 creates for `helm test` alone (`pkg/release/v1/hook.go`, and the old names of `test`).
_HOOK = "helm.sh/hook"
_TEST_HOOKS = frozenset({"test", "test-success", "test-failure"})


def objects_of(
    root: Mapping, document: int, *, rendered_from: str | None = None, listed: Heading | None = None
) -> Iterator[tuple[Mapping, Resource]]:
    """The objects under the root of document number `document`; `listed` is the type that items of a list inherit."""
    pending: list[tuple[Mapping, Heading | None, bool]] = [(root, listed, False)]
    while pending:
        node, inherited, parametrised = pending.pop()
        heading = _heading(node, inherited)
        contained = _contained(node, heading)
        if contained is not None:
            nodes = [child for child in reversed(contained.nodes) if isinstance(child, Mapping)]
            pending.extend((child, contained.heading, parametrised or contained.parametrised) for child in nodes)
            continue
        resource = _resource(node, document, heading)
        if resource is not None and (parametrised or rendered_from):
            resource = resource._replace(parametrised=parametrised, rendered_from=rendered_from)
        if resource is not None:
            yield node, resource


class _Contained(NamedTuple):
    """The objects that an object holds, and the type that they inherit."""

    nodes: list[Node]
    heading: Heading | None
    # Whether they are a template with parameters.
    parametrised: bool


def _contained(node: Mapping, heading: Heading) -> _Contained | None:
    """What a list or a template holds, None for any other object.

    kubectl takes any object with `items` for a list (apimachinery v0.36 `unstructured/helpers.go`); here those of other
    kinds have to hold objects.
    """
    if heading.kind is None:
        return None
    if isinstance(node.get("items"), Sequence) and _lists_objects(node, heading) and _has_usable_version(node):
        return _Contained(items(node, "items"), heading.of_items, parametrised=False)
    if heading.api_version is None:
        return None
    if heading.kind == "Template" and isinstance(node.get("objects"), Sequence):
        return _Contained(items(node, "objects"), None, parametrised=True)
    if group_kind(heading.api_version, heading.kind) == _TRIGGER_TEMPLATE:
        return _Contained(select(node, "spec.resourcetemplates[]"), None, parametrised=True)
    return None


def _lists_objects(node: Mapping, heading: Heading) -> bool:
    return heading.is_list or (heading.kind is not None and any(map(_is_object, items(node, "items"))))


def _is_object(node: Node) -> bool:
    return isinstance(node, Mapping) and _heading(node, None).is_object


def _has_usable_version(node: Mapping) -> bool:
    """Whether kubectl reads a list with this `apiVersion`, which may be absent."""
    version = node.get("apiVersion")
    if not isinstance(version, Scalar) or version.is_null:
        return version is None or isinstance(version, Scalar)
    return version.is_text and is_list_version(version.value)


def _is_core(heading: Heading) -> bool:
    return group_kind(heading.api_version or "", heading.kind or "") in core_kinds().pod_specs


def refusals_of_list(root: Node, *, is_json: bool) -> Iterator[tuple[Node, str]]:
    """What kubectl refuses in an object since it has `items`, and why."""
    if not isinstance(root, Mapping) or root.get("items") is None:  # as most
        return
    heading = _heading(root, None)
    if not (_lists_objects(root, heading) or _is_core(heading)):
        return
    for item in items(root, "items"):
        reason = refusal_of_item(item)
        if reason is not None:
            yield item, reason
    # Of keys that are repeated, JSON is decoded once for each.
    entries = root.items if is_json else [entry] if (entry := root.entry("items")) is not None else []
    for key, value in entries:
        is_null = isinstance(value, Scalar) and value.is_null
        if isinstance(key, Scalar) and key.value == "items" and not (isinstance(value, Sequence) or is_null):
            yield value, "`items` has to be a list"


def refusal_of_item(item: Node) -> str | None:
    """Why kubectl refuses a list for one of its items; None if it does not."""
    if isinstance(item, Mapping):
        return "a list within a list" if isinstance(item.get("items"), Sequence) else None
    return None if isinstance(item, Scalar) and item.is_null else "an item of a list that is not an object"


def resource_of(node: Mapping, document: int) -> Resource | None:
    """The identity of an object, None if the mapping is not an object."""
    return _resource(node, document, _heading(node, None))


def _resource(node: Mapping, document: int, heading: Heading) -> Resource | None:
    api_version, kind = heading
    if api_version is None or not kind or not is_api_version(api_version):
        return None
    return described(node, document, api_version, kind)


def heading_of_root(root: Mapping) -> Heading:
    """What a document is, which may be a list or a template of objects."""
    return _heading(root, None)


def _heading(node: Mapping, inherited: Heading | None) -> Heading:
    own = Heading(_string(node.get("apiVersion")), _string(node.get("kind")))
    return inherited if inherited is not None and own == NO_HEADING else own


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
        turn=_turn_of(metadata),
    )


def _turn_of(metadata: Mapping | None) -> Turn | None:
    """The turn of an object; most have no annotation at all."""
    annotations = mapping(metadata, "annotations")
    if annotations is None:
        return None
    from imagelint.facts.turns import turn_of

    return turn_of(annotations)


@lru_cache(maxsize=4096)
def _is_label(text: str) -> bool:
    return re.fullmatch(DNS_LABEL, text) is not None


def namespace_name(written: Text | None) -> str | None:
    """The namespace that a field names; None if it can be none (RFC 1123), and is yet to be filled in."""
    return written.value if written is not None and _is_label(written.value) else None


def purpose_of_object(node: Mapping, path: str) -> str | None:
    """What an object is, if it is certain that nobody deploys it as it is, or that only `helm test` does.

    The API server creates no object with a `resourceVersion`, and sets that and the `uid` itself; `status` is written
    by controllers. Two of the three show that an object was read back. An object without a name in documentation is
    the part of one that the text around it explains.
    """
    metadata = mapping(node, "metadata")
    hooks = text(mapping(metadata, "annotations"), _HOOK)
    if hooks is not None and _TEST_HOOKS.issuperset(hook.strip() for hook in hooks.value.split(",")):
        return TESTS
    status = mapping(node, "status")
    by_server = (
        has_text(metadata, "resourceVersion"),
        has_text(metadata, "uid"),
        status is not None and bool(status.nodes),
    )
    if sum(by_server) > 1:
        return STORED
    is_named = has_text(metadata, "name") or has_text(metadata, "generateName")
    if is_named:
        return None
    return None if _DOCUMENTATION.isdisjoint(path.lower().split("/")[:-1]) else FRAGMENTS


def _string(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and node.value and node.is_text else None
