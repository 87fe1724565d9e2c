"""Pull secrets whose keys do not match the image.

### What it does

Matches the image with the keys of the pod's pull secrets as the kubelet does: ports must be equal, host names have the
same number of labels, globs work within one label, a path is a plain prefix, and Docker Hub is `docker.io` or
`https://index.docker.io/v1/`. It speaks where the content of all pull secrets is known, none of them matches, and the
image surely needs one: its registry is private, a key was meant for it and misses by a little, or the secrets serve no
image of the pod at all.

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

from imagelint.credentials import Match
from imagelint.docker_config import Verdict
from imagelint.findings import Related, Severity
from imagelint.keyring import near_miss
from imagelint.knowledge.registries import Access
from imagelint.rule import Rule
from imagelint_rules.remedies import create_secret, listed, needs_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.definitions import Secret
    from imagelint.docker_config import AuthEntry
    from imagelint.findings import Finding
    from imagelint.index import ImageUse, Index


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
        if use.reference is None or index.credential(use).match is not Match.NONE:
            continue
        secrets = _valid_secrets(index, use)
        miss = _near_miss(secrets, use.reference.normalized)
        if secrets and (miss or needs_credentials(index, use) or _serves_nothing(index, use)):
            yield _finding(use, use.reference.host, secrets, miss)


def _valid_secrets(index: Index, use: ImageUse) -> list[Secret]:
    """The pull secrets of the pod with credentials; where one is broken, that is what has to be told."""
    names = index.pull_secrets(use.pod).names
    found = [secret for name in names for secret in index.secrets.find(name.value, use.pod.namespace).usable]
    verdicts = {secret.config.verdict for secret in found if secret.config}
    if verdicts & {Verdict.BROKEN, Verdict.INVALID}:
        return []
    return [secret for secret in found if secret.config and secret.config.verdict is Verdict.VALID]


def _near_miss(secrets: list[Secret], name: str) -> _Miss | None:
    for secret, entry in islice(_entries(secrets), _MOST_COMPARED):
        miss = near_miss(entry.key, name)
        if miss is not None and entry.has_username:
            return _Miss(secret, entry.key, *miss)
    return None


def _entries(secrets: list[Secret]) -> Iterator[tuple[Secret, AuthEntry]]:
    for secret in secrets:
        yield from ((secret, entry) for entry in (secret.config.entries if secret.config else ()))


def _serves_nothing(index: Index, use: ImageUse) -> bool:
    """Whether no image of the pod matches, and this one is the likeliest to be meant."""
    registry = index.registry(use)
    if registry is not None and registry.access is Access.PUBLIC:
        return False
    others = index.images_of(use.pod)
    return len(others) == 1 and index.credential(others[0]).match is Match.NONE


def _finding(use: ImageUse, host: str, secrets: list[Secret], miss: _Miss | None) -> Finding:
    keys = listed(entry.key for _, entry in _entries(secrets))
    names = listed(dict.fromkeys(secret.id.name for secret in secrets))
    if miss is not None:
        message = (
            f"key `{miss.key}` of pull secret `{miss.secret.id.name}` does not match `{use.effective}`: {miss.reason}"
        )
        remedy, shown = f"use the key `{miss.right}`", [miss.secret]
    else:
        message = f"no key of pull secret {names} matches `{use.effective}`: it has {keys}"
        remedy, shown = f"add an entry for `{host}`:\n{create_secret('NAME', use.pod.namespace, host)}", secrets[:3]
    related = [Related(secret.config_place, f"pull secret `{secret.id.name}`") for secret in shown]
    return RULE.at_image(use, message, help=remedy, related=related)


RULE = Rule(__name__, Severity.ERROR, check, predicts="ErrImagePull", across_files=True)
