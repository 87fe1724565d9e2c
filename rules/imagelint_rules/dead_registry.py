"""A registry that was shut down.

### What it does

Finds images on hosts that have been shut down. `imagelint knowledge HOST` shows what is known about a host, with date
and source. If the evidence is only general knowledge, the finding is a warning, not an error.

### Why is this bad?

Every pull fails. Running pods only work because their node still has the image.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: docker.pkg.github.com/acme/web/app:1.4  # error: dead-registry
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
      image: ghcr.io/acme/app:1.4
```

### References

- The knowledge base of imagelint, `registries.yaml`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint_rules.judging import findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images on hosts that were shut down."""
    yield from findings_of(RULE, index)


RULE = Rule(
    __name__,
    Severity.ERROR,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    is_about_host=True,
    part=Part.NAME,
)
