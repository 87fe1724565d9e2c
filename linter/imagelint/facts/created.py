"""Objects that manifests use, and that no manifest defines: something else creates them in the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import NamespacedName
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from imagelint.facts.input import Input
    from imagelint.facts.model import FileFacts

SECRET, ACCOUNT = "Secret", "ServiceAccount"
# What a text has that creates a Secret with a Docker config: its type, or the key in it.
OF_DOCKER = r"dockerconfigjson|dockercfg"


class CreatedObject(NamedTuple):
    """A pull secret or a service account that is created without a manifest; the namespace is None if not stated."""

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

    def accounts(self, names: Iterable[str]) -> set[CreatedObject]:
        """Those of some accounts that it may create: they are called like it or its release (`rook-ceph-default`)."""
        if self.namespace is None:
            return set()
        first = [begins for begins in (self.name, self.release) if begins]
        own = {name for name in names if any(name == begins or name.startswith(f"{begins}-") for begins in first)}
        return {CreatedObject(ACCOUNT, NamespacedName(self.namespace, name), chart=self.name) for name in own}


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
