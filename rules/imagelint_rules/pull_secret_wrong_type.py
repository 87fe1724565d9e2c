"""A pull secret of a type that the kubelet ignores.

### What it does

Finds pull secrets that exist, but whose type is neither `kubernetes.io/dockerconfigjson` nor `kubernetes.io/dockercfg`,
or whose content has the layout of the other type. The same applies to the type that an ExternalSecret, a SealedSecret
or another producer sets; without one it is `Opaque`.

It is an info for a Secret that Tekton gives to the programs in its steps (`tekton.dev/docker-0: https://gcr.io`), if
the images of the pods are from other hosts: nothing fails, and the entry does nothing. So it is if every image of the
pod is public for certain, as [pull-secret-undefined](pull-secret-undefined.md) describes.

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
from imagelint_rules.unneeded_secrets import harmless, unneeded

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
            yield from (_finding(index, use, named.secrets[0], problems[0] or "") for use in named.uses)


def _problem(secret: Secret) -> str | None:
    if secret.config is not None and secret.config.meant_type is not None:
        return f"is of type `{secret.type}`, but its content has the layout of `{secret.config.meant_type}`"
    if secret.type is None or secret.is_of_docker:
        return None
    return f"is of type `{secret.type}`, which the kubelet silently ignores"


def _finding(index: Index, use: SecretUse, secret: Secret, problem: str) -> Finding:
    related = [Related(secret.config_place, f"{secret.resource.kind} `{secret.id.name}`")]
    is_for_steps = _is_for_steps(index, use, secret)
    why = unneeded(index, use)
    if why is not None and not is_for_steps:
        return harmless(RULE, use, f"{problem}; {why}, so that nothing fails", related)
    message = f"pull secret `{use.name.value}` {problem}"
    return RULE.finding(
        Place(use.source, use.name.span),
        f"{message}; Tekton gives it to steps, for `{secret.hosts_of_steps[0]}`" if is_for_steps else message,
        Subject(resource=use.resource, names=(use.name.value,)),
        help="drop it here: Tekton takes it from `secrets` of the service account" if is_for_steps else _help(secret),
        related=related,
        severity=Severity.INFO if is_for_steps else None,
        prediction=None if is_for_steps else of_pods(use, RULE.prediction),
    )


def _is_for_steps(index: Index, use: SecretUse, secret: Secret) -> bool:
    """Whether Tekton gives the Secret to steps for other hosts than those of the images that its pods run."""
    if not secret.hosts_of_steps:
        return False
    pods = [use.pod] if use.pod is not None else index.pods_of(use.resource)
    hosts = {image.named.host for pod in pods for image in index.images_of(pod) if image.named is not None}
    return bool(hosts) and not any(host in written for written in secret.hosts_of_steps for host in hosts)


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
