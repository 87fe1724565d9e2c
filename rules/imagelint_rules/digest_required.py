"""An image without a digest.

### What it does

Finds images that no digest pins.

### Why is this bad?

A tag can be moved by whoever may push. A digest names one image for ever, and says at once when that is gone.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/acme/web:1.4  # error: digest-required
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
      image: quay.io/acme/web:1.4@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
```

### References

- [Kubernetes: image names](https://kubernetes.io/docs/concepts/containers/images/#image-names)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Valid references without a digest."""
    for use in index.images:
        if use.tagged is not None and use.tagged.digest is None:
            yield RULE.at_image(
                use,
                f"image `{use.effective}` is not pinned by a digest",
                help=f"write `{use.effective}@sha256:…`; `crane digest {use.effective}` prints it",
            )


RULE = Rule(__name__, Severity.WARNING, check, on=False)
