"""A registry that is not well known.

### What it does

Compares the host of every image with the registries in the knowledge base. It does not report hosts that a related rule
reports (`misspelled-registry`, `unreachable-registry`, …), hosts for which a pull secret of the pod has credentials,
and containers that never pull.

With `allow-only-declared: true` in the configuration, every registry that is not listed under `registries` is reported,
even a well-known one.

### Options

- `registries`: your hosts, or host/path prefixes
- `allow-only-declared`: report all other registries

### Why is this bad?

An unknown host is a private registry (so pods need credentials and nodes need network access), a host that no longer
exists, or a typo. In each case the pull may fail with `ErrImagePull`.

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
    """Images on hosts that are not in the knowledge base."""
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
                f"registry `{reference.host}` is not declared, but only declared registries are allowed",
                help=f"use one of {index.join(_declared)}, or declare it in the configuration",
                confidence=Confidence.CERTAIN,
            )
        elif use.pulled is not None and index.credential(use).match is not Match.MATCHED:
            yield RULE.at_image(
                use,
                f"registry `{reference.host}` is not well known: nodes must be able to reach it and usually need "
                "credentials for it",
                help="check the spelling; if the registry is yours, declare it under `registries` in the "
                "configuration, and add a pull secret for it to the pod",
            )


def _declared(index: Index) -> str:
    return listed([declared.pattern for declared in index.settings.registries]) or "those to come"


RULE = Rule(
    __name__,
    Severity.WARNING,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    confidence=Confidence.POSSIBLE,
)
