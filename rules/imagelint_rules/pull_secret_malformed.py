"""A pull secret that is rejected, cannot be decoded, or contains no credentials.

### What it does

Decodes every docker config Secret as the API server and the kubelet do, and finds Secrets that

- the API server rejects: no key `.dockerconfigjson`, data that is not base64, content that is not a JSON object;
- the kubelet cannot decode: an `auth` that is not base64 of `user:password`, a number or a list instead of a string;
- are valid, but contain no user name for any registry: an empty `auths`, a `credsStore` copied from a desktop, an
  `identitytoken`, which the kubelet does not read.

No output contains the content of the Secret. Secrets that are encrypted (SOPS) or filled in later (`${…}`, `<path:…>`)
are not checked. If all of the content is a placeholder (`REPLACE_ME`, `<docker config>`, `xxxx`, `REDACTED`), it is an
info, as somebody fills it in before the Secret is applied. So it is if the content is an object without any field
(`{}`), which the API server takes, and the input has pods, but none of them and no service account uses the Secret; and
if there is no content, in a file that a Go program embeds (`//go:embed`), as the program may fill it in.

### Why is this bad?

One entry that cannot be decoded disables every pull secret of the pod, so that not even public images are pulled; the
waiting reason of the pod is the error text of the decoder. A Secret without credentials results in an anonymous pull.

### Example

```yaml
apiVersion: v1
kind: Secret
metadata:
  name: regcred
  namespace: prod
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"ghcr.io": {"auth": "not base64"}}}'  # error: pull-secret-malformed
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
```

### References

- Kubernetes v1.36 `pkg/apis/core/validation/validation.go`, `pkg/credentialprovider/config.go`
- [Kubernetes: docker config Secrets](https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity, Subject
from imagelint.linting.prediction import Prediction, Rejection, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint_rules.remedies import create_secret, image_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.definitions import Secret
    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.kubelet.docker_config import DockerConfig
    from imagelint.linting.finding import Finding

# By what becomes of the Secret, a `Verdict`.
_CONSEQUENCES = {
    "invalid": "the API server rejects it",
    "broken": "pods that use it cannot pull any image",
    "no-credentials": "it provides no credentials",
}


def check(index: Index) -> Iterator[Finding]:
    """Docker config Secrets that are not valid; `pull-secret-wrong-type` reports the wrong layout."""
    for secret in index.defined_secrets:
        config, name = secret.config, f"pull secret `{secret.id.name}`"
        if secret.is_placeholder:
            message = f"the content of {name} is a placeholder, which has to be filled in before the Secret is applied"
            yield _finding(index, secret, message, None, Severity.INFO)
        elif config is None or not secret.is_of_docker or config.meant_type is not None:
            continue
        elif config.is_empty and (why := _why_empty(index, secret, config)) is not None:
            yield _finding(index, secret, f"{name} is empty, {why}", None, Severity.INFO)
        elif config.verdict in _CONSEQUENCES:
            yield _finding(index, secret, f"{name}{_effect(config)}", _prediction(config))


def _why_empty(index: Index, secret: Secret, config: DockerConfig) -> str | None:
    """Why somebody fills in a Secret with nothing in it, as the end of a message."""
    program = index.whole.files[secret.source].embedded_in
    if program is not None:
        return f"but `{program}` embeds the file, so that its program may fill it in"
    if config.verdict == "no-credentials" and _is_idle(index, secret):
        return "and no pod or service account uses it: it has to be filled in before one does"
    return None


def _is_idle(index: Index, secret: Secret) -> bool:
    """Whether the input has pods, and no list of pull secrets has this one."""
    return bool(index.whole.pods) and secret not in index.whole.uses_of_secrets.secrets


def _effect(config: DockerConfig) -> str:
    consequence = _CONSEQUENCES[config.verdict]
    if config.is_broken:
        return f" cannot be decoded ({config.reason}): {consequence}"
    return f": {consequence}, because {config.reason}"


def _finding(
    index: Index, secret: Secret, message: str, prediction: Prediction | None, severity: Severity | None = None
) -> Finding:
    users = index.whole.uses_of_secrets.first(secret)
    return RULE.finding(
        secret.config_place,
        message,
        Subject(resource=secret.resource, names=(secret.id.name,)),
        help=_help(index, secret, next(filter(None, (image_of(index, use) for use in users)), None)),
        related=[Related(Place(use.source, use.name.span), f"used by {use.resource.label}") for use in users],
        severity=severity,
        prediction=prediction,
    )


def _prediction(config: DockerConfig) -> Prediction | None:
    from imagelint.kubelet.docker_config import Verdict

    if config.verdict is Verdict.INVALID:
        return Prediction(Rejection.INVALID)
    # The kubelet uses the error of the decoder as the waiting reason.
    return Prediction(config.reason) if config.is_broken else RULE.prediction


def _help(index: Index, secret: Secret, image: ImageUse | None) -> str:
    if secret.resource.kind == "Kustomization":
        from imagelint.kubelet.docker_config import DOCKER_KEYS

        return f"list the docker config under its key: `files: [{DOCKER_KEYS[secret.type or '']}=PATH]`"
    return f"create it again:\n{create_secret(index, image, secret.id.name, secret.id.namespace)}"


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL))
