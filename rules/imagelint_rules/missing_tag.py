"""An image without a tag or digest.

### What it does

Finds images with neither a tag nor a digest, according to the kubelet's grammar: the port of
`registry.example.com:5000/app` is not a tag.

### Why is this bad?

The kubelet adds `:latest`. Many repositories do not have that tag; where it exists, it is mutable: pods of one workload
may run different code, and once it is removed or broken, new pods fail while old ones keep running.

It is an info for images that certainly have the tag `latest`, or that are meant to follow it: the official images of
Docker Hub, what a script, a pipeline or a build tool of the same repository builds, and three or more images of one
organisation of which no file names a version.

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

from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason, When
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.kubelet.reference import ImageReference
    from imagelint.linting.finding import Finding


# As many images of an organisation without a version are meant to have none.
_FAMILY = 3


def check(index: Index) -> Iterator[Finding]:
    """Valid references with neither tag nor digest."""
    families = index.whole.join(_families)
    for use in index.images:
        reference = use.tagged
        if reference is None or reference.tag is not None or reference.digest is not None:
            continue
        yield RULE.at_image(
            use,
            f"image `{use.effective}` has no tag, so the kubelet pulls `{use.effective}:latest`",
            help="pin the version you tested, or a digest (`@sha256:…`)",
            severity=Severity.INFO if _is_meant(use, reference, families) else Severity.WARNING,
        )


def _is_meant(use: ImageUse, reference: ImageReference, families: Collection[str]) -> bool:
    return reference.is_official or use.builder is not None or _organisation(reference) in families


def _families(index: Index) -> frozenset[str]:
    """The organisations several of whose images are in the input, none of them with a version."""
    found: dict[str, dict[str, bool]] = {}
    for use in index.images:
        if use.tagged is not None:
            is_versioned = use.tagged.digest is not None or use.tagged.effective_tag != "latest"
            images = found.setdefault(_organisation(use.tagged), {})
            images[use.tagged.repository] = images.get(use.tagged.repository, False) or is_versioned
    return frozenset(name for name, images in found.items() if len(images) >= _FAMILY and not any(images.values()))


def _organisation(reference: ImageReference) -> str:
    """The registry and the path before the name of the image."""
    return reference.normalized.rpartition("/")[0]


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL, When.LATER),
    confidence=Confidence.LIKELY,
    part=Part.TAG,
    # What cannot be pulled at all does not become better with a tag.
    unless_found_by=frozenset({"dead-image", "dead-registry", "misspelled-registry"}),
)
