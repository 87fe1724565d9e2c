"""A tag that follows a branch or a channel.

### What it does

Finds images without a digest whose tag names a branch or a channel, such as `main`, `edge` or `nightly`. `latest` has
its own rule.

### Why is this bad?

Tomorrow's pull may not get what you tested today, and when a branch is deleted, its tag is often deleted too.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/acme/web:main  # error: mutable-tag
      imagePullPolicy: Always
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
      image: quay.io/acme/web:1.4
      imagePullPolicy: Always
```

### References

- [Kubernetes: image names](https://kubernetes.io/docs/concepts/containers/images/#image-names)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason, When
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint.world.rule_options import RuleOptions
from imagelint_rules.stale_image import MOVING_TAGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


class Options(RuleOptions):
    """Which tags are mutable."""

    tags: Annotated[tuple[str, ...], "mutable tags, replacing the built-in list; globs are allowed"] = (
        *sorted(MOVING_TAGS - {"latest"}),
    )


def check(index: Index) -> Iterator[Finding]:
    """Images with one of the tags and without a digest."""
    from imagelint.text.glob_table import GlobTable
    from imagelint.text.globs import glob_matches

    tags = GlobTable((glob, glob) for glob in index.options(Options).tags)
    for use in index.images:
        tag = use.tagged.tag if use.tagged and use.tagged.digest is None else None
        if tag is not None and any(glob_matches(glob, tag) for glob in tags.near(tag)):
            yield RULE.at_image(
                use,
                f"image `{use.effective}` uses the mutable tag `{tag}`",
                help="pin the version you tested, or a digest (`@sha256:…`)",
            )


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL, When.LATER),
    confidence=Confidence.LIKELY,
    on=False,
    options=Options,
    part=Part.TAG,
)
