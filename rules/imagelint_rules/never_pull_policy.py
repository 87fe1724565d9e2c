"""The pull policy `Never`.

### What it does

Finds containers that never pull their image.

### Why is this bad?

The image has to be on the node already. On any node where it is not (a new one, another image store, after a clean-up)
the container waits with `ErrImageNeverPull`. Since Kubernetes 1.35 this also happens to an image that is there, but
was pulled with a secret that this pod does not have.

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

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Every container with the policy `Never`."""
    for use in index.images:
        policy = use.container.pull_policy
        if policy is not None and policy.value == NEVER:
            yield RULE.finding(
                Place(use.pod.source, policy.span),
                f"`{use.effective}` is never pulled: it has to be on every node that runs the pod",
                Subject(resource=use.pod.resource, container=use.container.name, image=use.written),
                help="write `IfNotPresent`, which pulls where the image is missing",
            )


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_NEVER_PULL),
    confidence=Confidence.POSSIBLE,
)
