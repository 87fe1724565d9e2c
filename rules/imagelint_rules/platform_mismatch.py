"""An image for a different platform than the pod's nodes.

### What it does

Compares what the pod asks of its node (`nodeSelector`, the required node affinity, `os`: the well-known labels for
architecture and system) with what the image says of itself: `-arm64` and the like in its tag or at the end of its name,
the official `arm64v8/…` namespaces, `windows`, `nanoserver`, `ltsc2022`, `alpine`. An inventory that names the
platforms of an image (an OCI index, `kubectl get nodes`, a line `quay.io/acme/web:1.4 linux/amd64 linux/arm64` in a
list of images) counts before its name. An error needs both to be plain. A pod that asks for nothing gets what the
configuration says of all nodes (`cluster: {os: [windows]}`).

In a cluster with nodes of several platforms it also finds pods that ask for none, with an image that does not run on
all of them. The platforms of the cluster are those of the configuration (`cluster: {os: [linux, windows]}`). Linux and
Windows are also both there if another pod of the namespace asks for Windows, or one of the same folder if the files
state no namespace.

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

import posixpath
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from imagelint.kubelet.platforms import image_architecture, image_system
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.places import Place, Related
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from imagelint.index.image_use import ImageUse, Pod
    from imagelint.index.index import Index
    from imagelint.kubelet.reference import ImageReference
    from imagelint.linting.finding import Finding
    from imagelint.text.places import Text


class _Offer(NamedTuple):
    """The operating systems and architectures of an image, as far as they are known."""

    systems: frozenset[str]
    architectures: frozenset[str]


LINUX, WINDOWS = "linux", "windows"
# Of the platforms of an image.
_MOST_NAMED = 10
# Their tags are for both systems: the node gets its own.
_FOR_BOTH = ("mcr.microsoft.com/",)


def check(index: Index) -> Iterator[Finding]:
    """Images for other platforms than the pod, or the cluster, has nodes of."""
    yield from _mismatches(index)
    yield from _unplaced(index)


def _mismatches(index: Index) -> Iterator[Finding]:
    not_found = Prediction(WaitingReason.ERR_IMAGE_PULL)
    # A single image, without an index, is pulled for any architecture.
    not_run = Prediction(WaitingReason.ERR_IMAGE_PULL, detail="or exec format error")
    for pod in index.pods:
        nodes = pod.spec.nodes
        systems = dict.fromkeys([name.value for name in nodes.systems] or index.settings.systems)
        architectures = dict.fromkeys([name.value for name in nodes.architectures] or index.settings.architectures)
        for use in index.images_of(pod):
            offer = _offer(index, use.named) if use.named is not None else _Offer(frozenset(), frozenset())
            if _misses(offer.systems, systems):
                yield _finding(use, offer.systems, systems, nodes.systems, not_found)
            elif _misses(offer.architectures, architectures):
                yield _finding(use, offer.architectures, architectures, nodes.architectures, not_run)


def _offer(index: Index, image: ImageReference) -> _Offer:
    platforms = index.world.availability(image).platforms
    if platforms:
        return _offer_of(platforms)
    system, architecture = image_system(image), image_architecture(image)
    return _Offer(frozenset({system} if system else ()), frozenset({architecture} if architecture else ()))


@lru_cache(maxsize=4096)
def _offer_of(platforms: frozenset[str]) -> _Offer:
    known = [platform.split("/") for platform in platforms]
    return _Offer(frozenset(part[0] for part in known), frozenset(part[1] for part in known))


def _misses(offered: frozenset[str], wanted: Collection[str]) -> bool:
    return bool(offered) and bool(wanted) and not any(name in wanted for name in offered)


def _finding(
    use: ImageUse, offered: frozenset[str], wanted: Iterable[str], asked: Sequence[Text], prediction: Prediction
) -> Finding:
    own, nodes = (" or ".join(f"`{name}`" for name in names) for names in map(_first, (sorted(offered), wanted)))
    who = "the pod requires a node" if asked else "the cluster has nodes"
    return RULE.at_image(
        use,
        f"image `{use.effective}` is for {own}, but {who} with {nodes}",
        help=f"use an image for {nodes} or a multi-platform image, or require a node with {own}",
        related=[Related(Place(use.pod.source, name.span), "required here") for name in asked[:1]],
        prediction=prediction,
    )


def _first(names: Iterable[str]) -> list[str]:
    return [*islice(names, _MOST_NAMED)]


def _unplaced(index: Index) -> Iterator[Finding]:
    """The first image of each pod that may be scheduled to a node for which it has no platform."""
    windows = index.whole.join(_windows)
    for pod in (
        index.pods if windows or len(index.settings.systems) > 1 or len(index.settings.architectures) > 1 else ()
    ):
        found = (_unplaced_image(index, use, windows) for use in index.images_of(pod))
        yield from islice((finding for finding in found if finding is not None), 1)


def _windows(index: Index) -> dict[tuple[str, str], Place]:
    """Where there are pods that require Windows, with a place that does."""
    return {
        _neighbourhood(pod): Place(pod.source, system.span)
        for pod in index.pods
        for system in pod.spec.nodes.systems
        if system.value == WINDOWS
    }


def _neighbourhood(pod: Pod) -> tuple[str, str]:
    """What shows that two pods run in one cluster: their namespace, or the folder of pods that have none."""
    return ("namespace", pod.namespace) if pod.namespace else ("folder", posixpath.dirname(pod.source.path))


def _unplaced_image(index: Index, use: ImageUse, windows: Mapping[tuple[str, str], Place]) -> Finding | None:
    if use.named is None or not use.pod.spec.core:
        return None
    offer, nodes, settings = _offer(index, use.named), use.pod.spec.nodes, index.settings
    place = windows.get(_neighbourhood(use.pod)) if not settings.systems else None
    is_for_one = len(offer.systems) == 1 or not (offer.systems or use.named.normalized.startswith(_FOR_BOTH))
    if is_for_one and not nodes.systems and (len(settings.systems) > 1 or place):
        own = WINDOWS if WINDOWS in offer.systems else LINUX
        return _unplaced_finding(use, "kubernetes.io/os", own, (LINUX, WINDOWS), place)
    if len(offer.architectures) == 1 and not nodes.architectures and set(settings.architectures) > offer.architectures:
        return _unplaced_finding(use, "kubernetes.io/arch", min(offer.architectures), settings.architectures, None)
    return None


def _unplaced_finding(use: ImageUse, label: str, own: str, nodes: Sequence[str], place: Place | None) -> Finding:
    there = " and ".join(f"`{name}`" for name in nodes)
    return RULE.at_image(
        use,
        f"image `{use.effective}` is for `{own}`, but there are nodes with {there}, and the pod asks for none of them",
        help=f"add to `{use.pod.spec.path}`:\nnodeSelector:\n  {label}: {own}",
        related=[Related(place, "this pod asks for Windows")] if place else [],
        severity=Severity.WARNING,
        prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    )


RULE = Rule(__name__, Severity.ERROR, check, confidence=Confidence.LIKELY)
