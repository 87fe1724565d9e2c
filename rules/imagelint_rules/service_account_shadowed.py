"""Pull secrets of a pod that replace better ones of its service account.

### What it does

Finds pods whose own pull secrets do not match an image although a secret of their service account does, and pods that
use a secret which their account does not list although it has the annotation `kubernetes.io/enforce-mountable-secrets`.

### Why is this bad?

The lists are never merged: if the pod has at least one entry, the secrets of the account are not used, and the image is
pulled without the matching credential. With the annotation, the API server rejects the pod.

### Example

```yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: prod}
imagePullSecrets: [{name: ghcr}]
---
apiVersion: v1
kind: Secret
metadata: {name: ghcr, namespace: prod}
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"ghcr.io": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
---
apiVersion: v1
kind: Secret
metadata: {name: quay, namespace: prod}
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"quay.io": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: prod}
spec:
  imagePullSecrets: [{name: quay}]
  containers:
    - name: web
      image: ghcr.io/acme/web:1.4  # error: service-account-shadowed
    - name: proxy
      image: quay.io/acme/proxy:1.4
```

### Use instead

```yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: prod}
imagePullSecrets: [{name: ghcr}, {name: quay}]
---
apiVersion: v1
kind: Secret
metadata: {name: ghcr, namespace: prod}
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"ghcr.io": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
---
apiVersion: v1
kind: Secret
metadata: {name: quay, namespace: prod}
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"quay.io": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: prod}
spec:
  containers:
    - name: web
      image: ghcr.io/acme/web:1.4
    - name: proxy
      image: quay.io/acme/proxy:1.4
```

### References

- Kubernetes v1.36 `plugin/pkg/admission/serviceaccount/admission.go`, `Admit` and `limitSecretReferences`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.index.pull_secrets import Match
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.prediction import Prediction, Rejection, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint_rules.remedies import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.definitions import Account
    from imagelint.index.image_use import ImageUse, Pod
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images that only the account's secrets match, and secrets that the account forbids."""
    for pod in index.pods:
        account = index.account(pod)
        if account is not None and pod.spec.pull_secrets:
            yield from _forbidden(index, pod, account)
            yield from (
                _shadowed(index, use, account) for use in index.images_of(pod) if _is_shadowed(index, use, account)
            )


def _is_shadowed(index: Index, use: ImageUse, account: Account) -> bool:
    if use.reference is None or index.credential(use).match is not Match.NONE:
        return False
    credentials = index.credential_sets.of(index.account_secrets(account), use.pod.namespace)
    return credentials.match(use.reference.normalized).match is Match.MATCHED


def _shadowed(index: Index, use: ImageUse, account: Account) -> Finding:
    message = (
        f"`{use.effective}` is pulled without the matching secret of service account `{account.id.name}`: "
        "the pull secrets of the pod replace those of the account"
    )
    names = listed(index.account_secrets(account).names)
    related = [Related(account.place, f"service account `{account.id.name}` lists {names}")]
    return RULE.at_image(
        use, message, help="add the account's secrets to the pod, or remove the pod's own list", related=related
    )


def _forbidden(index: Index, pod: Pod, account: Account) -> Iterator[Finding]:
    for name in index.forbidden_secrets(pod):
        yield RULE.finding(
            Place(pod.source, name.span),
            f"pull secret `{name.value}` is not listed by service account `{account.id.name}`, which allows no others",
            Subject(resource=pod.resource, names=(name.value, account.id.name)),
            help=f"add `{name.value}` to the `imagePullSecrets` of the account",
            related=[Related(account.place, "annotated with `kubernetes.io/enforce-mountable-secrets`")],
            severity=Severity.ERROR,
            confidence=Confidence.CERTAIN,
            prediction=Prediction(Rejection.FAILED_CREATE),
        )


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.LIKELY,
    across_files=True,
)
