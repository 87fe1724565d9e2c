"""An image that moved, is frozen or will be removed.

### What it does

Finds images that can still be pulled, but are frozen, have moved, belong to a discontinued project, or have an
announced end of life. With an end-of-life date the finding is a warning, and an error after that date. Images in
Docker's first manifest format, which new runtimes refuse, are a warning as well. All others are an info, which does not
fail the run.

### Why is this bad?

The image gets no more fixes and will eventually be removed.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: gcr.io/istio-release/pilot:1.27.0  # error: deprecated-image
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
      image: docker.io/istio/pilot:1.27.0
```

### References

- The knowledge base of imagelint, `images.yaml`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason, When
from imagelint.linting.rule import Rule
from imagelint_rules.origins import findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images that are frozen, have moved or will be removed."""
    yield from findings_of(RULE, index)


RULE = Rule(__name__, Severity.WARNING, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL, When.LATER))
