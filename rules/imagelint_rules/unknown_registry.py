"""A registry host that is not well known.

### What it does

Compares the host of every image with the registries that imagelint knows (`imagelint.world.knowledge`). Hosts that
another rule of this family speaks of (`misspelled-registry`, `unreachable-registry`, …) are not judged here, nor are
those for which a pull secret of the pod has credentials, nor those of a container that never pulls.

With `allow-only-declared: true` in the configuration every registry that is not under `registries` is reported, also a
well-known one.

### Options

- `registries`: hosts, or host/path prefixes, that are known to you
- `allow-only-declared`: report all others

### Why is this bad?

A host that nobody else uses is a private registry (then pods need credentials and nodes a route to it), a host that no
longer exists, or a slip of the pen. Each ends in `ErrImagePull`.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: registry.acme-internal.net/web:1.4  # error: unknown-registry
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
      image: ghcr.io/acme/web:1.4
```

### References

- [Kubernetes: using a private registry](https://kubernetes.io/docs/concepts/containers/images/#using-a-private-registry)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.index.credentials import Match
from imagelint.linting.finding import Confidence, Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint_rules.origins import origin
from imagelint_rules.remedies import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images on hosts that the knowledge base does not have."""
    for use in index.images:
        reference = use.named
        is_refused = index.settings.allow_only_declared and index.declaration(use) is None
        if not is_refused and index.registry(use) is not None:
            continue
        if reference is None or origin(index, use) is not None:
            continue
        if is_refused:
            yield RULE.at_image(
                use,
                f"registry `{reference.host}` is not declared, and only declared ones are allowed",
                help=f"use one of {index.join(_declared)}, or declare it in the configuration",
                confidence=Confidence.CERTAIN,
            )
        elif use.pulled is not None and index.credential(use).match is not Match.MATCHED:
            yield RULE.at_image(
                use,
                f"registry `{reference.host}` is not a well-known one: the nodes must reach it, and usually need "
                "credentials for it",
                help="check the spelling; if it is yours, declare it under `registries` in the configuration, and give "
                "the pod a pull secret for it",
            )


def _declared(index: Index) -> str:
    return listed([declared.pattern for declared in index.settings.registries]) or "those to come"


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.POSSIBLE,
    is_about_host=True,
)
