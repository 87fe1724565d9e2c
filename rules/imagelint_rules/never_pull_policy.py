"""The pull policy `Never`.

### What it does

Finds containers whose image is never pulled.

### Why is this bad?

The image must already be on the node. If it is not (a new node, another image store, after garbage collection), the
container waits with `ErrImageNeverPull`. Since Kubernetes 1.35 this also happens if the image is on the node, but was
pulled with a secret that this pod does not have.

### How often is it right?

Of 18 findings in public repositories 17 were for images with a local name (`web:dev`), which people load into a local
cluster (`kind load`, `minikube image load`). For them it is an info. It is a warning for images that a registry has.

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
                help="write `IfNotPresent`, which pulls if the image is missing",
                severity=Severity.INFO if _is_local(use) else None,
            )


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
