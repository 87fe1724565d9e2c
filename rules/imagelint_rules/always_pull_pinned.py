"""`Always` for an image that cannot change.

### What it does

Finds containers with the pull policy `Always` whose image is pinned by a digest.

### Why is this bad?

A digest always names the same image. With `Always` the kubelet still contacts the registry at every start: if the
registry is down, pods cannot start even if their image is on the node.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/acme/web@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
      imagePullPolicy: Always  # error: always-pull-pinned
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
      image: quay.io/acme/web@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
      imagePullPolicy: IfNotPresent
```

### References

- [Kubernetes: image pull policy](https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.pull_policy import ALWAYS
from imagelint.linting.finding import Severity, Subject
from imagelint.linting.rule import Rule
from imagelint.text.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images with a digest and the policy `Always`."""
    for use in index.images:
        policy = use.container.pull_policy
        if policy and policy.value == ALWAYS and use.reference and use.reference.digest:
            yield RULE.finding(
                Place(use.pod.source, policy.span),
                f"`{use.effective}` cannot change, but the kubelet contacts the registry at every start",
                Subject(resource=use.pod.resource, container=use.container.name, image=use.written),
                help="use `IfNotPresent`",
            )


RULE = Rule(__name__, Severity.INFO, check, on=False)
