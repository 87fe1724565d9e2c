"""A registry that is frozen or deprecated.

### What it does

Finds images on hosts that still work, but are frozen or deprecated. With an announced end-of-life date the finding is a
warning, and an error after that date; otherwise it is an info, which does not fail the run.

### Why is this bad?

New versions are only published elsewhere, and the host will eventually be shut down.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: k8s.gcr.io/pause:3.9  # error: deprecated-registry
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
      image: registry.k8s.io/pause:3.9
```

### References

- [Kubernetes: k8s.gcr.io is frozen](https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason, When
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint_rules.judging import findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images on hosts that are frozen or deprecated."""
    yield from findings_of(RULE, index)


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL, When.LATER),
    is_about_host=True,
    part=Part.NAME,
)
