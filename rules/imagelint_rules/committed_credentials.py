"""A pull secret with a password in plain files.

### What it does

Finds docker config Secrets whose password looks like a real one: it is no word of an example, no placeholder, and the
Secret is not encrypted. Nothing of it is shown.

### Why is this bad?

Base64 is no encryption: whoever can read the repository can pull, and often push, as this user.

### Example

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: regcred
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"ghcr.io": {"username": "ci", "password": "hG7-kq2"}}}'  # error: committed-credentials
```

### Use instead

```yaml
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: regcred
spec:
  encryptedData:
    .dockerconfigjson: AgBy3i4OJSWK
  template:
    type: kubernetes.io/dockerconfigjson
```

### References

- [Kubernetes: good practices for Secrets](https://kubernetes.io/docs/concepts/security/secrets-good-practices/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Secrets with a password that is no example."""
    for secret in index.secrets.all:
        entries = secret.config.entries if secret.config else ()
        keys = ", ".join(f"`{entry.key}`" for entry in entries if entry.looks_real and entry.has_username)
        if keys:
            yield RULE.finding(
                secret.config_place,
                f"Secret `{secret.id.name}` holds a password for {keys} that anyone who reads this file can use",
                Subject(resource=secret.resource, names=(secret.id.name,)),
                help="revoke it, and keep its successor in a vault (ExternalSecret) or encrypted (SealedSecret, SOPS)",
            )


RULE = Rule(__name__, Severity.WARNING, check, confidence=Confidence.LIKELY, on=False)
