"""The tag `latest`, without a digest.

### What it does

Finds images with the tag `latest` that are not pinned by a digest. `:Latest` is a different tag, and `:latest@sha256:…`
is pinned.

### Why is this bad?

The tag is mutable: a restart, a new node or a scale-up may pull other code than you tested. If the tag is deleted or
rebuilt for one platform only, pulls fail with `ErrImagePull` long after the change that caused it.

It is an info for what the same repository builds: such an image is meant to follow `latest`. A script, a pipeline or a
build tool of the repository shows that, of an account also for its other images, or its Dockerfile and the organisation
that [its project](../model.md) names.
So it is in [a repository of examples](../command-line.md#what-is-read-and-not-deployed), or one that its README calls
deprecated.
It is an info as well for a container that only waits (`sleep infinity`, `tail -f /dev/null`, `cat` with `stdin: true`),
unless a StatefulSet has it: people run commands in such a container, and no program depends on its version. So it is in
a values file that switches off what the image is for (`metrics.enabled: false`), if the chart is not there and no other
values file, release, script or text turns it on, and among values that are for `helm test` by their key
(`testFramework.image`, `chartTests`).
It is an info as well for a catalog that the Operator Lifecycle Manager polls (`updateStrategy.registryPoll`), which
needs a mutable tag, with `imagePullPolicy: Never`, as nothing is pulled, and for the internal registry of OpenShift,
whose tags are those of image streams. Where `latest` is known to be missing, [`dead-image`](dead-image.md) says so.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/prometheus/node-exporter:latest  # error: latest-tag
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
    - name: pinned
      image: docker.io/library/nginx:latest@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
```

### References

- [Kubernetes: image pull policy](https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy)
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
    """Valid references with the tag `latest` and no digest."""
    for use in index.images:
        reference = use.tagged
        if reference and reference.tag == "latest" and reference.digest is None:
            yield tag_finding(RULE, use, f"image `{use.effective}` uses the mutable tag `latest`")


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
