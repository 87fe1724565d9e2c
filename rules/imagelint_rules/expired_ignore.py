"""An entry of `ignore` in the configuration that is past its date.

### What it does

Finds entries under `ignore` whose `expires` is over. Their findings are told again from the day after.

### Why is this bad?

Somebody wanted to look again by that day.

### Example

In `.imagelint.yaml`:

```yml
ignore:
  - {rule: dead-image, image: "docker.io/bitnami/*", reason: until the move, expires: 2026-06-30}
```

### Use instead

Remove the entry, or give it another day and say why in its `reason`.

### References

- `docs/suppressions.md`
"""

from __future__ import annotations

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule, after_all_others

RULE = Rule(__name__, Severity.WARNING, after_all_others)
