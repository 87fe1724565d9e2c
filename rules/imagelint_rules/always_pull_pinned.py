"""`Always` for an image that cannot change.

### What it does

Finds the policy `Always` together with a digest.

### Why is this bad?

A digest always names the same image. Asking the registry at each start makes every start depend on it, for nothing:
when it is down, pods that have their image on the node do not start.

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
    """Digests that are asked for at each start."""
    for use in index.images:
        policy = use.container.pull_policy
        if policy and policy.value == ALWAYS and use.reference and use.reference.digest:
            yield RULE.finding(
                Place(use.pod.source, policy.span),
                f"`{use.effective}` cannot change, but the registry is asked for it at each start",
                Subject(resource=use.pod.resource, container=use.container.name, image=use.written),
                help="write `IfNotPresent`",
            )


RULE = Rule(__name__, Severity.INFO, check, on=False)
