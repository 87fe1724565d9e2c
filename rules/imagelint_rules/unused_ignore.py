"""A comment or annotation that suppresses nothing.

### What it does

Finds `# imagelint: ignore[…]` comments and `imagelint.dev/ignore` annotations that match no finding, name a rule that
does not exist, or name no rule at all. It disregards rules that are off and files that do not parse and, if single
files are linted without `--context`, rules that need other files.

### Why is this bad?

The defect was repaired and the comment is left over, or it never worked: a rule is misspelled, or the comment is in the
wrong place.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/acme/web:1.4  # imagelint: ignore[latest-tag] frozen  # error: unused-ignore
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
      image: quay.io/acme/web:latest  # imagelint: ignore[latest-tag] frozen
```

### References

- `docs/suppressions.md`
"""

from __future__ import annotations

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule, after_all_others

RULE = Rule(__name__, Severity.WARNING, after_all_others)
