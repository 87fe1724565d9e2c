"""An image that is not in the inventory.

### What it does

With an inventory (`--inventory`), finds tags and digests that are missing from it although their repository is in it.
An inventory counts as complete for each repository that it contains. Supported formats are a list of images, the output
of `crictl images -o json`, `docker images --format json`, `ctr images ls`, `skopeo list-tags` or `kubectl get nodes -o
json`, a `docker save` archive, an OCI layout, the folders of `skopeo sync`.

### Why is this bad?

A tag that does not exist is the most common cause of failed pulls: an extra `v`, a release that was never pushed, the
version of the chart instead of that of the image.

### Example

With `quay.io/acme/stocked:v1.4.0` in the inventory:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/acme/stocked:1.4.0  # error: image-not-in-inventory
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
      image: quay.io/acme/stocked:v1.4.0
```

### References

- [crictl](https://github.com/kubernetes-sigs/cri-tools/blob/master/docs/crictl.md)
- [skopeo list-tags](https://github.com/containers/skopeo/blob/main/docs/skopeo-list-tags.1.md)
- [OCI image layout](https://github.com/opencontainers/image-spec/blob/main/image-layout.md)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint.world.availability import Status
from imagelint_rules.judging import image_fix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.kubelet.reference import ImageReference
    from imagelint.linting.finding import Finding
    from imagelint.world.availability import Availability

# Of a repository with many tags: comparing one takes as long as twenty look-ups.
_MOST_COMPARED = 100


def check(index: Index) -> Iterator[Finding]:
    """Images that are certainly not in the inventory."""
    if index.world.inventory is None:
        return
    for use in index.images:
        if use.tagged is not None:
            found = index.world.availability(use.tagged)
            if found.is_missing:
                yield _finding(use, use.tagged, found)


def _finding(use: ImageUse, image: ImageReference, found: Availability) -> Finding:
    if found.status is Status.REPOSITORY_MISSING:
        return RULE.at_image(use, f"repository `{image.normalized}` is not in the inventory", part=Part.NAME)
    what = f"digest `{image.digest}`" if image.digest else f"tag `{image.effective_tag}`"
    near = None if image.digest else _nearest(image.effective_tag or "", found.tags)
    instead = f"{use.effective.removesuffix(f':{image.tag}')}:{near}" if near and image.tag else None
    return RULE.at_image(
        use,
        f"`{image.normalized}` has no {what} in the inventory",
        help=f"did you mean the tag `{near}`?" if near else f"tags in the inventory: {', '.join(found.tags[-5:])}",
        fix=image_fix(use, instead, is_safe=False),
        part=Part.DIGEST if image.digest else Part.TAG,
    )


def _nearest(tag: str, tags: Sequence[str]) -> str | None:
    """The tag that was probably meant: the same with or without a `v`, else the most similar one."""
    for other in (f"v{tag}", tag.removeprefix("v"), tag.removeprefix("v").removeprefix("v")):
        if other in _around(other, tags, 1):
            return other
    from difflib import get_close_matches

    return next(iter(get_close_matches(tag, _around(tag, tags, _MOST_COMPARED), n=1, cutoff=0.7)), None)


def _around(tag: str, tags: Sequence[str], count: int) -> Sequence[str]:
    """The sorted tags before and behind the place of one, as many of each: the others have another beginning."""
    from bisect import bisect_left

    place = bisect_left(tags, tag)
    return tags[max(place - count, 0) : place + count]


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL), part=Part.TAG)
