"""All files together: which pod gets which pull secrets, and where a name is defined."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from imagelint.facts.image_patches import patched_containers
from imagelint.facts.model import ContainerType
from imagelint.index.artifacts import Artifacts
from imagelint.index.credentials import Credential, Credentials, Match
from imagelint.index.definitions import (
    Account,
    ExternalSecrets,
    Names,
    Placement,
    Secret,
    deploy_account,
    deploy_secret,
)
from imagelint.index.overlays import UNTOUCHED, Overlays
from imagelint.index.pull_secrets import CredentialSets, PullSecrets, SecretUse, SecretUses
from imagelint.kubelet.keyring import Keyring
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.kubelet.pull_policy import NEVER, effective_policy
from imagelint.kubelet.reference import ImageReference, InvalidReferenceError, parse_reference
from imagelint.text.places import Place, Related, SourceId
from imagelint.world.settings import declared_registry
from imagelint.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from imagelint.facts.model import Builder, Container, FileFacts, PodSpec, Resource
    from imagelint.index.overlays import Overlay
    from imagelint.text.places import Span, Text
    from imagelint.world.knowledge.registries import Registry
    from imagelint.world.rule_options import RuleOptions
    from imagelint.world.settings import Declaration

T = TypeVar("T")
DEFAULT_ACCOUNT = "default"
Options = TypeVar("Options", bound="RuleOptions")


class Pod:
    """A PodSpec as one overlay deploys it; compared by identity.

    `namespace` is None if neither a file nor the settings state it. `complete` is False for kustomize patches and for
    objects that lack what the API server requires.
    """

    __slots__ = ("complete", "namespace", "overlay", "source", "spec")

    def __init__(
        self, source: SourceId, spec: PodSpec, overlay: Overlay, *, namespace: str | None, complete: bool
    ) -> None:
        self.source = source
        self.spec = spec
        self.overlay = overlay
        self.namespace = namespace
        self.complete = complete

    @property
    def resource(self) -> Resource:
        """The object that the PodSpec is in."""
        return self.spec.resource

    @property
    def account_name(self) -> str:
        """The service account that the pod runs as."""
        return self.spec.service_account.value if self.spec.service_account else DEFAULT_ACCOUNT


class ImageUse(NamedTuple):
    """One image of one pod: what is written, and what it means to the kubelet."""

    pod: Pod
    container: Container
    written: str
    span: Span
    # What is pulled: as written, or as a kustomization rewrites it.
    effective: str
    reference: ImageReference | None
    error: InvalidReferenceError | None
    placeholder: str | None
    # What builds it, so that no registry has to have it under the name that is written.
    builder: Builder | None = None

    @property
    def declared_policy(self) -> str | None:
        """`imagePullPolicy` as written."""
        return self.container.pull_policy.value if self.container.pull_policy else None

    @property
    def pull_policy(self) -> str | None:
        """The effective pull policy, None where the API server refuses what is written."""
        return effective_policy(self.reference, self.declared_policy)

    @property
    def place(self) -> Place:
        """The scalar that names the image."""
        return Place(self.pod.source, self.span)

    @property
    def named(self) -> ImageReference | None:
        """The reference, if it is what it is known by: it parses, holds no placeholder, and nothing renames it."""
        return None if self.placeholder is not None or self.is_renamed else self.reference

    @property
    def is_renamed(self) -> bool:
        """Whether what builds the image writes another one here, with a registry of its own choice."""
        if self.builder is None or not self.builder.replaces:
            return False
        return self.builder.replaces_registry or self.reference is None or self.reference.is_short

    @property
    def tagged(self) -> ImageReference | None:
        """`named`, where the tag or digest that is pulled is the one written, or none is."""
        reference = self.named
        if reference is None or self.container.type is ContainerType.ARTIFACT:
            return None
        is_written = reference.tag is not None or reference.digest is not None
        if self.builder is not None and self.builder.replaces:
            return None
        return reference if is_written or not self.container.tag_elsewhere else None

    @property
    def pulled(self) -> ImageReference | None:
        """What the kubelet pulls: `named`, unless the policy is `Never` or no registry has to have the image."""
        if self.declared_policy == NEVER or self.container.type is ContainerType.ARTIFACT or self._is_at_hand:
            return None
        return self.named

    @property
    def _is_at_hand(self) -> bool:
        """Whether what builds the image leaves it where the pod runs, as far as its name shows."""
        if self.builder is None:
            return False
        return self.builder.is_local or self.reference is None or self.reference.is_short

    @property
    def rewrites(self) -> tuple[Related, ...]:
        """How parameters or a kustomization rewrite the image, as a related place."""
        if self.effective == self.written:
            return ()
        cause = "its parameters make it" if self.effective == self.container.resolved else "kustomize rewrites it to"
        return (Related(self.place, f"{cause} `{self.effective}`"),)


class Index:
    """Every fact of every file, joined. Rules query it; it reads no files."""

    def __init__(self, files: Mapping[SourceId, FileFacts], world: World | None = None) -> None:
        self.files = files
        self.world = world or World()
        self.settings = self.world.settings
        # Kustomizations and build tools name files by their paths; what was rendered has been through them.
        on_disk = {source.path: facts for source, facts in files.items() if not source.part}
        self._overlays = Overlays(on_disk)
        self._artifacts = Artifacts(on_disk)
        self._pull_secrets: dict[Pod, PullSecrets] = {}
        self._account_secrets: dict[tuple[int, bool], PullSecrets] = {}
        self._joins: dict[Callable[[Index], object], object] = {}

    def join(self, make: Callable[[Index], T]) -> T:
        """What `make` returns for this index, computed once: for joins that only some rules need."""
        if make not in self._joins:
            self._joins[make] = make(self)
        return cast("T", self._joins[make])

    def _deployed(self) -> Iterator[tuple[SourceId, FileFacts, Overlay, Placement]]:
        for source, facts in self.files.items():
            for overlay in self._overlays.of(source.path):
                yield source, facts, overlay, Placement(overlay, self.settings.namespace)

    def _is_complete(self, source: SourceId, spec: PodSpec) -> bool:
        return spec.complete and source.path not in self._overlays.patches

    @cached_property
    def pods(self) -> tuple[Pod, ...]:
        """Every PodSpec, once for each overlay that deploys it."""
        return tuple(
            Pod(
                source,
                spec._replace(resource=overlay.resource(spec.resource)),
                overlay,
                namespace=place.namespace(spec.resource.namespace),
                complete=self._is_complete(source, spec),
            )
            for source, facts, overlay, place in self._deployed()
            for spec in facts.pods
        )

    @cached_property
    def secrets(self) -> Names[Secret]:
        """Every Secret that the input defines or produces."""
        return Names(
            [
                deploy_secret(source, secret, place)
                for source, facts, _, place in self._deployed()
                for secret in (*facts.secrets, *(facts.kustomization.secrets if facts.kustomization else ()))
            ],
            ExternalSecrets(self.settings).find if self.settings.external_secrets else None,
        )

    @cached_property
    def accounts(self) -> Names[Account]:
        """Every ServiceAccount of the input."""
        return Names(
            [
                deployed
                for source, facts, _, place in self._deployed()
                for account in facts.service_accounts
                if (deployed := deploy_account(source, account, place)) is not None
            ]
        )

    def pull_secrets(self, pod: Pod) -> PullSecrets:
        """The effective pull secrets of a pod: its own list, else its account's, never both."""
        if pod not in self._pull_secrets:
            self._pull_secrets[pod] = self._effective_secrets(pod)
        return self._pull_secrets[pod]

    def _effective_secrets(self, pod: Pod) -> PullSecrets:
        unpatched = not pod.overlay.changes_pull_secrets
        if pod.spec.pull_secrets or pod.spec.is_mirror:
            return PullSecrets(pod.spec.pull_secrets, None, known=unpatched)
        account = self.account(pod)
        if account is not None:
            return self.account_secrets(account, known=unpatched)
        # `default` exists everywhere; unless a file gives it secrets, it has none as far as the files show.
        return PullSecrets((), None, known=unpatched and pod.account_name == DEFAULT_ACCOUNT)

    def options(self, kind: type[Options]) -> Options:
        """The options of a rule, as the configuration sets them."""
        found = self.settings.options.get(kind)
        return found if isinstance(found, kind) else kind()

    def account_secrets(self, account: Account, *, known: bool = True) -> PullSecrets:
        """The pull secrets that a service account gives to its pods."""
        key = id(account), known
        if key not in self._account_secrets:
            self._account_secrets[key] = PullSecrets(account.pull_secrets, account, known=known)
        return self._account_secrets[key]

    def pods_of(self, account: Resource) -> Sequence[Pod]:
        """The pods that get their pull secrets from a service account."""
        return self._pods_by_account.get(id(account), ())

    @cached_property
    def _pods_by_account(self) -> dict[int, list[Pod]]:
        found: dict[int, list[Pod]] = {}
        for pod in self.pods:
            account = self.pull_secrets(pod).account
            if account is not None:
                found.setdefault(id(account.resource), []).append(pod)
        return found

    def account(self, pod: Pod) -> Account | None:
        """The service account that the pod runs as, where the input defines it; a mirror pod has none."""
        if pod.spec.is_mirror:
            return None
        return next(iter(self.accounts.find(pod.account_name, pod.namespace).usable), None)

    def forbidden_secrets(self, pod: Pod) -> tuple[Text, ...]:
        """The pull secrets for which the API server refuses the pod, as its account allows others only."""
        account = self.account(pod)
        if account is None or not account.enforces_secrets:
            return ()
        allowed = self.account_secrets(account).values
        return tuple(name for name in pod.spec.pull_secrets if name.value not in allowed)

    def credential(self, use: ImageUse) -> Credential:
        """Whether a credential of the pod's secrets is tried for an image (Kubernetes v1.36 `keyring.go`)."""
        if use.reference is None or use.placeholder is not None or use.is_renamed:
            return Credential(Match.UNKNOWN)
        return self.credentials(use.pod).match(use.reference.normalized)

    def credentials(self, pod: Pod) -> Credentials:
        """The credentials of the pull secrets of a pod."""
        return self.credential_sets.of(self.pull_secrets(pod), pod.namespace)

    @cached_property
    def credential_sets(self) -> CredentialSets:
        """The credentials of every list of pull secrets."""
        return CredentialSets(self.secrets)

    def registry(self, use: ImageUse) -> Registry | None:
        """What is known of the registry that an image is pulled from; what the settings declare comes first."""
        if use.reference is None or use.is_renamed:
            return None
        known = self.world.knowledge.registries.find(use.reference.host)
        declared = self.declaration(use)
        return declared_registry(declared, known) if declared is not None else known

    def declaration(self, use: ImageUse) -> Declaration | None:
        """What the settings say of the registry of an image: the longest pattern that covers it."""
        if use.reference is None:
            return None
        fitting = [entry for entry in self._declared.apart(use.reference.normalized) if entry.covers(use.reference)]
        return max(fitting, key=lambda entry: len(entry.pattern), default=None)

    @cached_property
    def _declared(self) -> Keyring[Declaration]:
        return Keyring(([(entry.repository, True)], entry) for entry in self.settings.registries)

    @cached_property
    def images(self) -> tuple[ImageUse, ...]:
        """Every image of every pod, in the order of the files."""
        return tuple(use for uses in self._images.values() for use in uses)

    def images_of(self, pod: Pod) -> tuple[ImageUse, ...]:
        """The images of one pod."""
        return self._images[pod]

    @cached_property
    def _images(self) -> dict[Pod, tuple[ImageUse, ...]]:
        return {pod: tuple(self._image_uses(pod)) for pod in self.pods}

    def _image_uses(self, pod: Pod) -> Iterator[ImageUse]:
        patches = () if pod.source.path in self._overlays.patches else pod.overlay.image_patches
        patched = patched_containers(pod.spec, patches)
        for number, container in enumerate(pod.spec.containers):
            if container.image is None or not container.image.value or container.image_filled_in:
                continue
            if number not in patched:
                yield self._image_use(pod, container, container.image)

    def _image_use(self, pod: Pod, container: Container, image: Text) -> ImageUse:
        written, span = image
        applied = container.resolved or written
        effective = applied if pod.overlay is UNTOUCHED else pod.overlay.image(applied)
        reference, error = _parse(effective)
        builder = container.builder or self._artifacts.builder(pod.source.path, written)
        use = ImageUse(pod, container, written, span, effective, reference, error, None, builder)
        return use._replace(error=None) if use.is_renamed else use._replace(placeholder=find_placeholder(effective))

    @cached_property
    def secret_uses(self) -> tuple[SecretUse, ...]:
        """Every reference to a pull secret, of pods and of service accounts."""
        return (*self._pod_secret_uses(), *self._account_secret_uses())

    @cached_property
    def uses_of_secrets(self) -> SecretUses:
        """Those references by the Secrets that they lead to."""
        return SecretUses(self.secret_uses, self.secrets)

    def _pod_secret_uses(self) -> Iterator[SecretUse]:
        for pod in self.pods:
            for name in pod.spec.pull_secrets:
                if name.value:
                    yield SecretUse(pod.source, name, pod.resource, pod.namespace, pod)

    def _account_secret_uses(self) -> Iterator[SecretUse]:
        for source, facts, _, place in self._deployed():
            for account in facts.service_accounts:
                namespace = place.namespace(account.resource.namespace)
                for name in account.pull_secrets:
                    if name.value:
                        yield SecretUse(source, name, account.resource, namespace, None)


@lru_cache(maxsize=65536)
def _parse(image: str) -> tuple[ImageReference | None, InvalidReferenceError | None]:
    try:
        return parse_reference(image), None
    except InvalidReferenceError as error:
        return None, error
