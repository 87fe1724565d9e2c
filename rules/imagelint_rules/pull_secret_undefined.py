"""A pull secret that no input file creates.

### What it does

Looks up every name in `imagePullSecrets` of pods and service accounts among the Secrets of the input and the objects
that create Secrets: ExternalSecret, SealedSecret, SOPS files, VaultStaticSecret, secret generators of kustomizations
and others.

A Secret of a kustomize generator counts under its plain name, except in kinds where kustomize does not rewrite the name
(ReplicationController, and every custom resource).

### Why is this bad?

The kubelet continues without it: it records one event (`FailedToRetrieveImagePullSecret`) and pulls anonymously, which
a private registry denies. The Secret may already exist in the cluster, hence a warning.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  imagePullSecrets:
    - name: acr-secret  # error: pull-secret-undefined
  containers:
    - name: web
      image: myregistry.azurecr.io/web:1.4
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
    - name: acr-secret
  containers:
    - name: web
      image: myregistry.azurecr.io/web:1.4
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: acr-secret
  namespace: prod
spec:
  template:
    type: kubernetes.io/dockerconfigjson
```

### References

- Kubernetes v1.36 `pkg/kubelet/kubelet_pods.go`, `getPullSecretsForPod`
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.kubelet.placeholders import find_placeholder
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint_rules.remedies import (
    create_secret,
    image_of,
    in_namespace,
    matching_secret,
    most_similar,
    secret_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.definitions import Secret
    from imagelint.index.index import ImageUse, Index
    from imagelint.index.pull_secrets import SecretUse
    from imagelint.linting.finding import Finding

# OpenShift creates one for every service account and adds it to the account's list.
_MADE_BY_OPENSHIFT = re.compile(r".+-dockercfg-[a-z0-9]{5}")

# Where kustomize rewrites the names of generated Secrets (api/internal/konfig/builtinpluginconsts/namereference.go).
_REWRITTEN = frozenset(
    {
        *("Pod", "PodTemplate", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob"),
        "ServiceAccount",
    }
)


def check(index: Index) -> Iterator[Finding]:
    """References to names that no object of the input has, in any namespace."""
    for use in index.secret_uses:
        name = use.name.value
        if not _is_from_elsewhere(name) and not any(index.secrets.find(name, use.namespace)):
            yield _finding(index, use)
    for named in index.uses_of_secrets.named:
        if all(secret.is_hashed for secret in named.secrets):
            for use in named.uses:
                if use.resource.kind not in _REWRITTEN and not _is_from_elsewhere(use.name.value):
                    yield _bare(use, named.secrets[0])


def _is_from_elsewhere(name: str) -> bool:
    return find_placeholder(name) is not None or _MADE_BY_OPENSHIFT.fullmatch(name) is not None


def _bare(use: SecretUse, generator: Secret) -> Finding:
    """A name that kustomize changes in the generated Secret, but not in the object that uses it."""
    return RULE.finding(
        Place(use.source, use.name.span),
        f"pull secret `{use.name.value}` gets a hash suffix, which kustomize does not add to the name in a "
        f"{use.resource.kind}",
        Subject(resource=use.resource, names=(use.name.value,)),
        help="set `disableNameSuffixHash: true` for the generator, or add the field under `configurations`",
        related=[Related(generator.place, "generated here")],
    )


def _finding(index: Index, use: SecretUse) -> Finding:
    name, image = use.name.value, image_of(index, use)
    related = [Related(Place(image.pod.source, image.span), "the image that it is for")] if image else []
    meant = _meant(index, use, image)
    related += [Related(meant.place, f"did you mean `{meant.id.name}`?")] if meant else []
    return RULE.finding(
        Place(use.source, use.name.span),
        f"pull secret `{name}` of {use.resource.label} is not defined {in_namespace(use.namespace)}: "
        "no input file creates it",
        Subject(resource=use.resource, image=image.written if image else None, names=(name,)),
        help=f"{create_secret(index, image, name, use.namespace)}\n"
        f"or add it to the files (encrypted):\n{secret_manifest(name, use.namespace)}",
        related=related,
    )


def _meant(index: Index, use: SecretUse, image: ImageUse | None) -> Secret | None:
    """A Secret of the namespace with credentials for the image, else one with a similar name."""
    serving = matching_secret(index, image) if image is not None else None
    if serving is not None:
        return serving
    return most_similar(use.name.value, index.secrets.within(use.namespace))


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.POSSIBLE,
)
