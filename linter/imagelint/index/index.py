"""All files together: which pod gets which pull secrets, and where a name is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from imagelint.index.artifacts import Artifacts
from imagelint.index.definitions import (
    Account,
    ExternalSecrets,
    Names,
    Secret,
    deploy_account,
    deploy_secret,
)
from imagelint.index.image_use import DEFAULT_ACCOUNT, ImageUse, Pod, read_image
from imagelint.index.pull_secrets import (
    Credential,
    Credentials,
    CredentialSets,
    Match,
    PullSecrets,
    SecretUse,
    SecretUses,
    secrets_of_pods,
)
from imagelint.text.lazy import cached_property
from imagelint.world.settings import declared_registry
from imagelint.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from imagelint.facts.model import Container, FileFacts, Resource
    from imagelint.kubelet.keyring import Keyring
    from imagelint.text.places import SourceId, Text
    from imagelint.world.knowledge.registries import Registry
    from imagelint.world.rule_options import RuleOptions
    from imagelint.world.settings import Declaration, Settings

T = TypeVar("T")
Options = TypeVar("Options", bound="RuleOptions")


class Index:
    """Every fact of every file, joined. Rules query it; it reads no files.

    Where some sources are judged only, `pods`, `images`, `defined_secrets` and what else is a list has those in them.
    Every look-up sees all files, and `whole` is the index of all of them.
    """

    def __init__(
        self,
        files: Mapping[SourceId, FileFacts],
        world: World | None = None,
        worlds: Mapping[SourceId, World] | None = None,
    ) -> None:
        """`worlds` has those of sources with another than `world`."""
        self.files = files
        self.world = world or World()
        self.settings = self.world.settings
        self.whole: Index = self
        # The sources that are judged, in the order of the files.
        self.judged: Collection[SourceId] = files.keys()
        self._worlds = worlds or {}
        self._artifacts = Artifacts(files)
        self._pods: dict[SourceId, tuple[Pod, ...]] = {}
        self._images: dict[Pod, tuple[ImageUse, ...]] = {}
        self._pull_secrets: dict[Pod, PullSecrets] = {}
        self._account_secrets: dict[tuple[int, bool], PullSecrets] = {}
        self._declared: dict[int, Keyring[Declaration]] = {}
        self._joins: dict[Callable[[Index], object], object] = {}

    def join(self, make: Callable[[Index], T]) -> T:
        """What `make` returns for this index, computed once: for joins that only some rules need."""
        if make not in self._joins:
            self._joins[make] = make(self)
        return cast("T", self._joins[make])

    @cached_property
    def pods(self) -> tuple[Pod, ...]:
        """Every PodSpec, as each unit deploys it."""
        return tuple(pod for source in self.judged for pod in self.whole.pods_in(source))

    def pods_in(self, source: SourceId) -> tuple[Pod, ...]:
        """Those of one source."""
        if source not in self._pods:
            facts = self.files[source]
            self._pods[source] = tuple(
                Pod(source, spec, self.namespace(source, spec.resource), in_partial_unit=facts.is_partial)
                for spec in facts.pods
            )
        return self._pods[source]

    def namespace(self, source: SourceId, resource: Resource) -> str | None:
        """Where an object is deployed: a file that states no namespace leaves it to whoever applies it."""
        return resource.namespace or self._settings_of(source).namespace

    def _settings_of(self, source: SourceId) -> Settings:
        return self._worlds.get(source, self.world).settings

    @cached_property
    def secrets(self) -> Names[Secret]:
        """Every Secret that the input defines or produces."""
        return Names(
            [
                deploy_secret(source, secret, self._settings_of(source).namespace)
                for source, facts in self.files.items()
                for secret in facts.secrets
            ],
            ExternalSecrets(self.settings).find if self.settings.external_secrets else None,
        )

    @cached_property
    def defined_secrets(self) -> tuple[Secret, ...]:
        """Those of the sources that are judged."""
        return self.secrets.all

    @cached_property
    def defined_accounts(self) -> tuple[Account, ...]:
        """The ServiceAccounts of the sources that are judged."""
        return self.accounts.all

    @cached_property
    def accounts(self) -> Names[Account]:
        """Every ServiceAccount of the input."""
        return Names(
            [
                deployed
                for source, facts in self.files.items()
                for account in facts.service_accounts
                if (deployed := deploy_account(source, account, self._settings_of(source).namespace)) is not None
            ]
        )

    def pull_secrets(self, pod: Pod) -> PullSecrets:
        """The effective pull secrets of a pod: its own list, else its account's, never both."""
        if pod not in self._pull_secrets:
            self._pull_secrets[pod] = self._effective_secrets(pod)
        return self._pull_secrets[pod]

    def _effective_secrets(self, pod: Pod) -> PullSecrets:
        is_whole = not pod.in_partial_unit
        if pod.spec.pull_secrets or pod.spec.is_mirror:
            return PullSecrets(pod.spec.pull_secrets, None, known=is_whole)
        account = self.account(pod)
        if account is not None:
            return self.account_secrets(account, known=is_whole)
        if pod.spec.is_of_values:
            return PullSecrets((), None, known=False)
        # `default` exists everywhere; unless a file gives it secrets, it has none as far as the files show.
        return PullSecrets((), None, known=is_whole and pod.account_name == DEFAULT_ACCOUNT)

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
        """The pods of all files that get their pull secrets from a service account."""
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
        """The service account that the pod runs as, if the input defines it; a mirror pod has none."""
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
        world = self._worlds.get(use.pod.source, self.world)
        known = world.knowledge.registries.find(use.reference.host)
        declared = self.declaration(use) if world.settings.registries else None
        return declared_registry(declared, known) if declared is not None else known

    def declaration(self, use: ImageUse) -> Declaration | None:
        """What the settings say of the registry of an image: the longest pattern that covers it."""
        settings = self._settings_of(use.pod.source)
        if use.reference is None or not settings.registries:
            return None
        if id(settings) not in self._declared:
            from imagelint.kubelet.keyring import Keyring

            self._declared[id(settings)] = Keyring(([(entry.repository, True)], entry) for entry in settings.registries)
        near = self._declared[id(settings)].apart(use.reference.normalized)
        return max(
            (entry for entry in near if entry.covers(use.reference)), key=lambda entry: len(entry.pattern), default=None
        )

    @cached_property
    def images(self) -> tuple[ImageUse, ...]:
        """Every image of every pod in scope, in the order of the files."""
        return tuple(use for pod in self.pods for use in self.images_of(pod))

    def images_of(self, pod: Pod) -> tuple[ImageUse, ...]:
        """The images of one pod."""
        if pod not in self._images:
            self._images[pod] = tuple(self._image_uses(pod))
        return self._images[pod]

    def _image_uses(self, pod: Pod) -> Iterator[ImageUse]:
        for container in pod.spec.containers:
            if container.image is not None and container.image.value and not container.image_filled_in:
                yield self.image_use(pod, container, container.image)

    def image_use(self, pod: Pod, container: Container, image: Text) -> ImageUse:
        """What an image of a pod means to the kubelet."""
        written, span = image
        effective = container.resolved or written
        reference, error, placeholder = read_image(effective)
        builder = container.builder or self._artifacts.builder(pod.source.path, written)
        use = ImageUse(pod, container, written, span, effective, reference, error, placeholder, builder)
        return use._replace(error=None, placeholder=None) if use.is_renamed else use

    @cached_property
    def secret_uses(self) -> tuple[SecretUse, ...]:
        """Every reference to a pull secret in scope, of pods and of service accounts."""
        return (*secrets_of_pods(self.pods), *self._secrets_of_accounts())

    @cached_property
    def uses_of_secrets(self) -> SecretUses:
        """Those references by the Secrets that they lead to."""
        return SecretUses(self.secret_uses, self.secrets)

    def _secrets_of_accounts(self) -> Iterator[SecretUse]:
        for source in self.judged:
            for account in self.files[source].service_accounts:
                namespace = self.whole.namespace(source, account.resource)
                for name in account.pull_secrets:
                    if name.value:
                        yield SecretUse(source, name, account.resource, namespace, None)
