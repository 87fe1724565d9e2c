"""An anonymous pull from Docker Hub.

### What it does

Finds images on Docker Hub in pods without a matching credential.

### Why is this bad?

Docker Hub limits anonymous pulls to 100 per IP address in 6 hours. All nodes behind a NAT gateway share the limit; once
it is reached, every pull fails with status 429.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: docker.io/library/nginx:1.29  # error: anonymous-docker-hub
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
      image: public.ecr.aws/docker/library/nginx:1.29
```

### References

- [Docker Hub: pull limits](https://docs.docker.com/docker-hub/usage/pulls/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.index.pull_secrets import Match
from imagelint.kubelet.reference import DOCKER_HUB
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images on Docker Hub that are certainly pulled anonymously."""
    for use in index.images:
        is_hub = use.pulled is not None and use.pulled.registry == DOCKER_HUB
        if is_hub and index.credential(use).match is Match.NONE:
            yield RULE.at_image(
                use,
                f"image `{use.effective}` is pulled from Docker Hub anonymously, which is rate-limited",
                help="add a pull secret for `https://index.docker.io/v1/` to the pod, or use a mirror",
            )


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL, detail="429"),
    confidence=Confidence.POSSIBLE,
    on=False,
    part=Part.NAME,
)
