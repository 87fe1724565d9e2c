"""An index that judges some files only, beside the index of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.index.definitions import ExternalSecrets
from imagelint.index.index import Index
from imagelint.index.pull_secrets import CredentialSets
from imagelint.text.lazy import cached_property

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.facts.model import Container, Resource
    from imagelint.index.definitions import Account, Names, Secret
    from imagelint.index.image_use import ImageUse, Pod
    from imagelint.index.pull_secrets import PullSecrets
    from imagelint.text.places import SourceId, Text
    from imagelint.world.world import World


class PartialIndex(Index):
    """The index for some sources in a world of their own: what `whole` knows of a pod or a name is not joined again."""

    def __init__(self, whole: Index, judged: Sequence[SourceId], world: World) -> None:
        self.files, self.whole, self.judged = whole.files, whole, judged
        self.world, self.settings = world, world.settings
        self._worlds, self._declared, self._joins = {}, {}, {}

    @cached_property
    def secrets(self) -> Names[Secret]:
        """Every Secret of the input, and those that this world has outside of it."""
        if self.world is self.whole.world or not self.settings.external_secrets:
            return self.whole.secrets
        return self.whole.secrets.beside(ExternalSecrets(self.settings).find)

    @cached_property
    def accounts(self) -> Names[Account]:
        """Every ServiceAccount of the input."""
        return self.whole.accounts

    @cached_property
    def defined_secrets(self) -> tuple[Secret, ...]:
        """The Secrets of the sources that are judged."""
        by_source = self.whole.join(_secrets_by_source)
        return tuple(secret for source in self.judged for secret in by_source.get(source, ()))

    @cached_property
    def defined_accounts(self) -> tuple[Account, ...]:
        """The ServiceAccounts of the sources that are judged."""
        by_source = self.whole.join(_accounts_by_source)
        return tuple(account for source in self.judged for account in by_source.get(source, ()))

    @cached_property
    def credential_sets(self) -> CredentialSets:
        """The credentials of every list of pull secrets."""
        return self.whole.credential_sets if self.secrets is self.whole.secrets else CredentialSets(self.secrets)

    def images_of(self, pod: Pod) -> tuple[ImageUse, ...]:
        """The images of one pod."""
        return self.whole.images_of(pod)

    def image_use(self, pod: Pod, container: Container, image: Text) -> ImageUse:
        """An image of a container of a pod."""
        return self.whole.image_use(pod, container, image)

    def pull_secrets(self, pod: Pod) -> PullSecrets:
        """The effective pull secrets of a pod."""
        return self.whole.pull_secrets(pod)

    def account_secrets(self, account: Account, *, known: bool = True) -> PullSecrets:
        """The pull secrets that a service account gives to its pods."""
        return self.whole.account_secrets(account, known=known)

    def pods_of(self, account: Resource) -> Sequence[Pod]:
        """The pods of all files that get their pull secrets from a service account."""
        return self.whole.pods_of(account)


def _secrets_by_source(index: Index) -> dict[SourceId, list[Secret]]:
    found: dict[SourceId, list[Secret]] = {}
    for secret in index.secrets.all:
        found.setdefault(secret.source, []).append(secret)
    return found


def _accounts_by_source(index: Index) -> dict[SourceId, list[Account]]:
    found: dict[SourceId, list[Account]] = {}
    for account in index.accounts.all:
        found.setdefault(account.source, []).append(account)
    return found
