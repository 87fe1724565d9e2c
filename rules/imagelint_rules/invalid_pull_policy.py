"""An invalid pull policy.

### What it does

Finds every `imagePullPolicy` (and `pullPolicy` of an image volume) other than `Always`, `IfNotPresent` and `Never`. The
values are case-sensitive.

### Why is this bad?

The API server rejects the object: `Unsupported value: "always"`. For the pod template or an image volume of a custom
resource, and for a pod in a ConfigMap, it rejects the pods that are made of it.

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
      imagePullPolicy: always  # error: invalid-pull-policy
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
      imagePullPolicy: Always
```

### References

- Kubernetes v1.36 `pkg/apis/core/validation/validation.go`, `validatePullPolicy`
- [Kubernetes: image pull policy](https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import ContainerType
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.kubelet.pull_policy import POLICIES
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.linting.prediction import Prediction, Rejection
from imagelint.linting.rule import Rule
from imagelint.text.places import Place
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.model import Container
    from imagelint.index.image_use import Pod
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Policies of core kinds that the API server rejects."""
    for pod in index.pods:
        for container in pod.spec.containers:
            policy = container.pull_policy
            if policy is None or policy.value in {"", *POLICIES} or find_placeholder(policy.value):
                continue
            outcome = _outcome(pod, container)
            if outcome is None:
                continue
            yield RULE.finding(
                Place(pod.source, policy.span),
                f"`{policy.value}` is not a valid imagePullPolicy, so the API server rejects the {outcome.rejected}",
                Subject(
                    resource=pod.resource,
                    container=container.name,
                    image=container.image.value if container.image else None,
                    names=(policy.value,),
                ),
                help=_remedy(policy.value),
                prediction=outcome.prediction,
                confidence=outcome.confidence,
            )


class _Outcome(NamedTuple):
    """What the API server rejects: the object, or the pods that an operator makes of it."""

    rejected: str
    prediction: Prediction
    confidence: Confidence


def _outcome(pod: Pod, container: Container) -> _Outcome | None:
    """None for the fields of an operator's own, which may know other policies."""
    if pod.spec.core:
        return _Outcome("object", Prediction(Rejection.INVALID), Confidence.CERTAIN)
    is_of_pods = container.type in {ContainerType.VOLUME, ContainerType.EMBEDDED} or pod.spec.is_template
    return _Outcome("pod", Prediction(Rejection.FAILED_CREATE), Confidence.LIKELY) if is_of_pods else None


def _remedy(written: str) -> str:
    plain = written.strip().lower().replace("-", "").replace("_", "")
    meant = next((name for name in POLICIES if name.lower() == plain), None)
    return f"use `{meant}`" if meant else "use `Always`, `IfNotPresent` or `Never`, or remove the field"


RULE = Rule(
    __name__,
    Severity.ERROR,
    check,
    prediction=Prediction(Rejection.INVALID),
    # A number or a boolean.
    unless_found_by=frozenset({"misplaced-pull-field"}),
)
