"""Remedies that several rules share: commands to run and YAML to add."""

from __future__ import annotations

from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from imagelint.kubelet.reference import is_reference, parse_reference
from imagelint.world.knowledge.registries import Access
from imagelint_rules.judging import wrong_host
from imagelint_rules.node_credentials import nodes_bring_credentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imagelint.index.definitions import Defined, Secret
    from imagelint.index.image_use import ImageUse, Pod
    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import SecretUse
    from imagelint.linting.prediction import Prediction
    from imagelint.text.places import SourceId, Text
    from imagelint.world.knowledge.registries import Registry

    # A list of pull secrets at its place.
    _List = tuple[SourceId, tuple[Text, ...]]

T = TypeVar("T", bound="Defined")

# The only key of Docker Hub that `docker login` and `kubectl create secret` both write.
_DOCKER_HUB_SERVER = "https://index.docker.io/v1/"
# Instead of a registry that the files do not show, or that no credentials may be sent to.
_ANY_REGISTRY = "REGISTRY"
_MOST_NAMED = 5
# The longest name that is compared with others: Kubernetes allows no longer ones.
_LONGEST_NAME, _MOST_COMPARED = 253, 50


def create_secret(index: Index, image: ImageUse | None, name: str, namespace: str | None) -> str:
    """The command that creates a pull secret for an image; without `--namespace` if no file shows it.

    Where the host of the image is wrong, what to write instead comes first.
    """
    found = wrong_host(index, image) if image is not None else None
    correction = f"first correct the image: {found.help}\nand then:\n" if found is not None else ""
    host = _host_for_credentials(index, image)
    server = _DOCKER_HUB_SERVER if host == "docker.io" else host
    where = f" --namespace {namespace}" if namespace else ""
    return (
        f"{correction}kubectl create secret docker-registry {name}{where} \\\n"
        f"  --docker-server={server} --docker-username=USER --docker-password=PASSWORD"
    )


def list_of_pull_secrets(name: str) -> str:
    """The YAML that references a pull secret in a pod or in a service account."""
    return f"imagePullSecrets:\n  - name: {name}"


def secret_manifest(name: str, namespace: str | None) -> str:
    """The YAML of a pull secret, for users who keep Secrets in files (encrypted)."""
    where = f"\n  namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}{where}\n"
        "type: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: BASE64_OF_DOCKER_CONFIG_JSON"
    )


def secret_name(registry: str) -> str:
    """A name for a registry's pull secret that Kubernetes accepts: `myregistry-azurecr-io`."""
    return "".join(char if char.isalnum() else "-" for char in registry.lower()).strip("-")


def needs_credentials(index: Index, use: ImageUse) -> bool:
    """Whether every pull from the registry of an image needs credentials; False if it was shut down."""
    registry = index.registry(use)
    if registry is None or registry.is_shut_down:
        return False
    return use.named is not None and registry.access is Access.PRIVATE


def matching_secret(index: Index, use: ImageUse) -> Secret | None:
    """A Secret of the pod's namespace with credentials for an image, whether or not the pod uses it."""
    if use.reference is None:
        return None
    return index.whole.credential_sets.serving(use.reference.normalized, use.pod.namespace)


class PodImages:
    """What is known of the images of a pod as a whole, computed once for each pod."""

    def __init__(self, index: Index) -> None:
        # The image that a pull secret of the pod is most likely for.
        self.main = cache(partial(_main_image, index))
        # Whether anyone can pull all of them, for certain.
        self.are_public = cache(partial(_are_public, index))
        # Whether the others can be pulled by the nodes, which have credentials for them.
        self.need_none = cache(partial(_need_none, index))


def _main_image(index: Index, pod: Pod) -> ImageUse | None:
    beside = index.join(_pods_by_list).get((pod.source, pod.spec.pull_secrets), ())
    # Of several that may be meant, the one whose key is nearest to the list.
    pods = sorted(beside, key=lambda one: one.spec.path.count(".")) or [pod]
    return most_private(index, chain.from_iterable(map(index.images_of, pods)))


def _pods_by_list(index: Index) -> dict[_List, list[Pod]]:
    """The pods of custom resources by their list of pull secrets, which may be for images beside a template of pods."""
    found: dict[_List, list[Pod]] = {}
    for pod in index.pods:
        if pod.spec.pull_secrets and not (pod.spec.core or pod.is_of_values):
            found.setdefault((pod.source, pod.spec.pull_secrets), []).append(pod)
    return found


