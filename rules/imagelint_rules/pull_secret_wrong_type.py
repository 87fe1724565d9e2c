"""A pull secret of a type that the kubelet ignores.

### What it does

Finds pull secrets that exist, but whose type is neither `kubernetes.io/dockerconfigjson` nor `kubernetes.io/dockercfg`,
or whose content has the layout of the other type. The same applies to the type that an ExternalSecret, a SealedSecret
or another producer sets; without one it is `Opaque`.

### Why is this bad?

The kubelet silently ignores a Secret of another type: no event, no error, just an anonymous pull that the registry
denies. `kubectl create secret generic --from-file=.dockerconfigjson` creates such a Secret, and the API server accepts
it.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: prod
spec:
  imagePullSecrets:
    - name: regcred  # error: pull-secret-wrong-type
  containers:
    - name: web
      image: myregistry.azurecr.io/web:1.4
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: regcred
  namespace: prod
spec:
  data:
    - secretKey: .dockerconfigjson
      remoteRef: {key: registry}
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
    - name: regcred
  containers:
    - name: web
      image: myregistry.azurecr.io/web:1.4
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: regcred
  namespace: prod
spec:
  target:
    template:
      type: kubernetes.io/dockerconfigjson
  data:
    - secretKey: .dockerconfigjson
      remoteRef: {key: registry}
```

### References

- Kubernetes v1.36 `pkg/credentialprovider/secrets/secrets.go`
- [Kubernetes: docker config Secrets](https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.kinds import group_kind, secret_producers
from imagelint.linting.finding import Severity, Subject
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint_rules.remedies import of_pods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.definitions import Secret
    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import SecretUse
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """References to secrets that all have a type without credentials."""
    for named in index.uses_of_secrets.named:
        problems = [_problem(secret) for secret in named.secrets]
        if all(problems):
            yield from (_finding(use, named.secrets[0], problems[0] or "") for use in named.uses)


def _problem(secret: Secret) -> str | None:
    if secret.config is not None and secret.config.meant_type is not None:
        return f"is of type `{secret.type}`, but its content has the layout of `{secret.config.meant_type}`"
    if secret.type is None or secret.is_of_docker:
        return None
    return f"is of type `{secret.type}`, which the kubelet silently ignores"


def _finding(use: SecretUse, secret: Secret, problem: str) -> Finding:
    return RULE.finding(
        Place(use.source, use.name.span),
        f"pull secret `{use.name.value}` {problem}",
        Subject(resource=use.resource, names=(use.name.value,)),
        help=_help(secret),
        related=[Related(secret.config_place, f"{secret.resource.kind} `{secret.id.name}`")],
        prediction=of_pods(use, RULE.prediction),
    )


def _help(secret: Secret) -> str:
    from imagelint.kubelet.docker_config import DOCKER_KEYS

    meant = secret.config.meant_type if secret.config else None
    type_ = meant or "kubernetes.io/dockerconfigjson"
    return (
        f"set `{_type_field(secret)}: {type_}`, with the docker config under the key `{DOCKER_KEYS[type_]}`; "
        "the type is immutable, so delete the Secret in the cluster first"
    )


def _type_field(secret: Secret) -> str:
    """The key path of the type in the object that makes the Secret."""
    resource = secret.resource
    producers = secret_producers().get(group_kind(resource.api_version, resource.kind), [])
    fields = (".".join(filter(None, (one.items, one.types[0]))) for one in producers if one.types)
    return next(fields, "type")


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL), across_files=True)
