"""Pull secrets whose keys do not match the image.

### What it does

Matches the image with the keys of the pod's pull secrets as the kubelet does: ports must be equal, host names have the
same number of labels, globs work within one label, a path is a plain prefix, and Docker Hub is `docker.io` or
`https://index.docker.io/v1/`. It speaks where the content of all pull secrets is known, none of them matches, and the
image surely needs one: its registry is private, or a key was meant for it and misses by a little. It also speaks where
a pod with one image lists secrets that serve no image of the input at all; where the registry has public repositories
as well, that is a warning.

### Why is this bad?

A key that does not match is as good as no secret: the pull is anonymous, and the registry denies it.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  imagePullSecrets:
    - name: hub
  containers:
    - name: web
      image: acme/web:1.4  # error: pull-secret-registry-mismatch
---
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: prod
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"https://index.docker.io/v1": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  imagePullSecrets:
    - name: hub
  containers:
    - name: web
      image: acme/web:1.4
---
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: prod
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"https://index.docker.io/v1/": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
```

### References

- Kubernetes v1.36 `pkg/credentialprovider/keyring.go`, `URLsMatch` and `Lookup`
- [Kubernetes: interpretation of config.json](https://kubernetes.io/docs/concepts/containers/images/#config-json)
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from imagelint.index.credentials import Match
from imagelint.kubelet.docker_config import Verdict
from imagelint.kubelet.keyring import near_miss, stored_key
from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Related
from imagelint.world.knowledge.registries import Access
from imagelint_rules.origins import wrong_host
from imagelint_rules.remedies import create_secret, list_of_pull_secrets, listed, matching_secret, needs_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.definitions import Secret
    from imagelint.index.index import ImageUse, Index
    from imagelint.kubelet.docker_config import AuthEntry
    from imagelint.kubelet.reference import ImageReference
    from imagelint.linting.finding import Finding
    from imagelint.text.places import Place


# Nobody meant the keys behind these: to compare each with each image takes long.
_MOST_COMPARED = 100


class _Miss(NamedTuple):
    """A key that was meant for an image."""

    secret: Secret
    key: str
    reason: str
    right: str


def check(index: Index) -> Iterator[Finding]:
    """Images that no readable secret of their pod matches."""
    for use in index.images:
        if use.pulled is None or index.credential(use).match is not Match.NONE:
            continue
        secrets = _valid_secrets(index, use)
        miss = _near_miss(index, secrets, use.pulled)
        if not secrets:
            continue
        is_public = _is_public(index, use)
        if miss or needs_credentials(index, use):
            yield _finding(index, use, secrets, miss, Severity.WARNING if is_public else None)
        elif not is_public and not _serves(index, secrets) and _is_meant(index, use):
            # It may be public all the same.
            yield _finding(index, use, secrets, miss, Severity.WARNING if index.registry(use) else None)


def _serves(index: Index, secrets: list[Secret]) -> bool:
    """Whether some image is pulled with one of these secrets."""
    return not index.join(_serving).isdisjoint(secret.place for secret in secrets)


def _serving(index: Index) -> frozenset[Place]:
    """The Secrets that some image is pulled with."""
    return frozenset(secret.place for use in index.images for secret in index.credential(use).secrets)


def _valid_secrets(index: Index, use: ImageUse) -> list[Secret]:
    """The pull secrets of the pod with credentials; where one is broken, that is what has to be told."""
    names = index.pull_secrets(use.pod).names
    found = [secret for name in names for secret in index.secrets.find(name.value, use.pod.namespace).usable]
    verdicts = {secret.config.verdict for secret in found if secret.config}
    if verdicts & {Verdict.BROKEN, Verdict.INVALID}:
        return []
    return [secret for secret in found if secret.config and secret.config.verdict is Verdict.VALID]


def _near_miss(index: Index, secrets: list[Secret], image: ImageReference) -> _Miss | None:
    for secret, entry in islice(_entries(secrets), _MOST_COMPARED):
        miss = near_miss(entry.key, image.normalized) or _other_host(index, entry.key, image.host)
        if miss is not None and entry.has_username:
            return _Miss(secret, entry.key, *miss)
    return None


def _entries(secrets: list[Secret]) -> Iterator[tuple[Secret, AuthEntry]]:
    for secret in secrets:
        yield from ((secret, entry) for entry in (secret.config.entries if secret.config else ()))


def _other_host(index: Index, key: str, host: str) -> tuple[str, str] | None:
    """What is known of a key's host, where that tells that the host of the image was meant."""
    known, own = index.world.knowledge, (stored_key(key) or "").partition("/")[0]
    registry = known.registries.find(own)
    if registry is not None:
        is_old = registry.is_shut_down and registry.replacement == host
        return (f"`{own}` was shut down, and `{host}` follows it", host) if is_old else None
    found = known.misspellings.find(own, known.registries.spellings())
    if found is None or found.likely != host:
        return None
    return f"`{own}` is {'a misspelling of' if found.kind == 'typo' else 'not'} `{host}`", host


def _is_public(index: Index, use: ImageUse) -> bool:
    """Whether the image is there for all, so that an anonymous pull works within its limits."""
    registry = index.registry(use)
    is_official = use.reference is not None and use.reference.is_official
    return is_official or (registry is not None and registry.access is Access.PUBLIC)


def _is_meant(index: Index, use: ImageUse) -> bool:
    """Whether the pod's own list can only be for this image: the secrets of an account are for many."""
    return bool(use.pod.spec.pull_secrets) and len(index.images_of(use.pod)) == 1


def _finding(
    index: Index, use: ImageUse, secrets: list[Secret], miss: _Miss | None, severity: Severity | None = None
) -> Finding:
    better, wrong = matching_secret(index, use), wrong_host(index, use)
    if miss is not None:
        message = (
            f"key `{miss.key}` of pull secret `{miss.secret.id.name}` does not match `{use.effective}`: {miss.reason}"
        )
        remedy, shown = f"use the key `{miss.right}`", [miss.secret]
    else:
        names = listed(dict.fromkeys(secret.id.name for secret in secrets))
        keys = listed(entry.key for _, entry in _entries(secrets))
        message = f"no key of pull secret {names} matches `{use.effective}`: it has {keys}"
        remedy, shown = _new_entry(index, use), secrets[:3]
    related = [Related(secret.config_place, f"pull secret `{secret.id.name}`") for secret in shown]
    if wrong is not None:
        remedy = wrong.help
    elif better is not None:
        remedy = f"name the pull secret that has credentials for it:\n{list_of_pull_secrets(better.id.name)}"
        related.append(Related(better.place, f"pull secret `{better.id.name}` has credentials for it"))
    return RULE.at_image(use, message, help=remedy, related=related, severity=severity)


def _new_entry(index: Index, use: ImageUse) -> str:
    remedy = f"add an entry for its registry:\n{create_secret(index, use, 'NAME', use.pod.namespace)}"
    is_short = use.reference is not None and use.reference.is_short
    return f"if it is not on Docker Hub, write its registry in front of it; else {remedy}" if is_short else remedy


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL), across_files=True)
