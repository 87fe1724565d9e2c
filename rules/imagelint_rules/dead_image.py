"""An image that was removed from its registry.

### What it does

Finds repositories and tags that are known to be gone, such as the versioned tags of `docker.io/bitnami` or
`docker.io/minio/minio`, and names that were never published: `local/…`, and bare names that are not among Docker's
official images, as local builds leave them. `imagelint knowledge IMAGE` shows what is known, since when, and the public
source of it. It also finds images with the policy `Always` that a build tool builds and pushes nowhere: Skaffold with
`build.local.push: false`, DevSpace with `skipPush`, a bare name in a Compose file.

What was removed is an error, and right as long as its source is: no entry rests on general knowledge. A name that
looks like a local build is a warning, because a cluster on the author's machine may have the image loaded; with
`imagePullPolicy: Always` it is an error, because the kubelet then contacts the registry anyway. The rule is on
because such a pod never starts on a new node.

### Why is this bad?

Registries give the same answer for deleted and for private repositories, so the error looks like a missing login. Pods
keep running on nodes that have the image but cannot start on new nodes.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: bitnami/redis:7.2  # error: dead-image
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
      image: docker.io/library/redis:7.2
```

### References

- [bitnami/containers#83267](https://github.com/bitnami/containers/issues/83267), the largest removal so far
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
    """Images that were removed or never existed."""
    yield from findings_of(RULE, index)


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL), part=Part.NAME)