def _are_public(index: Index, pod: Pod) -> bool:
    images = index.images_of(pod)
    return bool(images) and all(is_public(index, image) for image in images)


def _need_none(index: Index, pod: Pod) -> bool:
    images = index.images_of(pod)
    return bool(images) and all(is_public(index, image) or nodes_bring_credentials(index, image) for image in images)


def image_of(index: Index, use: SecretUse) -> ImageUse | None:
    """The image that a pull secret is most likely for, of the pod that uses it or of the pods of the account."""
    if use.pod is not None:
        return index.join(PodImages).main(use.pod)
    return index.whole.join(_images_of_accounts).get(id(use.resource))


def of_pods(use: SecretUse, prediction: Prediction | None) -> Prediction | None:
    """What happens to pods whose pull secret fails: nothing, where a controller fetches what the secret is for."""
    return prediction if use.pod is None or use.pod.runs_images else None


def _images_of_accounts(index: Index) -> dict[int, ImageUse | None]:
    """The same for the pods of each service account, by the identity of its object."""
    main = index.join(PodImages).main
    return {
        id(account.resource): most_private(index, filter(None, map(main, index.pods_of(account.resource))))
        for account in index.accounts.all
    }


def all_public(index: Index, use: SecretUse) -> bool:
    """Whether every image that a pull secret may be for can be pulled by anyone, for certain."""
    if use.pod is not None:
        return index.join(PodImages).are_public(use.pod)
    return id(use.resource) in index.whole.join(_public_accounts)


def _public_accounts(index: Index) -> frozenset[int]:
    """The service accounts all of whose pods are such, by the identity of their objects."""
    are_public = index.join(PodImages).are_public
    found = ((account.resource, index.pods_of(account.resource)) for account in index.accounts.all)
    return frozenset(id(account) for account, pods in found if pods and all(map(are_public, pods)))


def is_public(index: Index, image: ImageUse) -> bool:
    """Whether anyone can pull an image, for certain."""
    if image.named is None:
        return False
    if image.named.is_official:
        return image.named.repository.partition("/")[2] in index.world.knowledge.official_images
    registry = index.registry(image)
    return registry is not None and registry.access is Access.PUBLIC


def _host_for_credentials(index: Index, image: ImageUse | None) -> str:
    """The host that a command may send a password to: known or declared, in operation, and not open to all.

    For an image on a wrong host that is the host to write instead.
    """
    if image is None or image.reference is None:
        return _ANY_REGISTRY
    found = wrong_host(index, image)
    if found is None:
        host, registry = image.reference.host, index.registry(image)
    else:
        instead = found.replacement or ""
        host = parse_reference(instead).host if is_reference(instead) else ""
        registry = index.world.knowledge.registries.find(host)
    takes_credentials = registry is not None and not registry.is_shut_down and registry.access is not Access.PUBLIC
    return host if takes_credentials else _ANY_REGISTRY


# How open registries are to all.
_OPENNESS, _OF_UNKNOWN = {Access.PRIVATE: 0, Access.MIXED: 2, Access.PUBLIC: 3}, 1


def most_private(index: Index, uses: Iterable[ImageUse]) -> ImageUse | None:
    """The image that a pull secret is most likely for: a private registry, an unknown one, then any other."""
    readable = [use for use in uses if use.named is not None]
    if len(readable) == 1:  # as in most pods
        return readable[0]
    return min(readable, key=lambda use: _openness(index.registry(use)), default=None)


def _openness(registry: Registry | None) -> int:
    return _OPENNESS[registry.access] if registry is not None else _OF_UNKNOWN


def most_similar(name: str, others: Sequence[T]) -> T | None:
    """The one of some objects that was likely meant by a name that none of them has."""
    from difflib import get_close_matches

    named = {other.id.name: other for other in reversed(others[:_MOST_COMPARED])}
    compared = [other for other in named if len(other) <= _LONGEST_NAME]
    near = get_close_matches(name[:_LONGEST_NAME], compared, n=1, cutoff=0.8)
    return named[near[0]] if near else None


def listed(names: Sequence[str | Text]) -> str:
    """Names for a sentence: the first few, and the number of further ones."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    first = (name if isinstance(name, str) else name.value for name in names[:_MOST_NAMED])
    return ", ".join(f"`{name}`" for name in first) + more


def in_namespace(namespace: str | None) -> str:
    """`in namespace `prod``, or that no file states the namespace."""
    return f"in namespace `{namespace}`" if namespace else "in its namespace (not stated in any file)"
