"""The pull policy `Never`.

### What it does

Finds containers whose image is never pulled.

### Why is this bad?

The image must already be on the node. If it is not (a new node, another image store, after garbage collection), the
container waits with `ErrImageNeverPull`. Since Kubernetes 1.35 this also happens if the image is on the node, but was
pulled with a secret that this pod does not have.

### How often is it right?

Of 18 findings in public repositories 17 were for images with a local name (`web:dev`), which people load into a local
cluster (`kind load`, `minikube image load`). For them it is an info, and for images that a script or a build tool of
the repository builds. It is a warning for images that a registry has.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:v1.9.1
      imagePullPolicy: Never  # error: never-pull-policy
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:v1.9.1
      imagePullPolicy: IfNotPresent
```

### References

- [Kubernetes: image pull policy](https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy)
- KEP-2535, ensure secret pulled images
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.pull_policy import NEVER
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Every container with the policy `Never`."""
    for use in index.images:
        policy = use.container.pull_policy
        if policy is not None and policy.value == NEVER:
            yield RULE.finding(
                Place(use.pod.source, policy.span),
                f"`{use.effective}` is never pulled, so it must already be on every node that runs the pod",
                Subject(resource=use.pod.resource, container=use.container.name, image=use.written),
                help=_help(use),
                severity=Severity.INFO if _is_local(use) or _is_built(use) else None,
            )


def _help(use: ImageUse) -> str:
    remedy = "write `IfNotPresent`, which pulls if the image is missing"
    if use.builder is None or not _is_built(use):
        return remedy
    return f"{use.builder.name} builds it: load it onto every node, or {remedy}"


def _is_built(use: ImageUse) -> bool:
    """Whether something that is known builds the image here, which may load it onto the nodes as well."""
    return use.builder is not None and not use.builder.is_published


def _is_local(use: ImageUse) -> bool:
    """Whether an image is named as a build tool names it: without a registry or an organisation."""
    host, slash, _ = use.effective.partition("/")
    if not slash:
        return True
    from imagelint.kubelet.reachability import why_unreachable

    return why_unreachable(host) is not None


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_NEVER_PULL),
    confidence=Confidence.POSSIBLE,
)
