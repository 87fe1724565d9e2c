"""A private registry, and no pull secret.

### What it does

Finds pods that pull from a registry where every pull needs credentials, while neither the pod nor its service account
names a pull secret. The service account is looked up in all files of the input, in the namespace of the pod.

### Why is this bad?

The kubelet pulls anonymously, the registry answers 401 or 403, and the pod ends in `ErrImagePull` and
`ImagePullBackOff`. Where the nodes themselves bring credentials (ECR on EKS, Artifact Registry on GKE, an ACR that is
attached to AKS) the pull may work all the same: this cannot be seen in manifests, hence a warning.

### Example

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
  namespace: prod
spec:
  selector: {matchLabels: {app: my-app}}
  template:
    metadata:
      labels: {app: my-app}
    spec:
      containers:
        - name: my-app
          image: myregistry.azurecr.io/my-app:1.4  # error: pull-secret-missing
```

### Use instead

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: my-app
  namespace: prod
spec:
  selector: {matchLabels: {app: my-app}}
  template:
    metadata:
      labels: {app: my-app}
    spec:
      imagePullSecrets:
        - name: acr-secret
      containers:
        - name: my-app
          image: myregistry.azurecr.io/my-app:1.4
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: acr-secret
  namespace: prod
```

### References

- [Kubernetes: pull an image from a private registry](https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/)
- Kubernetes v1.36 `plugin/pkg/admission/serviceaccount/admission.go`, `pkg/credentialprovider/keyring.go`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.findings import Confidence, Place, Related, Severity
from imagelint.knowledge.registries import registries
from imagelint.rule import Rule
from imagelint_rules.remedies import (
    create_secret,
    in_namespace,
    list_of_pull_secrets,
    needs_credentials,
    secret_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.findings import Finding
    from imagelint.index import ImageUse, Index, Pod, PullSecrets

_CLOUDS = {
    "aks": "the registry is attached to the AKS cluster",
    "eks": "the EKS nodes have a role that may pull from it",
    "gke": "the GKE nodes have an account that may pull from it",
}


def check(index: Index) -> Iterator[Finding]:
    """The first image of each private registry of a pod that has no pull secret."""
    found: set[tuple[Pod, str]] = set()
    for use in index.images:
        if not needs_credentials(use) or use.reference is None or not _is_judged(use.pod):
            continue
        secrets = index.pull_secrets(use.pod)
        key = (use.pod, use.reference.host)
        if not secrets.names and key not in found:
            found.add(key)
            yield _finding(use, use.reference.host, secrets)


def _is_judged(pod: Pod) -> bool:
    """Custom resources may name their secrets elsewhere; those with a pod template do not."""
    own_list_is_all = pod.spec.core or pod.spec.path.endswith("emplate.spec")
    return own_list_is_all and not pod.spec.pull_secrets and not pod.overlay.changes_pull_secrets


def _finding(use: ImageUse, registry: str, secrets: PullSecrets) -> Finding:
    pod, name = use.pod, secret_name(registry)
    account = f"service account `{pod.account_name}`"
    unseen = "" if secrets.known else " (which no file defines)"
    message = (
        f"`{registry}` needs credentials, but {pod.resource.label} names no pull secret and neither does its "
        f"{account}{unseen} {in_namespace(pod.namespace)}"
    )
    return RULE.at_image(
        use,
        message,
        help=(
            f"{create_secret(name, pod.namespace, registry)}\n"
            f"and add to `{pod.spec.path or 'the object'}`:\n{list_of_pull_secrets(name)}{_unless(registry)}"
        ),
        related=[_where(pod, secrets)],
    )


def _unless(registry: str) -> str:
    known = registries().find(registry)
    cloud = _CLOUDS.get(known.node_credentials or "") if known else None
    return f"\nnot needed where {cloud}" if cloud else ""


def _where(pod: Pod, secrets: PullSecrets) -> Related:
    if secrets.account is not None:
        return Related(secrets.account.place, f"service account `{secrets.account.id.name}` has no pull secret")
    return Related(Place(pod.path, pod.spec.span), "this pod specification has no `imagePullSecrets`")


RULE = Rule(__name__, Severity.WARNING, check, predicts="ErrImagePull", confidence=Confidence.LIKELY)
