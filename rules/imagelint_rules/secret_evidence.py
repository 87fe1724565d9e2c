"""Evidence in the input that an image needs a pull secret: other pods that pull with one, and Secrets that match."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from imagelint.facts.kinds import custom_kind
from imagelint.index.pull_secrets import Match
from imagelint.linting.finding import Severity
from imagelint.text.places import Place, Related
from imagelint.text.records import NamedTuple
from imagelint.world.knowledge.registries import Access
from imagelint_rules.remedies import PodImages, matching_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.facts.model import Resource
    from imagelint.index.definitions import Secret
    from imagelint.index.image_use import ImageUse, Pod
    from imagelint.index.index import Index
    from imagelint.text.places import SourceId


class Evidence(NamedTuple):
    """Evidence in the files that an image needs a pull secret, and the secret that matches it."""

    related: Related
    secret: str
    severity: Severity


class _Known(NamedTuple):
    """Evidence from the pods with images of one registry."""

    # By scope: an image that a pod pulls with a secret.
    served: dict[str, ImageUse]
    # Those of them that surely need credentials.
    usual: frozenset[str]
    # By custom kind.
    same_kind: dict[str, ImageUse]
    shown: _Shown


class _Shown(NamedTuple):
    """Where pods show that a registry of which nothing else is known asks for credentials."""

    # Repositories that some pod pulls with a secret.
    repositories: frozenset[str]
    # Namespaces where no fewer pods pull with a secret than without.
    namespaces: frozenset[str | None]
    # Of all namespaces, nearly every pod has one.
    everywhere: bool

    def includes(self, use: ImageUse) -> bool:
        """Whether this holds for an image: an unknown registry may have public projects too."""
        repository = use.reference.normalized if use.reference is not None else None
        return self.everywhere or repository in self.repositories or use.pod.namespace in self.namespaces


def lists_secrets(resource: Resource) -> bool:
    """Whether a custom kind has a field for pull secrets: one object that uses it shows that others need it."""
    kind = custom_kind(resource.api_version, resource.kind)
    return kind is not None and bool(kind.secrets)


class _Pulls(NamedTuple):
    """How many pods pull from a scope, and one that does so without a secret."""

    with_secret: int = 0
    without: int = 0
    first: ImageUse | None = None
    # Some pod has a secret that the input defines.
    is_served: bool = False


_NO_PULLS = _Pulls()
# So many pods without a secret, and more than with one, show that an organisation's images need none.
_ENOUGH = 3


class Without(NamedTuple):
    """A scope from which most pods pull without a secret."""

    scope: str
    is_organisation: bool
    related: Related


def pulled_without(index: Index, use: ImageUse) -> Without | None:
    """The scope of an image from which most pods pull without a secret; None if few do.

    Then its images are public, or the nodes have credentials. Where every image is private, or some pods have a secret
    that the input defines, pods without one may as well fail.
    """
    scopes = scopes_of(index, use)
    if len(scopes) < 2:
        return None
    pulls = index.whole.join(_pulls)
    for scope in scopes:
        found, is_organisation = pulls.get(scope, _NO_PULLS), scope.endswith("/")
        least = max(_ENOUGH if is_organisation else 1, found.with_secret + 1)
        if found.first is not None and found.without >= least and not found.is_served:
            return Without(scope, is_organisation, Related(found.first.place, "this one does"))
    return None


def _pulls(index: Index) -> dict[str, _Pulls]:
    """The pulls of all pods of which it is known whether they have a secret, by scope."""
    found: dict[str, _Pulls] = {}
    for pod in index.pods:
        secrets = index.pull_secrets(pod)
        main = index.join(PodImages).main(pod) if secrets.known and not pod.spec.is_of_values else None
        if main is not None:
            is_served = any(index.secrets.find(name.value, pod.namespace).usable for name in secrets.names)
            for scope in scopes_of(index, main):
                one = found.get(scope, _NO_PULLS)
                found[scope] = _Pulls(
                    one.with_secret + bool(secrets.names),
                    one.without + (not secrets.names),
                    one.first or (None if secrets.names else main),
                    is_served=one.is_served or is_served,
                )
    return found


# So many times as many pods with a secret as without show that those without forgot it.
_NEARLY_ALL = 3


class _ByRegistry:
    """The evidence for each registry, collected when it is needed: for most registries it never is."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._pods: dict[str, list[Pod]] = {}
        for pod in index.pods:
            if not pod.spec.is_of_values:
                for host in {use.reference.host for use in index.images_of(pod) if use.reference is not None}:
                    self._pods.setdefault(host, []).append(pod)
        self._known: dict[str, _Known] = {}

    def at(self, host: str) -> _Known:
        """The evidence from pods whose main image is on a registry."""
        if host not in self._known:
            images = map(self._index.join(PodImages).main, self._pods.get(host, ()))
            of_host = [use for use in images if use and use.reference is not None and use.reference.host == host]
            self._known[host] = _known(self._index, of_host)
        return self._known[host]


