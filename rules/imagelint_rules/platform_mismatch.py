"""An image for a different platform than the pod's nodes.

### What it does

Compares the node that the pod requires (`nodeSelector`, the required node affinity, `os`: the well-known labels for
architecture and operating system) with the name of the image: `-arm64` and the like in its tag or at the end of its
name, the official `arm64v8/…` namespaces, `windows`, `nanoserver`, `ltsc2022`, `alpine`. If an inventory has the
platforms of an image (an OCI index, `kubectl get nodes`), they take precedence over its name. It only reports images
where both sides are unambiguous.

### Why is this bad?

If an image index lacks the platform of the node, the pull fails (`no match for platform in manifest`). A
single-platform image is pulled and then fails with `exec format error`; a Windows image cannot be pulled on Linux.

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

from typing import TYPE_CHECKING, NamedTuple

from imagelint.kubelet.platforms import image_architecture, image_system
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.index.index import ImageUse, Index
    from imagelint.kubelet.reference import ImageReference
    from imagelint.linting.finding import Finding
    from imagelint.text.places import Text


class _Offer(NamedTuple):
    """The operating systems and architectures of an image, as far as they are known."""

    systems: frozenset[str]
    architectures: frozenset[str]


def check(index: Index) -> Iterator[Finding]:
    """Images for other platforms than the nodes of the pod or of the cluster."""
    for use in index.images:
        if use.named is None:
            continue
        offer, nodes = _offer(index, use.named), use.pod.spec.nodes
        architectures = [name.value for name in nodes.architectures] or index.settings.architectures
        if _misses(offer.systems, [name.value for name in nodes.systems]):
            wanted = [name.value for name in nodes.systems]
            yield _finding(use, offer.systems, wanted, nodes.systems, None)
        elif _misses(offer.architectures, architectures):
            prediction = Prediction(WaitingReason.ERR_IMAGE_PULL, detail="or exec format error")
            yield _finding(use, offer.architectures, architectures, nodes.architectures, prediction)


def _offer(index: Index, image: ImageReference) -> _Offer:
    known = [platform.split("/") for platform in index.world.availability(image).platforms]
    if known:
        return _Offer(frozenset(part[0] for part in known), frozenset(part[1] for part in known))
    system, architecture = image_system(image), image_architecture(image)
    return _Offer(frozenset({system} if system else ()), frozenset({architecture} if architecture else ()))


def _misses(offered: frozenset[str], wanted: Sequence[str]) -> bool:
    return bool(offered) and bool(wanted) and not offered & set(wanted)


def _finding(
    use: ImageUse, offered: frozenset[str], wanted: Sequence[str], asked: Sequence[Text], prediction: Prediction | None
) -> Finding:
    own, nodes = (" or ".join(f"`{name}`" for name in names) for names in (sorted(offered), wanted))
    who = "the pod requires a node" if asked else "the cluster has nodes"
    return RULE.at_image(
        use,
        f"image `{use.effective}` is for {own}, but {who} with {nodes}",
        help=f"use an image for {nodes} or a multi-platform image, or require a node with {own}",
        related=[Related(Place(use.pod.source, name.span), "required here") for name in asked[:1]],
        prediction=prediction,
    )


RULE = Rule(__name__, Severity.ERROR, check, confidence=Confidence.LIKELY)
