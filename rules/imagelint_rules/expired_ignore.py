"""An expired entry of `ignore` in the configuration.

### What it does

Finds entries under `ignore` whose `expires` date has passed. Their findings are reported again from the next day on.

### Why is this bad?

Somebody decided to review the suppression by that date.

### Example

In `.imagelint.yaml`:

```yml
ignore:
  - {rule: dead-image, image: "docker.io/bitnami/*", reason: until the move, expires: 2026-06-30}
```

### Use instead

Remove the entry, or set a new date and update the `reason`.

### References

- `docs/suppressions.md`
"""

from __future__ import annotations

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule, after_all_others

RULE = Rule(__name__, Severity.WARNING, after_all_others)
