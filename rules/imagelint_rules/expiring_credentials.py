"""A pull secret with a short-lived token.

### What it does

Finds credentials whose user name shows that the password is a token: `AWS` for ECR (12 hours), `oauth2accesstoken` for
Google's registries (1 hour), and the all-zero user of `az acr login` (3 hours).

### Why is this bad?

The deployment works at first. Hours later a node is replaced or a pod is rescheduled, the token has expired, and the
pull fails with 401 or 403 although nothing in the files has changed.

### Example

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: ecr
type: kubernetes.io/dockerconfigjson
stringData:
  # user AWS
  .dockerconfigjson: |  # error: expiring-credentials
    {"auths": {"123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"username": "AWS", "password": "eyJwYXlsb2Fk"}}}
```

### Use instead

```yaml
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: ecr
spec:
  refreshInterval: 6h
  target:
    template:
      type: kubernetes.io/dockerconfigjson
  dataFrom:
    - sourceRef:
        generatorRef: {kind: ECRAuthorizationToken, name: ecr}
```

### References

- [Amazon ECR: registry authentication](https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html)
- [External Secrets: ECR generator](https://external-secrets.io/latest/api/generator/ecr/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity, Subject
from imagelint.linting.prediction import Prediction, WaitingReason, When
from imagelint.linting.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Secrets with at least one token that expires."""
    for secret in index.defined_secrets:
        entries = secret.config.entries if secret.config else ()
        entry = next((entry for entry in entries if entry.token_hours is not None), None)
        if entry is not None:
            hours = f"{entry.token_hours} hours" if entry.token_hours != 1 else "1 hour"
            yield RULE.finding(
                secret.config_place,
                f"pull secret `{secret.id.name}` contains a token for `{entry.key}` that expires after {hours}",
                Subject(resource=secret.resource, names=(secret.id.name, entry.key)),
                help="renew it automatically: use the nodes' credential provider or an ExternalSecret generator",
            )


RULE = Rule(__name__, Severity.WARNING, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL, When.LATER))
