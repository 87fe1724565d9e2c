"""An image without a registry.

### What it does

Finds images without a registry, such as `nginx:1.29` or `acme/web:1.4`.

### Why is this bad?

containerd pulls them from Docker Hub. CRI-O searches its own list of registries and, since 1.34, refuses ambiguous
names, so the result depends on the node. `docker.io/library/nginx:1.29` is the same everywhere.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29  # error: short-name
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
      image: docker.io/library/nginx:1.29
```

### References

- [CRI-O: short names](https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md#short-name-aliasing)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint_rules.judging import image_fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images whose registry is implied."""
    for use in index.images:
        if use.named is not None and use.named.is_short:
            full = f"{use.named.normalized}{use.effective[len(use.effective.split(':')[0].split('@')[0]) :]}"
            yield RULE.at_image(
                use,
                f"image `{use.effective}` does not specify a registry, so the result depends on the node",
                help=f"use `{full}`",
                fix=image_fix(use, full, is_safe=False),
            )


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.IMAGE_INSPECT_ERROR),
    on=False,
    on_for="cri-o",
    part=Part.NAME,
)
