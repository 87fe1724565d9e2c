"""An entry of `imagePullSecrets` without a name, or twice the same.

### What it does

Finds entries without a name, as empty Helm values leave them (`- name: ""`, `- {}`), and names that come twice.

### Why is this bad?

The kubelet skips an entry without a name, but the API server counts it: the list is not empty any more, so the pod gets
none of the pull secrets of its service account, and pulls anonymously. A name that comes twice does no harm at once; it
makes a server-side apply fail, as the list is keyed by name.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  imagePullSecrets:
    - name: ""  # error: empty-pull-secret
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:v1.9.1
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  imagePullSecrets: []
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:v1.9.1
```

### References

- Kubernetes v1.36 `plugin/pkg/admission/serviceaccount/admission.go`, `pkg/api/pod/warnings.go`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity, Subject
from imagelint.linting.prediction import Prediction, Rejection, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related, SourceId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.facts.model import Resource
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.text.places import Text


def check(index: Index) -> Iterator[Finding]:
    """Empty and repeated entries, of pods and of service accounts."""
    for pod in index.pods:
        if pod.spec.core:
            yield from _in_list(pod.source, pod.resource, pod.spec.pull_secrets)
    for account in index.accounts.all:
        yield from _in_list(account.source, account.resource, account.pull_secrets)


def _in_list(source: SourceId, resource: Resource, entries: Sequence[Text]) -> Iterator[Finding]:
    first: dict[str, Text] = {}
    for entry in entries:
        if not entry.value:
            message = f"an entry of `imagePullSecrets` of {resource.label} has no name{_consequence(resource)}"
            yield RULE.finding(
                Place(source, entry.span),
                message,
                Subject(resource=resource),
                help="remove the entry, or name a secret",
            )
        elif entry.value in first:
            yield RULE.finding(
                Place(source, entry.span),
                f"pull secret `{entry.value}` is listed twice",
                Subject(resource=resource, names=(entry.value,)),
                help="remove one of the two",
                related=[Related(Place(source, first[entry.value].span), "listed here first")],
                severity=Severity.WARNING,
                prediction=Prediction(Rejection.INVALID_SERVER_SIDE),
            )
        first.setdefault(entry.value, entry)


def _consequence(resource: Resource) -> str:
    if resource.kind == "ServiceAccount":
        return ": pods that get it pull anonymously"
    return ": it keeps those of the service account out"


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL))
