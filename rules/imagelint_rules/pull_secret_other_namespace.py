"""A pull secret that only exists in another namespace.

### What it does

Finds references to pull secrets that the input only defines in other namespaces. If no file states the namespace of the
pod or of the Secret, nothing is reported. It is an info if a script of the repository copies or creates the Secret
in the namespace of the pod, or in one that it takes from a variable (`-n "$NAMESPACE"`), and if every image of the pod
is public for certain, as [pull-secret-undefined](pull-secret-undefined.md) describes. Secrets that were read back
from a cluster (`resourceVersion` and `uid`) do not count: they show what was there once, and that rule reports the
reference instead.

### Why is this bad?

The kubelet only reads pull secrets from the namespace of the pod. The pod pulls anonymously and fails with
`ErrImagePull`.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  imagePullSecrets:
    - name: acr-secret  # error: pull-secret-other-namespace
  containers:
    - name: web
      image: myregistry.azurecr.io/web:1.4
---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: acr-secret
  namespace: staging
spec:
  template:
    type: kubernetes.io/dockerconfigjson
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

from typing import TYPE_CHECKING

from imagelint.facts.created import SECRET
from imagelint.linting.finding import Severity, Subject
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint_rules.created_elsewhere import script_in
from imagelint_rules.remedies import create_secret, image_of, listed, of_pods, secret_manifest
from imagelint_rules.unneeded_secrets import ONE_EVENT, harmless, unneeded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.index.definitions import Secret
    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import SecretUse
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """References to names that only exist in other namespaces."""
    for use in index.secret_uses:
        found = index.secrets.find(use.name.value, use.namespace)
        if elsewhere := found.shown_elsewhere(use.resource):
            yield _finding(index, use, elsewhere)


def _finding(index: Index, use: SecretUse, elsewhere: Sequence[Secret]) -> Finding:
    name, place = use.name.value, Place(use.source, use.name.span)
    image, namespaces = image_of(index, use), listed(index.secrets.namespaces(name))
    related = [Related(secret.place, f"defined here, in `{secret.id.namespace}`") for secret in elsewhere[:3]]
    defined = f"is defined in namespace {namespaces}, not in `{use.namespace}`"
    why = unneeded(index, use)
    if why is not None:
        return harmless(RULE, use, f"{defined}; {why}, {ONE_EVENT}", related)
    creator = script_in(index, SECRET, name, use.namespace)
    made = f": no manifest creates it there, {creator.phrase}" if creator else ""
    return RULE.finding(
        place,
        f"pull secret `{name}` {defined}, where {use.resource.label} needs it{made}",
        Subject(resource=use.resource, image=image.written if image else None, names=(name,)),
        help=f"{create_secret(index, image, name, use.namespace)}\n"
        f"or define it in that namespace as well:\n{secret_manifest(name, use.namespace)}",
        related=related,
        severity=Severity.INFO if creator else None,
        prediction=of_pods(use, RULE.prediction),
    )


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL), across_files=True)
