"""An entry of `imagePullSecrets` without a name, or a duplicate.

### What it does

Finds entries without a name, often the result of empty Helm values (`- name: ""`, `- {}`), and duplicate names.

### Why is this bad?

The kubelet skips an entry without a name, but to the API server the list is not empty: the pod gets none of the pull
secrets of its service account and pulls anonymously. Duplicate names make server-side apply fail, because the list is
keyed by name.

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
    """Empty and duplicate entries, of pods and of service accounts."""
    for pod in index.pods:
        if pod.spec.core:
            yield from _in_list(pod.source, pod.resource, pod.spec.pull_secrets)
    for account in index.defined_accounts:
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
                help="remove the entry or add the name of a secret",
            )
        elif entry.value in first:
            yield RULE.finding(
                Place(source, entry.span),
                f"pull secret `{entry.value}` is listed twice",
                Subject(resource=resource, names=(entry.value,)),
                help="remove one of the entries",
                related=[Related(Place(source, first[entry.value].span), "first entry")],
                severity=Severity.WARNING,
                prediction=Prediction(Rejection.INVALID_SERVER_SIDE),
            )
        first.setdefault(entry.value, entry)


def _consequence(resource: Resource) -> str:
    if resource.kind == "ServiceAccount":
        return ", so pods with this service account pull anonymously"
    return ", which prevents the service account's pull secrets from being used"


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL))
