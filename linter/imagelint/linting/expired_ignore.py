"""An entry of `ignore` in the configuration that is past its date.

### What it does

Reports entries under `ignore` whose `expires` date has passed. The findings that they ignored are reported again from
the next day on.

### Why is this bad?

The date was set so that somebody looks at the finding again by then.

### Example

In `.imagelint.yaml`:

```yml
ignore:
  - {rule: dead-image, image: "docker.io/bitnami/*", reason: until the move, expires: 2026-06-30}
```

### Use instead

Remove the entry, or set a later date and give the reason in `reason`.

### References

- `docs/suppressions.md`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule, made_by_engine
from imagelint.text.paths import shown
from imagelint.text.places import Place, SourceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from imagelint.linting.finding import Finding
    from imagelint.linting.selection import IgnoredFindings

RULE = Rule(__name__, Severity.WARNING, made_by_engine)


def expired(entries: Iterable[IgnoredFindings], today: date) -> Iterator[Finding]:
    """The entries of a configuration that no longer count on a day."""
    for entry in entries:
        if entry.expires is not None and today > entry.expires and entry.place is not None:
            message = f"the entry for `{entry.rule}` expired on {entry.expires}: {entry.reason}"
            yield RULE.finding(Place(SourceId(shown(entry.place.path)), entry.place.span), message)
