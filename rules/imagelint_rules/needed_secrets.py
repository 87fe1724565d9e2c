"""The Secrets that pods need besides their pull secrets, and what they show of one that is not defined."""

from __future__ import annotations

import posixpath
import re
from functools import cache, partial
from typing import TYPE_CHECKING

from imagelint.kubelet.placeholders import find_placeholder
from imagelint.text.places import Place, Related
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagelint.index.image_use import Pod
    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import SecretUse
    from imagelint.text.places import SourceId

# So many Secrets that are needed and not defined show a habit, and not an oversight: in a namespace or a folder, and in
# an input that has no Secret at all.
_ENOUGH, _ENOUGH_OF_ALL = 2, 3
# Where a pull secret of the same name is looked at.
_MOST_NAMESPACES = 100
# Certificates and tokens are made in the cluster, wherever other Secrets are kept. So are the credentials that
# operators hand out: Elasticsearch, RabbitMQ, and those of CloudNativePG, Crunchy Data and Zalando for PostgreSQL.
_MADE_IN_CLUSTER = (
    r"(?:.*[.-])?(?:tls|ssl|certs?|certificates?|ca|token)(?:[.-].*)?|"
    r".*-(?:es-elastic-user|default-user|superuser)|.*-pguser-.*|.*\.credentials\..*"
)
# A namespace, or a folder whose files do not state it.
_Scope = tuple[str | None, str]


class Absent(NamedTuple):
    """Secrets that some pods need, none of which is defined."""

    # As messages call them: `pods of its namespace`.
    pods: str
    number: int
    related: Related


class _Defined(NamedTuple):
    """Where the input has Secrets, and whether one of them may be a pull secret."""

    namespaces: frozenset[str | None]
    folders: frozenset[str]
    may_pull: bool

    def has_some(self, use: SecretUse) -> bool:
        """Whether there is one that may be a pull secret, or one in the namespace or the folder of a use."""
        return self.may_pull or _folder(use.source) in self.folders or (use.namespace or "") in self.namespaces


def kept_elsewhere(index: Index, use: SecretUse) -> Absent | None:
    """What shows that an undefined pull secret is kept where other Secrets are; None if one of them is in the input.

    Those are the ones that pods with pull secrets need, and all that are in the namespace or in the folder. What
    another namespace shows of a pull secret of the same name is so here as well.
    """
    if index.whole.join(_defined).has_some(use):
        return None
    absent = index.join(_Absences).of(_scope(use.namespace, use.source)) or index.whole.join(_absent_of_all)
    return absent or _absent_of_namesake(index, use)


def _absent_of_namesake(index: Index, use: SecretUse) -> Absent | None:
    """What shows that a pull secret of the same name is kept elsewhere, in another namespace that is stated."""
    for other in index.join(_uses_by_name).get(use.name.value, ()):
        if other.namespace and not index.whole.join(_defined).has_some(other):
            absent = index.join(_Absences).of(_scope(other.namespace, other.source))
            if absent is not None:
                return absent._replace(pods=f"pods of namespace `{other.namespace}`")
    return None


def _uses_by_name(index: Index) -> dict[str, tuple[SecretUse, ...]]:
    """The uses of each undefined pull secret, one for each namespace."""
    found: dict[str, dict[str | None, SecretUse]] = {}
    for use in index.secret_uses:
        found.setdefault(use.name.value, {}).setdefault(use.namespace, use)
    return {name: tuple(uses.values())[:_MOST_NAMESPACES] for name, uses in found.items()}


class _Absences:
    """The Secrets that are absent, computed once for each scope."""

    def __init__(self, index: Index) -> None:
        self.of = cache(partial(_absent, index))


def _absent(index: Index, scope: _Scope) -> Absent | None:
    needed = index.whole.join(_needed_by_scope).get(scope, {})
    absent = _shown(index, needed)
    if len(absent) < _ENOUGH or any(any(index.secrets.find(name, scope[0])) for name in needed):
        return None
    return _named(absent, "pods of its namespace" if scope[0] else "pods of its folder")


def _absent_of_all(index: Index) -> Absent | None:
    """The Secrets that any pods need, in an input without Secrets."""
    if index.secrets.all:
        return None
    scopes = reversed([*index.join(_needed_by_scope).values()])
    absent = _shown(index, {name: place for needed in scopes for name, place in needed.items()})
    return _named(absent, "pods") if len(absent) >= _ENOUGH_OF_ALL else None


def _shown(index: Index, needed: Mapping[str, Place]) -> dict[str, Place]:
    """Those of some Secrets that nobody expects in the cluster anyway."""
    pulled = index.whole.join(_pulled)
    return {name: place for name, place in needed.items() if name not in pulled and not _is_made_in_cluster(name)}


def _named(absent: Mapping[str, Place], pods: str) -> Absent:
    name, place = next(iter(absent.items()))
    return Absent(pods, len(absent), Related(place, f"Secret `{name}` is not defined either"))


def defined_beside(index: Index, pod: Pod) -> Related | None:
    """Where a Secret is defined that a pod needs too, if one is."""
    for name in pod.spec.needed_secrets:
        for secret in index.secrets.find(name.value, pod.namespace).usable[:1]:
            return Related(secret.place, f"Secret `{name.value}`, which it needs too, is defined here")
    return None


def _defined(index: Index) -> _Defined:
    every = index.secrets.all
    return _Defined(
        frozenset(secret.id.namespace for secret in every),
        frozenset(_folder(secret.source) for secret in every),
        any(secret.type is None or secret.is_of_docker for secret in every),
    )


def _needed_by_scope(index: Index) -> dict[_Scope, dict[str, Place]]:
    """The Secrets that pods need, by namespace or folder, with the first place of each."""
    found: dict[_Scope, dict[str, Place]] = {}
    for pod in index.pods:
        for name in pod.spec.needed_secrets:
            if find_placeholder(name.value) is None:
                needed = found.setdefault(_scope(pod.namespace, pod.source), {})
                needed.setdefault(name.value, Place(pod.source, name.span))
    return found


def _pulled(index: Index) -> frozenset[str]:
    """The names of pull secrets: to mount one as well shows nothing."""
    return frozenset(use.name.value for use in index.secret_uses)


def _is_made_in_cluster(name: str) -> bool:
    return re.fullmatch(_MADE_IN_CLUSTER, name) is not None


def _scope(namespace: str | None, source: SourceId) -> _Scope:
    return namespace, "" if namespace else _folder(source)


def _folder(source: SourceId) -> str:
    return posixpath.dirname(source.path)
