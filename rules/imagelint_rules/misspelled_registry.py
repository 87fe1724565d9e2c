"""A misspelled registry host.

### What it does

Finds hosts from a list of misspellings in public manifests (`ghrc.io`, `quey.io`), web pages that are mistaken for
registries (`hub.docker.com`), and hosts that differ from a well-known registry by one letter or two swapped letters.
Hosts that imagelint knows are never reported.

### Why is this bad?

At best the name does not resolve. At worst somebody owns it: `ghrc.io` requests credentials like a registry, and gets
those of `ghcr.io` from a secret that was created for the misspelled name.

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

- [ghrc.io requests credentials](https://bmitch.net/blog/2025-08-22-ghrc-appears-malicious/)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.prediction import Prediction, WaitingReason
from imagelint.linting.rule import Rule
from imagelint.text.trace import Part
from imagelint_rules.judging import findings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding


def check(index: Index) -> Iterator[Finding]:
    """Images on hosts that are certainly or very likely misspelled."""
    yield from findings_of(RULE, index)


RULE = Rule(
    __name__,
    Severity.ERROR,
    check,
    prediction=Prediction(WaitingReason.ERR_IMAGE_PULL),
    is_about_host=True,
    part=Part.NAME,
)
