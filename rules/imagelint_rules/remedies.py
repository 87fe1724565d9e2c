"""What to type and what to add: the remedies that several rules give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.reference import is_reference, parse_reference
from imagelint.world.knowledge.registries import Access
from imagelint_rules.origins import wrong_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imagelint.index.definitions import Defined, Secret
    from imagelint.index.index import ImageUse, Index, SecretUse
    from imagelint.world.knowledge.registries import Registry

# The only key of Docker Hub that `docker login` and `kubectl create secret` both write.
_DOCKER_HUB_SERVER = "https://index.docker.io/v1/"
# Stands for a registry that the files do not show, or that no credentials may be sent to.
_ANY_REGISTRY = "REGISTRY"
_MOST_NAMED = 5
# A name is no longer; and comparing it with many others takes long and helps nobody.
_LONGEST_NAME, _MOST_COMPARED = 253, 50


def create_secret(index: Index, image: ImageUse | None, name: str, namespace: str | None) -> str:
    """The command that creates a pull secret for an image; without `--namespace` where no file shows it.

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
    """The YAML that names a pull secret in a pod or in a service account."""
    return f"imagePullSecrets:\n  - name: {name}"


def secret_manifest(name: str, namespace: str | None) -> str:
    """The YAML of a pull secret, for those who keep theirs in files (encrypted)."""
    where = f"\n  namespace: {namespace}" if namespace else ""
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}{where}\n"
        "type: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: BASE64_OF_DOCKER_CONFIG_JSON"
    )


def secret_name(registry: str) -> str:
    """A name for a registry's pull secret that Kubernetes accepts: `myregistry-azurecr-io`."""
    return "".join(char if char.isalnum() else "-" for char in registry.lower()).strip("-")


def needs_credentials(index: Index, use: ImageUse) -> bool:
    """Whether every pull from the registry of an image needs credentials. One that was shut down needs no more."""
    registry = index.registry(use)
    if registry is None or registry.is_shut_down:
        return False
    return use.named is not None and registry.access is Access.PRIVATE


def matching_secret(index: Index, use: ImageUse) -> Secret | None:
    """A Secret of the pod's namespace with credentials for an image, whether the pod names it or not."""
    if use.reference is None:
        return None
    name = use.reference.normalized
    beside = index.secrets.within(use.pod.namespace)
    return next((secret for secret in beside if secret.config and secret.config.serves(name)), None)


def image_of(index: Index, use: SecretUse) -> ImageUse | None:
    """The image that a pull secret is most likely for: of the pod that names it, or of the pods of the account."""
    pods = [use.pod] if use.pod is not None else index.pods_of(use.resource)
    return most_private(index, [image for pod in pods for image in index.images_of(pod)])


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


def most_private(index: Index, uses: Iterable[ImageUse]) -> ImageUse | None:
    """The image that a pull secret is most likely for: a private registry, an unknown one, then any other."""
    readable = [use for use in uses if use.named is not None]
    return min(readable, key=lambda use: _openness(index.registry(use)), default=None)


def _openness(registry: Registry | None) -> int:
    if registry is None:
        return 1
    return {Access.PRIVATE: 0, Access.MIXED: 2, Access.PUBLIC: 3}[registry.access]


def similar_name(name: str, others: Sequence[str]) -> str | None:
    """The one of some names of objects that was likely meant by another."""
    from difflib import get_close_matches

    compared = [other for other in others[:_MOST_COMPARED] if len(other) <= _LONGEST_NAME]
    return next(iter(get_close_matches(name[:_LONGEST_NAME], compared, n=1, cutoff=0.8)), None)


def namespaces_of(found: Sequence[Defined]) -> str:
    """The namespaces of some objects, as `listed`."""
    return listed(sorted({other.id.namespace or "" for other in found}))


def listed(names: Iterable[str]) -> str:
    """Some names in a sentence: the first few, and how many more there are."""
    all_names = [*names]
    more = f" and {len(all_names) - _MOST_NAMED} more" if len(all_names) > _MOST_NAMED else ""
    return ", ".join(f"`{name}`" for name in all_names[:_MOST_NAMED]) + more


def in_namespace(namespace: str | None) -> str:
    """`in namespace `prod``, or that no file tells it."""
    return f"in namespace `{namespace}`" if namespace else "in its namespace, which no file names"
