"""A comment or annotation that turns nothing off.

### What it does

Finds `# imagelint: ignore[…]` comments and `imagelint.dev/ignore` annotations that no finding falls under, that name a
rule which there is not, or that name no rule at all. Rules that are off are not held against a comment, nor are files
that do not parse, nor rules that look at other files where single files are named without `--context`.

### Why is this bad?

The defect was repaired and the comment is left over, or it never did what it says: a rule was misspelt, or the comment
stands at another item.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/acme/web:1.4  # imagelint: ignore[latest-tag] as ever  # error: unused-ignore
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
      image: quay.io/acme/web:latest  # imagelint: ignore[latest-tag] as ever
```

### References

- `docs/suppressions.md`
"""

from __future__ import annotations

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule, after_all_others

RULE = Rule(__name__, Severity.WARNING, after_all_others)
