"""An image for another platform than the pod asks of its node.

### What it does

Compares what the pod asks of its node (`nodeSelector`, the required node affinity, `os`: the well-known labels for
architecture and system) with what the image says of itself: `-arm64` and the like in its tag or at the end of its name,
the official `arm64v8/…` namespaces, `windows`, `nanoserver`, `ltsc2022`, `alpine`. It speaks only where both are plain.

### Why is this bad?

An image index without the platform of the node fails at the pull (`no match for platform in manifest`). An image of one
platform is pulled, and then dies with `exec format error`; a Windows image is never pulled on Linux.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  nodeSelector:
    kubernetes.io/arch: arm64
  containers:
    - name: web
      image: quay.io/acme/web:1.4-amd64  # error: platform-mismatch
```

### Use instead

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  nodeSelector:
    kubernetes.io/arch: arm64
  containers:
    - name: web
      image: quay.io/acme/web:1.4-arm64
```

### References

- [Kubernetes: well-known labels](https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch)
- [Kubernetes: multi-architecture images](https://kubernetes.io/docs/concepts/containers/images/#multi-architecture-images-with-image-indexes)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.findings import Confidence, Place, Related, Severity
from imagelint.platforms import image_architecture, image_system
from imagelint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.findings import Finding
    from imagelint.index import ImageUse, Index
    from imagelint.nodes import Text


def check(index: Index) -> Iterator[Finding]:
    """Images whose name tells a platform that the pod does not allow."""
    for use in index.images:
        if use.reference is None or use.placeholder is not None:
            continue
        nodes = use.pod.spec.nodes
        system = image_system(use.reference)
        architecture = image_architecture(use.reference)
        if _differs(system, nodes.systems):
            yield _finding(use, system or "", nodes.systems, "ErrImagePull")
        elif _differs(architecture, nodes.architectures):
            yield _finding(use, architecture or "", nodes.architectures, "ErrImagePull, or exec format error")


def _differs(own: str | None, allowed: Sequence[Text]) -> bool:
    return own is not None and bool(allowed) and own not in {name.value for name in allowed}


def _finding(use: ImageUse, own: str, allowed: Sequence[Text], predicts: str) -> Finding:
    wanted = " or ".join(f"`{name.value}`" for name in allowed)
    return RULE.at_image(
        use,
        f"image `{use.effective}` is for `{own}`, but the pod asks for a node with {wanted}",
        help=f"use an image for {wanted}, or one for several platforms, or ask for a node with `{own}`",
        related=[Related(Place(use.pod.path, name.span), "asked for here") for name in allowed[:1]],
        predicts=predicts,
    )


RULE = Rule(__name__, Severity.ERROR, check, confidence=Confidence.LIKELY)
