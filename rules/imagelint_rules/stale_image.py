"""A mutable tag with a policy that does not pull again.

### What it does

Finds images with a mutable tag (`latest`, `main`, `nightly`, …) and the policy `IfNotPresent`, written or by
default: without a policy the API server sets `Always` for `latest` only. If `latest-tag` or `missing-tag` reports
the image, this rule does not report it again.

### Why is this bad?

Each node keeps the image that it pulled first. Pods of one workload run different code, a restart does not deploy a
fix, and a new node runs different code than the old ones.

### How often is it right?

Most of its findings in public repositories are for branches of the project itself, which a release replaces. No pull
fails because of it, so that it is an info.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:main  # error: stale-image
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
      image: quay.io/prometheus/node-exporter:main
      imagePullPolicy: Always
```

### References

- Kubernetes v1.36 `pkg/apis/core/v1/defaults.go`, `SetDefaults_Container`
- [Kubernetes: image pull policy](https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.pull_policy import IF_NOT_PRESENT
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding

# Names of branches and channels. `stable`, `alpine` and the like are not listed: they only change with a release.
MOVING_TAGS = frozenset(
    {
        *("latest", "main", "master", "trunk", "head", "edge", "nightly", "canary", "snapshot", "unstable"),
        *("dev", "devel", "develop", "development"),
    }
)


def check(index: Index) -> Iterator[Finding]:
    """Images without a digest, with a mutable tag and a policy that keeps the image on the node."""
    for use in index.images:
        if use.pod.spec.core and use.pull_policy == IF_NOT_PRESENT and _moves(use):
            policy = f"`{use.pull_policy}`{'' if use.declared_policy else ', the default for this tag,'}"
            yield RULE.at_image(
                use,
                f"tag `{use.reference.effective_tag if use.reference else ''}` is mutable, but with {policy} "
                "each node keeps the image that it pulled first",
                help="pin a version or a digest, or set `imagePullPolicy: Always`",
            )


def _moves(use: ImageUse) -> bool:
    reference = use.tagged
    if reference is None or reference.digest is not None:
        return False
    return (reference.effective_tag or "").lower() in MOVING_TAGS


RULE = Rule(
    __name__,
    Severity.INFO,
    check,
    confidence=Confidence.LIKELY,
    unless_found_by=frozenset({"latest-tag", "missing-tag"}),
    part=Part.TAG,
)
