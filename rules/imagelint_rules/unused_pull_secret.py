"""A pull secret that nothing uses.

### What it does

Finds Secrets with a docker config type that no pod and no service account of the input uses.

### Why is this bad?

Either the Secret is left over, or the pod that it is for lacks the reference.

### Example

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: regcred  # error: unused-pull-secret
  namespace: prod
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"ghcr.io": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
```

### Use instead

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: regcred
  namespace: prod
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"ghcr.io": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: default
  namespace: prod
imagePullSecrets:
  - name: regcred
```

### References

- [Kubernetes: add image pull secrets to a service account](https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#add-imagepullsecrets-to-a-service-account)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.rule import Rule
from imagelint_rules.remedies import list_of_pull_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.places import SourceId, Span


def check(index: Index) -> Iterator[Finding]:
    """Docker config Secrets that no lookup reaches."""
    used = index.whole.join(_used)
    for secret in index.defined_secrets:
        if secret.is_of_docker and (secret.source, secret.span) not in used:
            yield RULE.finding(
                secret.place,
                f"pull secret `{secret.id.name}` is not used by any pod or service account",
                Subject(resource=secret.resource, names=(secret.id.name,)),
                help=f"remove it, or add it to a pod or service account:\n{list_of_pull_secrets(secret.id.name)}",
            )


def _used(index: Index) -> frozenset[tuple[SourceId, Span]]:
    """Where the Secrets are defined that some pod or service account uses."""
    return frozenset((secret.source, secret.span) for secret in index.uses_of_secrets.secrets)


RULE = Rule(__name__, Severity.WARNING, check, confidence=Confidence.POSSIBLE, on=False)
