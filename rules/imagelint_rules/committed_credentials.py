"""A pull secret with an unencrypted password.

### What it does

Finds docker config Secrets whose password looks real: it is not an example or a placeholder, and the Secret is not
encrypted. The password is never shown.

### Why is this bad?

Base64 is not encryption: everyone who can read the repository can pull, and often push, as this user.

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
    """Secrets with a password that is not an example."""
    for secret in index.defined_secrets:
        entries = secret.config.entries if secret.config else ()
        keys = ", ".join(f"`{entry.key}`" for entry in entries if entry.looks_real and entry.has_username)
        if keys:
            yield RULE.finding(
                secret.config_place,
                f"Secret `{secret.id.name}` contains a password for {keys} that every reader of this file can use",
                Subject(resource=secret.resource, names=(secret.id.name,)),
                help="revoke it, and keep the new one in a vault (ExternalSecret) or encrypted (SealedSecret, SOPS)",
            )


RULE = Rule(__name__, Severity.WARNING, check, confidence=Confidence.LIKELY, on=False, is_about_file=True)
