"""An image that moved, is frozen or will be removed.

### What it does

Finds images that can still be pulled, but get nothing new, moved, belong to a project that ended, or have an
announced end. With an end this is a warning, and an error from the day after. Images in Docker's schema 1 format, which
new runtimes refuse, are a warning as well, on every host that has a copy of them. The rest is an info, which fails no
run.

Each entry names the public source that it was read in, so the rule is right if that is. It is on because the pull
works until the day when it does not. A fix is offered only if the source says that the new place has the same tags.

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
from imagelint.text.trace import Part
from imagelint_rules.judging import findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images that are frozen, have moved or will be removed."""
    yield from findings_of(RULE, index)


RULE = Rule(
    __name__, Severity.WARNING, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL, When.LATER), part=Part.NAME
)