def _known(index: Index, images: Sequence[ImageUse]) -> _Known:
    """What the pods that pull with a secret made for their images say, by scope."""
    served: dict[str, ImageUse] = {}
    same_kind: dict[str, ImageUse] = {}
    balance: dict[str, int] = {}
    for use in images:
        pod, has_secret = use.pod, _has_secret(index, use)
        if has_secret and lists_secrets(pod.resource):
            same_kind.setdefault(pod.resource.kind, use)
        for scope in scopes_of(index, use):
            balance[scope] = balance.get(scope, 0) + (1 if has_secret else -1)
            if has_secret:
                served.setdefault(scope, use)
    meant = {scope: use for scope, use in served.items() if balance[scope] >= (1 if scope.endswith("/") else 0)}
    # A registry is named without a path; of what may be public, one of two pods with a secret proves nothing.
    usual = {scope for scope in meant if "/" not in scope or (balance[scope] > 0 and not scope.endswith("/"))}
    return _Known(meant, frozenset(usual), same_kind, _shown(index, images))


def _has_secret(index: Index, use: ImageUse) -> bool:
    """Whether a pod has a secret that is or may be for its image."""
    return bool(index.pull_secrets(use.pod).names) and index.credential(use).match is not Match.NONE


def _shown(index: Index, images: Sequence[ImageUse]) -> _Shown:
    served = [use for use in images if _has_secret(index, use)]
    every, with_secret = (Counter(use.pod.namespace for use in uses) for uses in (images, served))
    return _Shown(
        frozenset(use.reference.normalized for use in served if use.reference is not None),
        frozenset(namespace for namespace, count in with_secret.items() if 2 * count >= every[namespace]),
        everywhere=len(served) >= _NEARLY_ALL * (len(images) - len(served)),
    )


def scopes_of(index: Index, use: ImageUse) -> tuple[str, ...]:
    """The scopes in which images need the same credentials.

    The registry or, if many of its images are public, the repository. In the latter case the organization, which ends
    with `/`, is weaker evidence.
    """
    registry = index.registry(use)
    if use.reference is None or use.reference.is_official:
        return ()
    if registry is None or registry.access is Access.PRIVATE:
        return (use.reference.host,)
    if registry.access is Access.PUBLIC:
        return ()
    return use.reference.normalized, f"{use.reference.host}/{use.reference.repository.partition('/')[0]}/"


def _idle_secrets(index: Index) -> frozenset[Secret]:
    """Those that nothing names."""
    return frozenset(index.secrets.all) - index.uses_of_secrets.secrets


def idle_secret(index: Index, source: SourceId) -> Secret | None:
    """The first pull secret of a source whose content is not known, and that nothing names."""
    return index.whole.join(_idle_by_source).get(source)


def _idle_by_source(index: Index) -> dict[SourceId, Secret]:
    idle = index.join(_idle_secrets)
    found: dict[SourceId, Secret] = {}
    for secret in index.secrets.all:
        if secret.config is None and secret.is_of_docker and secret in idle:
            found.setdefault(secret.source, secret)
    return found


def evidence_of(index: Index, use: ImageUse) -> Evidence | None:
    """What the pods that pull with a secret, or an unused Secret, say about an image."""
    scopes = scopes_of(index, use)
    if not scopes or use.reference is None:
        return None
    known = index.whole.join(_ByRegistry).at(use.reference.host)
    scope = next((one for one in scopes if one in known.served), None)
    is_sure = scope in known.usual and (index.registry(use) is not None or known.shown.includes(use))
    secret = matching_secret(index, use)
    if scope is not None and (is_sure or secret is None or len(scopes) > 1):
        return _of_sibling(index, known.served[scope], Severity.ERROR if is_sure else Severity.WARNING)
    is_open = len(scopes) > 1
    if secret is None or (is_open and secret not in index.whole.join(_idle_secrets)):
        return None
    related = Related(secret.place, f"pull secret `{secret.id.name}` has credentials for it")
    return Evidence(related, secret.id.name, Severity.WARNING if is_open else Severity.ERROR)


def public_project(index: Index, use: ImageUse) -> str | None:
    """What shows that anyone can pull the images of the same project, though some pods have a secret for them."""
    if use.reference is None:
        return None
    project = f"{use.reference.host}/{use.reference.repository.partition('/')[0]}"
    return index.whole.join(_public_projects).get(project)


def _public_projects(index: Index) -> dict[str, str]:
    found: dict[str, str] = {}
    for source, facts in index.files.items():
        for project in sorted(facts.public_projects):
            found.setdefault(project.name, f"`{source.path}` {project.how}")
    return found


def evidence_of_same_kind(index: Index, use: ImageUse) -> Evidence | None:
    """Another object of the custom kind that pulls from a registry without public images with a secret."""
    host = scopes_of(index, use)[:1]
    if not host or "/" in host[0]:
        return None
    sibling = index.join(_ByRegistry).at(host[0]).same_kind.get(use.pod.resource.kind)
    return _of_sibling(index, sibling, Severity.WARNING) if sibling is not None else None


def _of_sibling(index: Index, sibling: ImageUse, severity: Severity) -> Evidence:
    name = index.pull_secrets(sibling.pod).names[0].value
    message = f"{sibling.pod.resource.label} pulls from there with pull secret `{name}`"
    return Evidence(Related(Place(sibling.pod.source, sibling.span), message), name, severity)
