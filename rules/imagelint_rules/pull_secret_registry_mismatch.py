"""Pull secrets whose keys do not match the image.

### What it does

Matches the image with the keys of the pod's pull secrets as the kubelet does: ports must be equal, host names have the
same number of labels, globs work within one label, a path is a plain prefix, and Docker Hub is `docker.io` or
`https://index.docker.io/v1/`. It reports images if the content of all pull secrets is known, none of them matches, and
the image certainly needs one: its registry is private, or a key almost matches. It also reports pods with a single
image whose secrets match no image of the input; if the registry also has public repositories, the finding is a warning.
If a key is a placeholder (`<your-registry>`), which is filled in before the Secret is applied, it is an info.

### Why is this bad?

A key that does not match has no effect: the pull is anonymous, and the registry denies it.

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

from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.index.pull_secrets import Match
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Related
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Part
from imagelint.world.knowledge.registries import Access
from imagelint_rules.judging import wrong_host
from imagelint_rules.remedies import create_secret, list_of_pull_secrets, listed, matching_secret, needs_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.definitions import Secret
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import Credentials
    from imagelint.kubelet.docker_config import AuthEntry
    from imagelint.kubelet.reference import ImageReference
    from imagelint.linting.finding import Finding
    from imagelint.text.places import Place
    from imagelint.world.knowledge.base import Knowledge


# Further keys are not compared, to bound the time: a real pull secret has only a few.
_MOST_COMPARED = 100


class _Miss(NamedTuple):
    """A key that was intended for an image."""

    secret: Secret
    key: str
    reason: str
    right: str


class _Readable(NamedTuple):
    """The pull secrets of a list with credentials, and the entries in them; none if one secret is broken."""

    secrets: list[Secret]
    entries: list[tuple[Secret, AuthEntry]]
    # The names of the secrets and the keys in them, as a message lists them.
    names: str
    keys: str


def check(index: Index) -> Iterator[Finding]:
    """Images that no readable secret of their pod matches."""
    for use in index.images:
        if use.pulled is None or index.credential(use).match is not Match.NONE:
            continue
        if not index.credentials(use.pod).secrets:  # as most
            continue
        readable = _readable_of(index, use)
        if not readable.secrets:
            continue
        miss, is_public = _near_miss(index, readable, use.pulled), _is_public(index, use)
        if miss or needs_credentials(index, use):
            yield _finding(index, use, readable, miss, Severity.WARNING if is_public else None)
        elif not is_public and _is_meant(index, use) and not _serve(index, readable):
            # It may still be public.
            yield _finding(index, use, readable, miss, Severity.WARNING if index.registry(use) else None)


def _readable_of(index: Index, use: ImageUse) -> _Readable:
    """The content of the pull secrets of a pod; none if one is broken, which another rule reports."""
    known, credentials = index.join(_readable), index.credentials(use.pod)
    if credentials not in known:
        from imagelint.kubelet.docker_config import Verdict

        secrets = [secret for secret in credentials.secrets if secret.config]
        verdicts = {secret.config.verdict for secret in secrets if secret.config}
        is_broken = bool(verdicts & {Verdict.BROKEN, Verdict.INVALID})
        valid = [] if is_broken else [s for s in secrets if s.config and s.config.verdict is Verdict.VALID]
        entries = [(secret, entry) for secret in valid for entry in (secret.config.entries if secret.config else ())]
        names = listed([*dict.fromkeys(secret.id.name for secret in valid)])
        keys = listed([entry.key for _, entry in entries])
        known[credentials] = _Readable(valid, entries, names, keys)
    return known[credentials]


def _readable(index: Index) -> dict[Credentials, _Readable]:
    """What each list of pull secrets holds, as far as somebody asked."""
    del index
    return {}


def _serve(index: Index, readable: _Readable) -> bool:
    """Whether some image of the input is pulled with one of the secrets."""
    return not index.whole.join(_serving).isdisjoint(secret.place for secret in readable.secrets)


def _serving(index: Index) -> frozenset[Place]:
    """The Secrets that match some image."""
    # Images that are pulled with the same secrets share one tuple of them.
    found = {id(secrets): secrets for use in index.images for secrets in [index.credential(use).secrets]}
    return frozenset(secret.place for secrets in found.values() for secret in secrets)


def _near_miss(index: Index, readable: _Readable, image: ImageReference) -> _Miss | None:
    from imagelint.kubelet.near_miss import near_miss

    for secret, entry in readable.entries[:_MOST_COMPARED]:
        miss = near_miss(entry.key, image.normalized) or _other_host(index, entry.key, image.host)
        if miss is not None and entry.has_username:
            return _Miss(secret, entry.key, *miss)
    return None


def _other_host(index: Index, key: str, host: str) -> tuple[str, str] | None:
    """Why the host of a key was certainly meant to be the host of the image, if the knowledge base shows it."""
    from imagelint.kubelet.keyring import stored_key

    meant = _meant_host(index.world.knowledge, (stored_key(key) or "").partition("/")[0])
    return (meant[0], host) if meant is not None and meant[1] == host else None


@lru_cache(maxsize=4096)
def _meant_host(knowledge: Knowledge, own: str) -> tuple[str, str] | None:
    """What is wrong with the host of a key, and the host to write for it."""
    registry = knowledge.registries.find(own)
    if registry is not None:
        host = registry.replacement if registry.is_shut_down else None
        return (f"`{own}` was shut down and replaced by `{host}`", host) if host else None
    found = knowledge.misspellings.find(own, knowledge.registries.spellings())
    if found is None:
        return None
    return f"`{own}` is {'a misspelling of' if found.kind == 'typo' else 'not'} `{found.likely}`", found.likely


def _is_public(index: Index, use: ImageUse) -> bool:
    """Whether the image is public, so that an anonymous pull works (within rate limits)."""
    registry = index.registry(use)
    is_official = use.reference is not None and use.reference.is_official
    return is_official or (registry is not None and registry.access is Access.PUBLIC)


def _is_meant(index: Index, use: ImageUse) -> bool:
    """Whether the pod's own list can only be for this image; the secrets of an account are for many."""
    return bool(use.pod.spec.pull_secrets) and len(index.images_of(use.pod)) == 1


