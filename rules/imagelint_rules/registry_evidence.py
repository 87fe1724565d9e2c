"""Evidence in the input that a registry is meant, though it is not well known: a typo is made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.index.pull_secrets import Match
from imagelint_rules.remedies import is_public

if TYPE_CHECKING:
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index

# So many repositories of one registry, each in another file, show that its name is not a typo.
_ENOUGH = 3


def why_meant(index: Index, use: ImageUse, host: str) -> str | None:
    """What shows that the registry of an image is the one that was meant, as a clause; None if nothing does."""
    shown = (index.whole.join(evidence).get(host) for evidence in (_in_use, _with_credentials, _repeated))
    return next(filter(None, shown), None) or _for_it_alone(index, use, host)


def _in_use(index: Index) -> dict[str, str]:
    """What the first file that uses a registry does with it, by host; texts for people come last."""
    uses = ((used.in_text, source, used) for source, facts in index.files.items() for used in facts.registries_in_use)
    found: dict[str, str] = {}
    for _, source, used in sorted(uses):
        found.setdefault(used.host, f"`{source.path}` {used.how}")
    for source, facts in index.files.items():
        for artifact in facts.artifacts:
            found.setdefault(artifact.name.partition("/")[0], f"`{source.path}` builds images for it")
    return found


def _with_credentials(index: Index) -> dict[str, str]:
    """The hosts that Secrets of the input have credentials for, also if the pod does not name them."""
    from imagelint.kubelet.keyring import stored_key

    found: dict[str, str] = {}
    for secret in index.defined_secrets:
        for entry in secret.config.entries if secret.config is not None else ():
            host = (stored_key(entry.key) or "").partition("/")[0]
            found.setdefault(host, f"Secret `{secret.id.name}` has credentials for it")
    return found


def _repeated(index: Index) -> dict[str, str]:
    """The hosts from which a controller fetches as well, or several files pull different repositories."""
    found: dict[str, str] = {}
    repositories: dict[str, set[str]] = {}
    files: dict[str, set[str]] = {}
    for use in index.images:
        if use.named is None or index.registry(use) is not None:
            continue
        host, path = use.named.host, _path(index, use)
        if use.container.type is ContainerType.ARTIFACT:
            found.setdefault(host, f"{use.pod.resource.kind} `{use.pod.resource.name}` in `{path}` names it as well")
        elif use.named.normalized not in repositories.setdefault(host, set()):
            repositories[host].add(use.named.normalized)
            files.setdefault(host, set()).add(path)
    for host, paths in files.items():
        if len(paths) >= _ENOUGH:
            found.setdefault(host, f"{len(paths)} files pull different repositories from it")
    return found


def _path(index: Index, use: ImageUse) -> str:
    return index.files[use.pod.source].written(use.place).source.path


def _for_it_alone(index: Index, use: ImageUse, host: str) -> str | None:
    """The pull secret that can only be for this registry, if its content is not known."""
    if index.credential(use).match is not Match.UNKNOWN:
        return None
    hosts = index.whole.join(_hosts_of_secrets)
    names = (name.value for name in index.pull_secrets(use.pod).names)
    secret = next((name for name in names if hosts.get(name) == {host}), None)
    return f"pull secret `{secret}` is for it alone" if secret is not None else None


def _hosts_of_secrets(index: Index) -> dict[str, set[str]]:
    """The registries that pods pull from with a pull secret, by its name, without images that need none."""
    found: dict[str, set[str]] = {}
    for pod in index.pods:
        names = index.pull_secrets(pod).names
        images = index.images_of(pod) if names else ()
        hosts = {use.reference.host for use in images if use.reference is not None and not is_public(index, use)}
        for name in names:
            found.setdefault(name.value, set()).update(hosts)
    return found
