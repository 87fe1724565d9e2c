"""From the text of one file to its facts. Pure: no I/O, nothing of another file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from imagelint.compose import ComposeError, compose
from imagelint.custom_resources import custom_pod_specs
from imagelint.documents import Document, split
from imagelint.facts import FileFacts, Problem, Resource, ServiceAccount
from imagelint.image_triggers import without_stand_ins
from imagelint.kinds import core_kinds, group_kind, holds_no_pods, is_api_version, secret_producers
from imagelint.kustomization import hidden_literals, is_kustomization, kustomization_of
from imagelint.misplaced import misplaced_in_account, misplaced_in_pod
from imagelint.nodes import Mapping, Node, Scalar, Sequence, Span, items, mapping, select, text
from imagelint.podspecs import core_pod_specs, pull_secret_names
from imagelint.screen import can_matter, heading_of
from imagelint.secrets import hidden_spans, secrets_of
from imagelint.skaffold import KIND as SKAFFOLD
from imagelint.skaffold import artifacts_of
from imagelint.suppressions import MARK, in_annotations, in_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts import Kustomization, MisplacedField, PodSpec, SecretDefinition
    from imagelint.source import Source
    from imagelint.suppressions import Suppression

_ENFORCE = "kubernetes.io/enforce-mountable-secrets"
_GO_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})  # strconv.ParseBool
# More than one character (or its escape) of the text, as the parser quotes it.
_QUOTED = re.compile(r"(['\"`]).{3,}\1|`.{2}`", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{|\$[({]|<")


def extract(source: Source, *, is_strict: bool = False) -> FileFacts:
    """The facts of a file. YAML that does not parse becomes a Problem; the other documents still count.

    Documents whose bytes show that they hold no facts are not parsed, unless `is_strict`.
    """
    reader = _FileReader(source.path, is_strict=is_strict, has_suppressions=MARK in source.data)
    for document in split(source.data):
        reader.read(document)
    return reader.facts(source.data)


class _FileReader:
    def __init__(self, path: str, *, is_strict: bool, has_suppressions: bool) -> None:
        self._has_suppressions = has_suppressions
        self._is_kustomization = is_kustomization(path)
        # Comments are told from text by the nodes around them.
        self._parses_all = is_strict or has_suppressions or self._is_kustomization
        self._suppressions: list[Suppression] = []
        # Kept only where comments have to be told from text.
        self._roots: list[Node] = []
        # Helm and Ansible both keep in `templates` what they render; a chart's own are not even read on a walk.
        self._is_in_templates = "templates" in path.split("/")[:-1]
        self._pods: list[PodSpec] = []
        self._accounts: list[ServiceAccount] = []
        self._secrets: list[SecretDefinition] = []
        self._namespaces: list[str] = []
        self._problems: list[Problem] = []
        self._kustomization: Kustomization | None = None
        self._artifacts: list[str] = []
        self._objects = 0
        self._templated = False
        self._misplaced: list[MisplacedField] = []
        self._hidden: list[Span] = []

    def facts(self, data: bytes) -> FileFacts:
        if self._has_suppressions:
            self._suppressions.extend(in_comments(data, self._roots))
        return FileFacts(
            pods=tuple(self._pods),
            service_accounts=tuple(self._accounts),
            secrets=tuple(self._secrets),
            namespaces=tuple(self._namespaces),
            kustomization=self._kustomization,
            artifacts=tuple(self._artifacts),
            problems=tuple(self._problems),
            misplaced=tuple(self._misplaced),
            objects=self._objects,
            templated=self._templated,
            hidden=tuple(self._hidden),
            suppressions=tuple(self._suppressions),
        )

    def read(self, document: Document) -> None:
        if not self._parses_all:
            heading = heading_of(document.data)
            if not can_matter(document.data, heading):
                self._objects += heading is not None and heading.is_object
                return
        if self._is_in_templates and document.is_template_source:
            self._templated = True
            return
        try:
            root = compose(document.data, origin=document.origin)
        except ComposeError as error:
            self._refused(document, error)
            return
        if self._has_suppressions and root is not None:
            self._roots.append(root)
        if isinstance(root, Mapping):
            self._read_root(root, document)

    def _refused(self, document: Document, error: ComposeError) -> None:
        if document.looks_templated:
            self._templated = True
        elif self._is_kustomization or document.looks_kubernetes:
            place = Span(error.line, error.column, error.line, error.column + 1)
            message = _QUOTED.sub("…", error.message) if document.may_be_secret else error.message
            self._problems.append(Problem(message, place, document.index))
            if document.may_be_secret:
                self._hidden.append(Span(*document.origin, error.line + 1, 1))

    def _read_root(self, root: Mapping, document: Document) -> None:
        if self._is_kustomization:
            resource = _resource(root, document) or _nameless(root, document)
            self._kustomization = kustomization_of(root, resource)
            self._hidden.extend(hidden_literals(root))
            return
        for node, resource in _objects(root, document):
            self._objects += 1
            if self._has_suppressions:
                self._suppressions.extend(in_annotations(node, *_templates(node, resource)))
            self._read_object(node, resource)

    def _read_object(self, node: Mapping, resource: Resource) -> None:
        kind = group_kind(resource.api_version, resource.kind)
        if kind == "/Secret":
            self._hidden.extend(hidden_spans(node))
        self._secrets.extend(secrets_of(node, resource, secret_producers().get(kind, ())))
        if kind == "/ServiceAccount":
            self._accounts.append(_account(node, resource))
            self._misplaced.extend(misplaced_in_account(node, resource))
        elif kind == "/Namespace" and resource.name:
            self._namespaces.append(resource.name)
        elif kind == SKAFFOLD:
            self._artifacts.extend(artifacts_of(node))
        elif kind != "/Secret" and not holds_no_pods(kind):
            self._read_pods(node, resource, kind)

    def _read_pods(self, node: Mapping, resource: Resource, kind: str) -> None:
        if kind in core_kinds().pod_specs:
            self._pods.extend(without_stand_ins(node, core_pod_specs(node, resource, kind)))
            self._misplaced.extend(misplaced_in_pod(node, resource, kind))
        else:
            self._pods.extend(without_stand_ins(node, custom_pod_specs(node, resource)))


def _templates(node: Mapping, resource: Resource) -> list[Mapping]:
    """The pod templates of an object, which people annotate in its place."""
    path = core_kinds().pod_specs.get(group_kind(resource.api_version, resource.kind), "spec.template.spec")
    parents = select(node, path.rpartition(".")[0]) if "." in path else []
    return [parent for parent in parents if isinstance(parent, Mapping)]


def _account(node: Mapping, resource: Resource) -> ServiceAccount:
    enforces = text(mapping(mapping(node, "metadata"), "annotations"), _ENFORCE)
    return ServiceAccount(resource, pull_secret_names(node), enforces is not None and enforces.value in _GO_TRUE)


def _objects(root: Mapping, document: Document) -> Iterator[tuple[Mapping, Resource]]:
    """The Kubernetes objects of a document: itself, or the items of a List or of an OpenShift Template."""
    rendered_from = document.rendered_from
    pending: list[tuple[Mapping, tuple[str, str] | None, bool]] = [(root, None, False)]
    while pending:
        node, listed_kind, parametrised = pending.pop()
        resource = _resource(node, document, listed_kind)
        if resource is None:
            continue
        if parametrised or rendered_from:
            resource = replace(resource, parametrised=parametrised, rendered_from=rendered_from)
        if resource.kind.endswith("List") and isinstance(node.get("items"), Sequence):
            children, inherited = items(node, "items"), (resource.api_version, resource.kind[:-4])
        elif resource.kind == "Template" and isinstance(node.get("objects"), Sequence):
            children, inherited, parametrised = items(node, "objects"), None, True
        else:
            yield node, resource
            continue
        nodes = [child for child in reversed(children) if isinstance(child, Mapping)]
        pending.extend((child, inherited, parametrised) for child in nodes)


def _resource(node: Mapping, document: Document, listed_kind: tuple[str, str] | None = None) -> Resource | None:
    api_version, kind = _string(node.get("apiVersion")), _string(node.get("kind"))
    if api_version is None or kind is None:
        if listed_kind is None or not listed_kind[1]:
            return None
        api_version, kind = listed_kind
    if not is_api_version(api_version):
        return None
    return _described(node, document, api_version, kind)


def _nameless(node: Mapping, document: Document) -> Resource:
    """A kustomization may leave out both apiVersion and kind."""
    return _described(node, document, "kustomize.config.k8s.io/v1beta1", "Kustomization")


def _described(node: Mapping, document: Document, api_version: str, kind: str) -> Resource:
    metadata = mapping(node, "metadata")
    name = text(metadata, "name") or text(metadata, "generateName")
    namespace = text(metadata, "namespace")
    kind_node = node.get("kind")
    return Resource(
        api_version=api_version,
        kind=kind,
        namespace=namespace.value if namespace and not _PLACEHOLDER.search(namespace.value) else None,
        name=name.value if name else None,
        document=document.index,
        span=name.span if name else kind_node.span if kind_node else node.span,
    )


def _string(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and node.value and not node.is_null else None