def _finding(
    index: Index, use: ImageUse, readable: _Readable, miss: _Miss | None, severity: Severity | None = None
) -> Finding:
    better, wrong = matching_secret(index, use), wrong_host(index, use)
    if miss is not None:
        message = (
            f"key `{miss.key}` of pull secret `{miss.secret.id.name}` does not match `{use.effective}`: {miss.reason}"
        )
        remedy, shown = f"use the key `{miss.right}`", [miss.secret]
    else:
        message = f"no key of pull secret {readable.names} matches `{use.effective}`: the keys are {readable.keys}"
        remedy, shown = _new_entry(index, use), readable.secrets[:3]
    related = [Related(secret.config_place, f"pull secret `{secret.id.name}`") for secret in shown]
    if wrong is not None:
        remedy = wrong.help
    elif better is not None:
        remedy = f"use the pull secret that has credentials for it:\n{list_of_pull_secrets(better.id.name)}"
        related.append(Related(better.place, f"pull secret `{better.id.name}` has credentials for it"))
    placeholder = next(filter(find_placeholder, [miss.key] if miss else (one.key for _, one in readable.entries)), None)
    if placeholder is not None:
        message += f"; `{placeholder}` has to be filled in before the Secret is applied"
        severity = Severity.INFO
    return RULE.at_image(use, message, help=remedy, related=related, severity=severity)


def _new_entry(index: Index, use: ImageUse) -> str:
    remedy = f"add an entry for its registry:\n{create_secret(index, use, 'NAME', use.pod.namespace)}"
    is_short = use.reference is not None and use.reference.is_short
    return f"if it is not on Docker Hub, add its registry; otherwise {remedy}" if is_short else remedy


RULE = Rule(
    __name__,
    Severity.ERROR,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    across_files=True,
    part=Part.NAME,
)
