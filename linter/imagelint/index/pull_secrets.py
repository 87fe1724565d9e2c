"""Lists of pull secrets, of pods and of service accounts, and what the names in them lead to."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from imagelint.index.credentials import Credentials
from imagelint.kubelet.keyring import Keyring
from imagelint.text.lazy import cached_property
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import Resource
    from imagelint.index.definitions import Account, Names, Secret
    from imagelint.index.image_use import Pod
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


class CredentialSets:
    """The credentials of lists of pull secrets, each prepared once."""

    def __init__(self, secrets: Names[Secret]) -> None:
        self._secrets = secrets
        self._keyrings: dict[str | None, Keyring[Secret]] = {}
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
            self._keyrings[namespace] = Keyring((secret.config.keys, secret) for secret in beside if secret.config)
        return next(iter(self._keyrings[namespace].apart(name)), None)

    def _sorted_out(self, pull_secrets: PullSecrets, namespace: str | None) -> Credentials:
        found = [self._secrets.find(name.value, namespace).usable for name in pull_secrets.names]
        # Most lists name what others name.
        key = (pull_secrets.known, *map(id, found))
        if key not in self._by_definitions:
            self._by_definitions[key] = Credentials(found, are_known=pull_secrets.known)
        return self._by_definitions[key]
