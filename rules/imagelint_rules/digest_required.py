"""An image without a digest.

### What it does

Finds images that are not pinned by a digest.

### Why is this bad?

Anyone who can push can move a tag. A digest always names the same image; if the image is removed, the pull fails
instead of fetching something else.

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
        if use.named is not None and use.named.digest is None:
            yield RULE.at_image(
                use,
                f"image `{use.effective}` is not pinned by a digest",
                help=f"use `{use.effective}@sha256:…`; `crane digest {use.effective}` prints the digest",
            )


RULE = Rule(__name__, Severity.WARNING, check, on=False)
