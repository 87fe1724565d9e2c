"""What one file says of images, pull secrets and accounts: frozen, picklable, without paths or passwords."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imagelint.kubelet.placeholders import find_placeholder
from imagelint.text.records import NamedTuple
from imagelint.text.trace import AS_WRITTEN, Part

if TYPE_CHECKING:
    from imagelint.facts.builders.tools import Artifact, Builder, RequiredBuilds
    from imagelint.facts.created import CreatedObject
    from imagelint.facts.image_catalogs import CatalogImage, CatalogReference
    from imagelint.facts.kustomization import Kustomization
    from imagelint.facts.misplaced import MisplacedField
    from imagelint.facts.registry_signs import NodeCredential, PublicProject, RegistryInUse
    from imagelint.facts.suppressions import Suppression
    from imagelint.facts.turns import Turn
    from imagelint.facts.unit import Remark
    from imagelint.facts.value_fields import ValueFields
    from imagelint.kubelet.docker_config import DockerConfig
    from imagelint.kubelet.platforms import NodePlatform
    from imagelint.text.places import Place, Span, Text
    from imagelint.text.trace import Trace


class NamespacedName(NamedTuple):
    """The identity of a namespaced object; the namespace is None if the file does not state it."""

    namespace: str | None
    name: str


class Resource(NamedTuple):
    """The object that a fact belongs to. `document` is the 0-based index of its document in the file."""

    api_version: str
    kind: str
    namespace: str | None
    name: str | None
    document: int
    span: Span
    rendered_from: str | None = None
    # Something substitutes `${X}` in this object before the API server sees it (an OpenShift Template).
    parametrised: bool = False
    is_stored: bool = False  # read back from a cluster
    # None if it is created with all others.
    turn: Turn | None = None

    @property
    def label(self) -> str:
        """`Deployment prod/web`, as people name an object."""
        name = self.name or "(unnamed)"
        return f"{self.kind} {self.namespace}/{name}" if self.namespace else f"{self.kind} {name}"


class ContainerType(StrEnum):
    """Which list of a PodSpec, or which other place, names the image."""

    CONTAINER = "container"
    INIT = "init"
    EPHEMERAL = "ephemeral"
    VOLUME = "volume"
    CUSTOM = "custom"
    # What a container hands to its program, which runs it in pods of its own: `RELATED_IMAGE_X`, `--x-image=`.
    HANDED_ON = "handed-on"
    # A pod in a text of a ConfigMap, of which some program makes pods, or in a patch that an object holds.
    EMBEDDED = "embedded"
    # A text in a kind that is not known, which can be nothing but an image: listed, and not judged.
    POSSIBLE = "possible"
    # What a chart gets in its values, and puts into pods of its own.
    VALUE = "value"
    # No image of a pod: a chart or manifests that a controller fetches, a repository that it watches.
    ARTIFACT = "artifact"


class Container(NamedTuple):
    """Something that names an image: a container, a volume of type `image`, a value of a chart."""

    type: ContainerType
    name: str | None
    image: Text | None
    pull_policy: Text | None
    span: Span
    # The image is written later: by Istio's gateway injection, OpenShift's image triggers, the value of a var.
    image_filled_in: bool = False
    # The tag is in a field that is not read, or an operator adds it.
    tag_elsewhere: bool = False
    # The Operator Lifecycle Manager looks at the tag for updates again and again (`updateStrategy.registryPoll`).
    is_polled: bool = False
    # Its program only sleeps, for whoever runs commands in it; known where the tag is mutable.
    is_waiting: bool = False
    # Beside an image without a tag: a key of another name that has one, and its value (`tag: "5.0"`).
    stray_tag: tuple[str, str] | None = None
    # The values that it is in switch it off, and nothing in the input turns it on.
    is_switched_off: bool = False
    # `image` with the parameters of the object in it, if that is another text.
    resolved: str | None = None
    # What the object says puts an image of its own making here.
    builder: Builder | None = None
    # Where the parts of `image` are in the values of a chart; a tag alone has no `image`.
    value: ValueFields | None = None


class PodSpec(NamedTuple):
    """A pod specification, in a Pod, in the template of a workload or in a custom resource."""

    resource: Resource
    containers: tuple[Container, ...]
    # Every entry, an empty text for one without a name: any entry keeps those of the account out.
    pull_secrets: tuple[Text, ...]
    service_account: Text | None
    nodes: NodePlatform
    span: Span
    # Where it is in its object: `spec.template.spec`.
    path: str
    # In a kind of the core API, in the field that it has for one.
    core: bool
    # The object has what the API server requires: it is not a patch.
    complete: bool
    # What a kubelet shows of a static pod: admission gives it neither an account nor pull secrets.
    is_mirror: bool = False
    # Of the whole object, which runs the image of this entry.
    catalog: CatalogReference | None = None
    # The Secrets in its environment variables and volumes, without which it cannot start, if it has pull secrets.
    needed_secrets: tuple[Text, ...] = ()
    # In a rendered chart: the key path of the value that names the account, where the chart does not create it.
    account_key: str | None = None
    # In a rendered chart: its namespace is not that of the release.
    leaves_release: bool = False

    @property
    def is_template(self) -> bool:
        """Whether it is where Kubernetes has the template of a pod, so that its fields mean what they mean there."""
        return self.path.endswith("emplate.spec")

    @property
    def is_of_texts(self) -> bool:
        """Whether its images are in texts of an object, which kustomize does not look into, or values of a chart."""
        is_embedded = bool(self.containers) and self.containers[0].type is ContainerType.EMBEDDED
        return self.resource.kind == "ConfigMap" or is_embedded or self.is_of_values

    @property
    def is_of_values(self) -> bool:
        """Whether its images are values of a chart, whose pods are not known: then all of them are."""
        return bool(self.containers) and self.containers[0].type is ContainerType.VALUE


class ServiceAccount(NamedTuple):
    """A ServiceAccount with the pull secrets that it gives to its pods."""

    resource: Resource
    pull_secrets: tuple[Text, ...]
    # Pods may only name pull secrets that the account lists (`kubernetes.io/enforce-mountable-secrets`).
    enforces_secrets: bool


class SecretDefinition(NamedTuple):
    """A Secret, or an object that creates one. The namespace is None if the file does not state it."""

    id: NamespacedName
    resource: Resource
    span: Span
    # None if something else decides it.
    type: str | None = None
    # None if the content is encrypted, made later, or filled in before the API server sees it.
    config: DockerConfig | None = None
    # Its content is a placeholder, which is filled in before it is applied.
    is_placeholder: bool = False
    # The field that holds the docker config, or the one that should.
    config_span: Span | None = None
    # It is created in unknown namespaces; no default applies.
    anywhere: bool = False
    # kustomize adds a hash to its name, and to the references that it knows of.
    is_hashed: bool = False
    # Its name without that hash.
    plain_name: str | None = None
    # The hosts for which Tekton gives it to the programs in its steps (annotations `tekton.dev/docker-0`).
    hosts_of_steps: tuple[str, ...] = ()


class NotDeployed(NamedTuple):
    """Lines (1-based, inclusive) of an object that nobody deploys as it is, with what it is instead."""

    purpose: str
    first: int
    last: int


class Problem(NamedTuple):
    """Text that could not be read as YAML. `place` is where."""

    message: str
    place: Span
    document: int | None
    # The value there is `{registry}/web` or the like, which the reader may have to fill in.
    is_placeholder: bool = False


class FileFacts(NamedTuple):
    """All that one file contributes. `objects` counts its Kubernetes objects."""

    pods: tuple[PodSpec, ...] = ()
    service_accounts: tuple[ServiceAccount, ...] = ()
    secrets: tuple[SecretDefinition, ...] = ()
    namespaces: tuple[str, ...] = ()
    kustomization: Kustomization | None = None
    catalog_images: tuple[CatalogImage, ...] = ()
    # Images that are built for the manifests beside the file, and below.
    artifacts: tuple[Artifact, ...] = ()
    # Files whose artifacts are built for manifests of this one.
    required_builds: tuple[RequiredBuilds, ...] = ()
    # Custom resources whose operators create a service account of their name.
    identities: tuple[Resource, ...] = ()
    # What no manifest defines, and a script, a program or the reader of a text creates.
    created: frozenset[CreatedObject] = frozenset()
    problems: tuple[Problem, ...] = ()
    misplaced: tuple[MisplacedField, ...] = ()
    objects: int = 0
    # Those of charts of which `helm template` made the documents: `web/templates/deployment.yaml`.
    templates: frozenset[str] = frozenset()
    # The one that alone has some of the objects: `openshift`.
    platform: str | None = None
    # Hosts that the nodes of a development cluster are set up to pull from.
    node_registries: tuple[str, ...] = ()
    # Registries that the nodes of a cluster have credentials for.
    node_credentials: frozenset[NodeCredential] = frozenset()
    # Registries that the file shows to be meant, though they are not well known.
    registries_in_use: tuple[RegistryInUse, ...] = ()
    # Of such registries.
    public_projects: frozenset[PublicProject] = frozenset()
    # Places that no output may show: the values of Secrets.
    hidden: tuple[Span, ...] = ()
    # Of the text: in a file that was changed since, places are not where they were.
    checksum: int | None = None
    suppressions: tuple[Suppression, ...] = ()
    not_deployed: tuple[NotDeployed, ...] = ()
    # The file holds template braces and is not YAML until it is rendered.
    templated: bool = False
    # It is YAML, and has placeholders outside of images, which something replaces before the API server gets it.
    is_template: bool = False
    # Files with values of charts, as this one names them.
    value_files: tuple[str, ...] = ()
    # It holds objects that deploy folders of the repository.
    has_deployments: bool = False
    # It holds objects that deploy charts.
    has_releases: bool = False
    # Of a rendered chart: the path of the file with the object that releases it.
    released_in: str | None = None
    # How many releases of charts it holds that name no image.
    unread_releases: int = 0
    # It holds objects that say which host names lead to the cluster.
    serves_hosts: bool = False
    # From the places of its facts to where their text was written.
    trace: Trace = AS_WRITTEN
    # Of what a kustomization deploys: where kustomize refuses to build it, and which of its entries match nothing.
    refusals: tuple[Remark, ...] = ()
    unmatched: tuple[Remark, ...] = ()
    # Something is missing in it, so that pods may get pull secrets that it does not show.
    is_partial: bool = False
    # The tool that encrypted the file as a whole, so that nothing of it is known.
    encrypted_with: str | None = None
    # The Go file that embeds this one, of which a container or a Secret lacks what the API server requires.
    embedded_in: str | None = None
    # How imagelint itself failed to read the file; then there is nothing else.
    crash: str | None = None

    def written(self, place: Place, part: Part = Part.WHOLE) -> Place:
        """Where `part` of the text at a place in this source was written."""
        origins = self.trace.origins(place.span, part)
        return origins[0].place if origins else place

    @property
    def images(self) -> list[str]:
        """The images of its containers, as written."""
        return [container.image.value for pod in self.pods for container in pod.containers if container.image]

    @property
    def placeholders(self) -> set[str]:
        """The placeholders in images, as written."""
        return {found for image in self.images if (found := find_placeholder(image))}

    @property
    def without_objects(self) -> FileFacts:
        """What the file says besides its objects, and in their texts."""
        return self._replace(
            pods=tuple(pod for pod in self.pods if pod.is_of_texts),
            service_accounts=(),
            identities=(),
            secrets=(),
            namespaces=(),
            misplaced=(),
            catalog_images=(),
        )
