"""Lists of pull secrets, of pods and of service accounts: what their names lead to, and what the kubelet tries."""

from __future__ import annotations

from enum import StrEnum
from operator import itemgetter
from typing import TYPE_CHECKING

from imagelint.text.lazy import cached_property
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagelint.facts.model import Resource
    from imagelint.index.definitions import Account, Names, Secret
    from imagelint.index.image_use import Pod
    from imagelint.kubelet.keyring import Keyring
    from imagelint.text.places import SourceId, Text

# How many uses of a Secret a finding points to.
_FIRST = 3


class PullSecrets:
    """The pull secrets that the API server gives to a pod (plugin/pkg/admission/serviceaccount, v1.36).

    `account` is the account that they were injected from, None for the pod's own list. `known` is False if
    something outside the input may add some: an account that is not in it, or a kustomize patch.
    """

    def __init__(self, entries: tuple[Text, ...], account: Account | None, *, known: bool) -> None:
        self.entries = entries
        self.account = account
        self.known = known

    @cached_property
    def names(self) -> tuple[Text, ...]:
        """The secrets that the kubelet reads, each once: it skips entries without a name."""
        names: dict[str, Text] = {}
        for entry in self.entries:
            if entry.value:
                names.setdefault(entry.value, entry)
        return tuple(names.values())

    @cached_property
    def values(self) -> frozenset[str]:
        """What the entries name, an empty text for one without a name."""
        return frozenset(entry.value for entry in self.entries)


class SecretUse(NamedTuple):
    """A name in a list of pull secrets: of a pod, or of a service account."""

    source: SourceId
    name: Text
    resource: Resource
    namespace: str | None
    pod: Pod | None


def secrets_of_pods(pods: Iterable[Pod]) -> Iterator[SecretUse]:
    """The names in the lists of some pods."""
    for pod in pods:
        for name in pod.spec.pull_secrets:
            if name.value:
                yield SecretUse(pod.source, name, pod.resource, pod.namespace, pod)


class NamedSecrets(NamedTuple):
    """The definitions that some uses of a name lead to, if there are any."""

    secrets: tuple[Secret, ...]
    # In the order of the files.
    numbered: list[tuple[int, SecretUse]]

    @property
    def uses(self) -> Iterator[SecretUse]:
        """The uses, without their numbers."""
        return (use for _, use in self.numbered)


class SecretUses:
    """The uses of pull secrets by what they lead to: many uses of one name share its definitions."""

    def __init__(self, uses: Iterable[SecretUse], secrets: Names[Secret]) -> None:
        by_definitions: dict[int, NamedSecrets] = {}
        for number, use in enumerate(uses):
            found = secrets.find(use.name.value, use.namespace).usable
            if found:
                by_definitions.setdefault(id(found), NamedSecrets(found, [])).numbered.append((number, use))
        self.named = tuple(by_definitions.values())

    @cached_property
    def secrets(self) -> frozenset[Secret]:
        """The Secrets that some use leads to."""
        return frozenset(secret for named in self.named for secret in named.secrets)

    def first(self, secret: Secret) -> list[SecretUse]:
        """The first three uses that lead to a Secret."""
        return [use for _, use in sorted(self._first.get(id(secret), ()), key=itemgetter(0))[:_FIRST]]

    @cached_property
    def _first(self) -> dict[int, list[tuple[int, SecretUse]]]:
        """By the identity of a Secret; one is found by few look-ups: with its namespace or without, by two names."""
        found: dict[int, list[tuple[int, SecretUse]]] = {}
        for named in self.named:
            for secret in named.secrets:
                found.setdefault(id(secret), []).extend(named.numbered[:_FIRST])
        return found


class Match(StrEnum):
    """Whether a credential is tried; unknown if a secret is not in the input, or its content is not."""

    MATCHED = "matched"
    NONE = "none"
    UNKNOWN = "unknown"


class Credential(NamedTuple):
    """The outcome for one image, with the secrets whose keys match it."""

    match: Match
    secrets: tuple[Secret, ...] = ()


class Credentials:
    """The pull secrets of a pod, given the definitions of each, prepared once for any number of images.

    A secret that the kubelet cannot decode takes all others with it, so that nothing matches (v1.36 `secrets.go`).
    `are_known` is False if something outside the input may add secrets.
    """

    def __init__(self, found: Sequence[Sequence[Secret]], *, are_known: bool) -> None:
        self.secrets = tuple(secret for secrets in found for secret in secrets)
        configs = [(secret, secret.config) for secret in self.secrets if secret.config is not None]
        is_broken = any(config.is_broken for _, config in configs)
        is_known = are_known and all(secrets and all(secret.is_readable for secret in secrets) for secrets in found)
        self._without = Credential(Match.NONE if is_broken or is_known else Match.UNKNOWN)
        self._keyring = _keyring((config.keys, secret) for secret, config in configs if not is_broken)

    def match(self, name: str) -> Credential:
        """Whether a credential is tried for the registry and repository `name`."""
        secrets = self._keyring.together(name) if self._keyring is not None else ()
        return Credential(Match.MATCHED, secrets) if secrets else self._without


class CredentialSets:
    """The credentials of lists of pull secrets, each prepared once."""

    def __init__(self, secrets: Names[Secret]) -> None:
        self._secrets = secrets
        self._keyrings: dict[str | None, Keyring[Secret] | None] = {}
        self._by_list: dict[tuple[PullSecrets, str | None], Credentials] = {}
        self._by_definitions: dict[tuple[int | bool, ...], Credentials] = {}

    def of(self, pull_secrets: PullSecrets, namespace: str | None) -> Credentials:
        """The credentials that a list of pull secrets gives in a namespace."""
        key = pull_secrets, namespace
        if key not in self._by_list:
            self._by_list[key] = self._sorted_out(pull_secrets, namespace)
        return self._by_list[key]

    def serving(self, name: str, namespace: str | None) -> Secret | None:
        """The first Secret of a namespace with credentials for the registry and repository `name`, used or not."""
        if namespace not in self._keyrings:
            beside = self._secrets.within(namespace)
            self._keyrings[namespace] = _keyring((secret.config.keys, secret) for secret in beside if secret.config)
        keyring = self._keyrings[namespace]
        return next(iter(keyring.apart(name)), None) if keyring is not None else None

    def _sorted_out(self, pull_secrets: PullSecrets, namespace: str | None) -> Credentials:
        found = [self._secrets.find(name.value, namespace).usable for name in pull_secrets.names]
        # Most lists name what others name.
        key = (pull_secrets.known, *map(id, found))
        if key not in self._by_definitions:
            self._by_definitions[key] = Credentials(found, are_known=pull_secrets.known)
        return self._by_definitions[key]


def _keyring(entries: Iterable[tuple[Iterable[tuple[str, bool]], Secret]]) -> Keyring[Secret] | None:
    """The keys of some secrets; None without any, as for most pods."""
    found = [*entries]
    if not found:
        return None
    from imagelint.kubelet.keyring import Keyring

    return Keyring(found)
