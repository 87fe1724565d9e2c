"""The facts of Kubernetes objects, whichever text they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.builders import artifacts_of_object, required_builds
from imagelint.facts.handed_on import handed_on
from imagelint.facts.image_triggers import without_stand_ins
from imagelint.facts.kinds import (
    core_kinds,
    creates_account,
    deploys_charts,
    deploys_folders,
    group_kind,
    holds_no_pods,
    is_release,
    platform_of,
    secret_producers,
    serves_hosts,
    value_source,
)
from imagelint.facts.misplaced import MisplacedField, misplaced_in_account, misplaced_in_pod
from imagelint.facts.model import FileFacts, NotDeployed
from imagelint.facts.objects import purpose_of_object
from imagelint.facts.podspecs import core_pod_specs, shaped_pods
from imagelint.facts.purposes import STORED
from imagelint.facts.screen import (
    ACCOUNT_CREATORS,
    CLUSTER_KINDS,
    CONFIG_MAP,
    DAEMON_SET,
    REGISTRY_HOSTING,
    SERVICE,
    Heading,
    can_matter,
    may_be_template,
    search_once,
)
from imagelint.text.nodes import Mapping, mapping, select
from imagelint.text.trace import AS_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagelint.facts.builders.tools import Artifact, RequiredBuilds
    from imagelint.facts.image_catalogs import CatalogImage
    from imagelint.facts.kinds import ValueSource
    from imagelint.facts.kustomization import Kustomization
    from imagelint.facts.model import (
        PodSpec,
        Problem,
        Resource,
        SecretDefinition,
        ServiceAccount,
    )
    from imagelint.facts.suppressions import Suppression
    from imagelint.text.places import Span
    from imagelint.text.split import Document
    from imagelint.text.trace import Trace

# A port, or the network, of the node.
_HOST = b"host"
# A mark of EKS, in a label or an annotation.
_EKS = b"eks"


class ObjectReader:
    """Collects the facts of one file, those of its objects among them."""

    def __init__(self, path: str, *, has_suppressions: bool = False) -> None:
        self._path = path
        self._has_suppressions = has_suppressions
        self.pods: list[PodSpec] = []
        self.artifacts: list[Artifact] = []
        self._required_builds: list[RequiredBuilds] = []
        self._identities: list[Resource] = []
        self.suppressions: list[Suppression] = []
        self.hidden: list[Span] = []
        self.problems: list[Problem] = []
        self.templates: set[str] = set()
        self.templated = False
        self.kustomization: Kustomization | None = None
        self._accounts: list[ServiceAccount] = []
        self._secrets: list[SecretDefinition] = []
        self._namespaces: list[str] = []
        self._catalog_images: list[CatalogImage] = []
        self._misplaced: list[MisplacedField] = []
        self._not_deployed: list[NotDeployed] = []
        self._value_files: list[str] = []
        self._objects = self._unread_releases = 0
        self._platform: str | None = None
        self.node_registries: list[str] = []
        self._marks: frozenset[bytes] = frozenset()
        self._has_deployments = self._has_releases = self._serves_hosts = False
        self._is_template = False

    def facts(self, *, checksum: int | None = None, trace: Trace = AS_WRITTEN) -> FileFacts:
        """What was read so far; the options are fields of the facts."""
        return FileFacts(
            kustomization=self.kustomization,
            problems=tuple(self.problems),
            templates=frozenset(self.templates),
            templated=self.templated,
            checksum=checksum,
            trace=trace,
            pods=tuple(self.pods),
            service_accounts=tuple(self._accounts),
            secrets=tuple(self._secrets),
            namespaces=tuple(self._namespaces),
            catalog_images=tuple(self._catalog_images),
            artifacts=tuple(self.artifacts),
            required_builds=tuple(self._required_builds),
            identities=tuple(self._identities),
            misplaced=tuple(self._misplaced),
            objects=self._objects,
            platform=self._platform,
            node_registries=tuple(self.node_registries),
            has_deployments=self._has_deployments,
            has_releases=self._has_releases,
            unread_releases=self._unread_releases,
            serves_hosts=self._serves_hosts,
            is_template=self._is_template,
            hidden=tuple(self.hidden),
            suppressions=tuple(self.suppressions),
            not_deployed=tuple(self._not_deployed),
            value_files=tuple(self._value_files),
        )

    def count(self, heading: Heading | None) -> None:
        """Count an object, whose type may say on which platform it is."""
        if heading is not None and heading.is_object:
            self._objects += 1
            type_ = heading.api_version or "", heading.kind or ""
            self._has_deployments = self._has_deployments or deploys_folders(*type_)
            self._has_releases = self._has_releases or deploys_charts(*type_)
            self._unread_releases += is_release(group_kind(*type_))
            self.see_platform(heading)
            self._serves_hosts = self._serves_hosts or serves_hosts(type_[1])

    def see_platform(self, heading: Heading) -> None:
        """Note the platform that alone has objects of a type, among them what holds others (`Template`)."""
        self._platform = self._platform or platform_of(heading.api_version or "", heading.kind or "")

    def read(self, objects: Iterable[tuple[Mapping, Resource]], document: Document | None = None) -> None:
        """Read some objects, which are in `document` unless they were built from several texts."""
        # Searched once, and not for each object of a list.
        has_marks = document is not None and may_be_template(document.data)
        holds = search_once(document.data) if has_marks and document is not None else None
        self._marks = frozenset(mark for mark in (_HOST, _EKS) if document is not None and mark in document.data)
        for node, found in objects:
            purpose = purpose_of_object(node, self._path)
            resource = found if purpose != STORED else found._replace(is_stored=True)
            heading = Heading(resource.api_version, resource.kind)
            self.count(heading)
            # An object that the screen leaves out does not count, whether or not it was parsed.
            if has_marks and document is not None and can_matter(document.data, heading, holds):
                from imagelint.facts.templates import is_template

                self._is_template = self._is_template or is_template(node)
            if purpose is not None:
                self._not_deployed.append(NotDeployed(purpose, node.span.line, node.span.end_line))
            if self._has_suppressions:
                from imagelint.facts.suppressions import in_annotations

                self.suppressions.extend(in_annotations(node, *_templates(node, resource)))
            self._read_object(node, resource, document)

    def _read_object(self, node: Mapping, resource: Resource, document: Document | None) -> None:
        kind = group_kind(resource.api_version, resource.kind)
        source = value_source(kind)
        if source is not None and document is not None:
            read = len(self.pods)
            self.read_values(node, resource, source, document)
            self._unread_releases -= is_release(kind) and len(self.pods) > read
            if source.patches:
                from imagelint.facts.inline_patches import hidden_in_patches, inline_patches

                self.pods.extend(inline_patches(node, resource, source, document))
                self.hidden.extend(hidden_in_patches(node, source))
        self.artifacts.extend(artifacts_of_object(kind, node))
        self._required_builds.extend(required_builds(kind, node))
        producers = secret_producers().get(kind, ())
        if kind == "/Secret" or producers:
            from imagelint.facts.secrets import hidden_spans, secrets_of

            self.hidden.extend(hidden_spans(node) if kind == "/Secret" else ())
            self._secrets.extend(secrets_of(node, resource, producers))
        if resource.name and creates_account(resource.api_version, resource.kind):
            self._identities.append(resource)
        has_ports = kind == SERVICE or (kind == DAEMON_SET and _HOST in self._marks)
        if kind in CLUSTER_KINDS or has_ports or (kind == CONFIG_MAP and resource.name == REGISTRY_HOSTING):
            from imagelint.facts.development_clusters import node_registries

            self.node_registries.extend(node_registries(kind, node))
        self._read_marks(node, resource, kind)
        if kind == "/ServiceAccount":
            from imagelint.facts.service_accounts import service_account

            self._accounts.append(service_account(node, resource))
            self._misplaced.extend(misplaced_in_account(node, resource))
        elif kind == "/Namespace" and resource.name:
            self._namespaces.append(resource.name)
        elif kind == CONFIG_MAP:
            from imagelint.facts.embedded import in_config_map

            self.pods.extend(in_config_map(node, resource, document))
        elif kind != "/Secret" and not holds_no_pods(kind):
            self._read_pods(node, resource, kind)

    def _read_marks(self, node: Mapping, resource: Resource, kind: str) -> None:
        """Read the accounts that an object of another kind creates, and what shows whose nodes it is for."""
        if kind in ACCOUNT_CREATORS:
            from imagelint.facts.service_accounts import accounts_of

            self._accounts.extend(accounts_of(node, resource, kind))
        if _EKS in self._marks:
            from imagelint.facts.platform_marks import marked_platform

            self._platform = self._platform or marked_platform(node, kind)

    def read_values(
        self, node: Mapping, resource: Resource | None, source: ValueSource | None, document: Document
    ) -> None:
        """Read the images in the values of charts: in an object, or in a mapping that is nothing but values."""
        from imagelint.facts.value_sources import ValuesReader

        reader = ValuesReader(document)
        self.pods.extend(reader.read(node, source, resource, self._path))
        self.hidden.extend(reader.hidden)
        self._value_files.extend(reader.files)

    def _read_pods(self, node: Mapping, resource: Resource, kind: str) -> None:
        if kind in core_kinds().pod_specs:
            self.pods.extend(without_stand_ins(node, core_pod_specs(node, resource, kind)))
            self._misplaced.extend(misplaced_in_pod(node, resource, kind))
            path = core_kinds().pod_specs[kind]
            for pod in select(node, path):
                template = next(iter(select(node, path.rpartition(".")[0])), None)
                metadata = mapping(template, "metadata")
                self.pods.extend(handed_on(pod, resource, metadata) if isinstance(pod, Mapping) else ())
        else:
            from imagelint.facts.custom_resources import custom_pod_specs
            from imagelint.facts.image_catalogs import catalog_images

            self._catalog_images.extend(catalog_images(node, resource, kind))
            shaped = [*shaped_pods(node)]
            specs = custom_pod_specs(node, resource, shaped)
            if kind.startswith("tekton.dev/"):
                from imagelint.facts.tekton import with_parameters

                specs = with_parameters(node, specs)
            self.pods.extend(without_stand_ins(node, specs))
            for one in shaped:
                self.pods.extend(handed_on(one.spec, resource, mapping(one.around, "metadata")))


def _templates(node: Mapping, resource: Resource) -> list[Mapping]:
    """The pod templates of an object, which people annotate in its place."""
    path = core_kinds().pod_specs.get(group_kind(resource.api_version, resource.kind), "spec.template.spec")
    parents = select(node, path.rpartition(".")[0]) if "." in path else []
    return [parent for parent in parents if isinstance(parent, Mapping)]
