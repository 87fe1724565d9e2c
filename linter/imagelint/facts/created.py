"""Objects that manifests use, and that no manifest defines: something else creates them in the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import NamespacedName
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from imagelint.facts.input import Input
    from imagelint.facts.model import FileFacts

# Of a name that may begin with that of a chart; Kubernetes allows no longer ones. And of names that begin alike.
_LONGEST_NAME, _MOST_PARTS, _MOST_ALIKE = 253, 10, 50
SECRET, ACCOUNT = "Secret", "ServiceAccount"
# That a service account, by its name, is given pull secrets.
PULL_SECRETS = "imagePullSecrets"
# What a text has that creates a Secret with a Docker config: its type, or the key in it.
OF_DOCKER = r"dockerconfigjson|dockercfg"


class CreatedObject(NamedTuple):
    """A pull secret or a service account that is created without a manifest; the namespace is None if not stated.

    Or, of the kind PULL_SECRETS, an account that is given some.
    """

    kind: str
    id: NamespacedName
    # The folder whose manifests a text for people is about; None for what scripts and programs create.
    folder: str | None = None
    # Its namespace is stated, in a variable that may be any.
    anywhere: bool = False
    # The chart that may create it, as far as its name shows.
    chart: str | None = None


class InstalledChart(NamedTuple):
    """A chart by its name, wherever it is, with its release and namespace; None if they are not known."""

    name: str
    release: str | None
    namespace: str | None

    def accounts(self, names: Mapping[str, Iterable[str]]) -> set[CreatedObject]:
        """Those of some accounts, `by_beginning`, that it may create: they are called like it or its release."""
        if self.namespace is None:
            return set()
        own = {*names.get(self.name, ()), *names.get(self.release or "", ())}
        return {CreatedObject(ACCOUNT, NamespacedName(self.namespace, name), chart=self.name) for name in own}


def by_beginning(names: Iterable[str]) -> dict[str, list[str]]:
    """Names by what they begin with: `rook-ceph-default` by `rook`, `rook-ceph` and itself."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        parts = name[:_LONGEST_NAME].split("-")[:_MOST_PARTS]
        for end in range(1, len(parts) + 1):
            alike = found.setdefault("-".join(parts[:end]), [])
            if len(alike) < _MOST_ALIKE:
                alike.append(name)
    return found


def undefined_names(users: Collection[FileFacts], found: Input) -> dict[str, set[str]]:
    """The names of pull secrets and service accounts that no manifest defines where some use them, by kind."""
    every = found.files.values()
    secrets = {secret.id for facts in every for secret in facts.secrets}
    accounts = {
        NamespacedName(account.resource.namespace, account.resource.name)
        for facts in every
        for account in facts.service_accounts
        if account.resource.name
    }
    names = {
        SECRET: _missing((use for facts in users for use in secrets_used(facts)), secrets),
        ACCOUNT: _missing((use for facts in users for use in accounts_used(facts)), accounts),
    }
    return {kind: missing for kind, missing in names.items() if missing}


def secrets_used(facts: FileFacts) -> Iterator[NamespacedName]:
    """The pull secrets that pods and service accounts of a file name."""
    users = [(pod.resource, pod.pull_secrets) for pod in facts.pods if pod.pull_secrets]
    users += [(account.resource, account.pull_secrets) for account in facts.service_accounts]
    return (NamespacedName(resource.namespace, name.value) for resource, names in users for name in names)


def accounts_used(facts: FileFacts) -> Iterator[NamespacedName]:
    """The service accounts that pods of a file name."""
    for pod in facts.pods:
        if pod.service_account is not None and pod.complete:
            yield NamespacedName(pod.resource.namespace, pod.service_account.value)


def accounts_without_secrets(users: Iterable[FileFacts]) -> set[str]:
    """The service accounts of pods that name no pull secret."""
    pods = (pod for facts in users for pod in facts.pods if pod.complete and not pod.pull_secrets)
    return {pod.service_account.value if pod.service_account is not None else "default" for pod in pods}


def _missing(used: Iterable[NamespacedName], defined: AbstractSet[NamespacedName]) -> set[str]:
    """The names that are used in a namespace that does not have them, as far as files state it."""
    names = {one.name for one in defined}
    return {
        one.name
        for one in used
        if one not in defined
        and NamespacedName(None, one.name) not in defined
        and not (one.namespace is None and one.name in names)
    } - {"", "default"}
