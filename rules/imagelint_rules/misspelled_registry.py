"""A registry host with a slip of the keys.

### What it does

Finds hosts from a list of misspellings that were seen in public manifests (`ghrc.io`, `quey.io`), web pages that are
taken for registries (`hub.docker.com`), and hosts that are one letter, or one swap of neighbours, away from a well-
known registry. A host that imagelint knows is never corrected.

### Why is this bad?

At best the name does not resolve. At worst somebody owns it: `ghrc.io` asks clients for their credentials, in the way
that a registry does, and gets those of `ghcr.io` from a secret that was made for the wrong name.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: ghrc.io/acme/web:1.4  # error: misspelled-registry
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

- [ghrc.io asks for credentials](https://bmitch.net/blog/2025-08-22-ghrc-appears-malicious/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint_rules.origins import findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images on hosts that are known, or all but known, to be slips."""
    yield from findings_of(RULE, index)


RULE = Rule(__name__, Severity.ERROR, check, prediction=Prediction(WaitingReason.ERR_IMAGE_PULL), is_about_host=True)
