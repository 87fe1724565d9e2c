"""An image without a tag or digest.

### What it does

Finds images with neither a tag nor a digest, according to the kubelet's grammar: the port of
`registry.example.com:5000/app` is not a tag.

### Why is this bad?

The kubelet adds `:latest`. Many repositories do not have that tag; where it exists, it is mutable: pods of one workload
may run different code, and once it is removed or broken, new pods fail while old ones keep running. A `tag` beside
`image`, as values of charts have it, is not a field of a container and has no effect.

It is an info for what the same repository builds: such an image is meant to follow `latest`. A script, a pipeline or a
build tool of the repository shows that, of an account also for its other images, or its Dockerfile and the organisation
that [its project](../model.md) names.
So it is in [a repository of examples](../command-line.md#what-is-read-and-not-deployed), or one that its README calls
deprecated.
It is an info as well for a container that only waits (`sleep infinity`, `tail -f /dev/null`, `cat` with `stdin: true`),
unless a StatefulSet has it: people run commands in such a container, and no program depends on its version. So it is
among values that are for `helm test` by their key (`testFramework.image`, `chartTests`).
It is an info with `imagePullPolicy: Never` as well, as nothing is pulled, and for the internal registry of OpenShift,
whose tags are those of image streams.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter  # error: missing-tag
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
      image: quay.io/prometheus/node-exporter:v1.9.1
```

### References

- Kubernetes v1.36 `pkg/util/parsers/parsers.go`, `applyDefaultImageTag`
- [Kubernetes: image names](https://kubernetes.io/docs/concepts/containers/images/#image-names)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.purposes import DEPRECATED_REPOSITORIES, EXAMPLE_REPOSITORIES
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason, When
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint_rules.tag_findings import UNLESS_FOUND_BY, tag_finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Valid references with neither tag nor digest."""
    for use in index.images:
        reference = use.tagged
        if reference is None or reference.tag is not None or reference.digest is not None:
            continue
        message = f"image `{use.effective}` has no tag, so the kubelet pulls `{use.effective}:latest`"
        yield tag_finding(RULE, use, message)


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL, When.LATER),
    confidence=Confidence.LIKELY,
    part=Part.TAG,
    unless_found_by=UNLESS_FOUND_BY,
    info_in=frozenset({EXAMPLE_REPOSITORIES, DEPRECATED_REPOSITORIES}),
)
