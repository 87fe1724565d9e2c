"""An entry of `ignore` in the configuration, or an ignore comment, that is past its date.

### What it does

Reports entries under `ignore` whose `expires` date has passed, and comments and annotations whose reason begins with
`until` and a date that has passed. The findings that they ignored are reported again from the next day on.

### Why is this bad?

The date was set so that somebody looks at the finding again by then.

### Example

In `.imagelint.yaml`:

```yml
ignore:
  - {rule: dead-image, image: "docker.io/bitnami/*", reason: until the move, expires: 2026-06-30}
```

In a manifest: `# imagelint: ignore[dead-image] until 2026-06-30 the move`.

### Use instead

Remove the entry or the comment, or set a later date and give the reason in `reason`.

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
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from imagelint.facts.model import FileFacts
    from imagelint.linting.finding import Finding
    from imagelint.linting.selection import IgnoredFindings

RULE = Rule(__name__, Severity.WARNING, made_by_engine)


def expired(entries: Iterable[IgnoredFindings], today: date) -> Iterator[Finding]:
    """The entries of a configuration that no longer count on a day."""
    for entry in entries:
        if entry.expires is not None and today > entry.expires and entry.place is not None:
            message = f"the entry for `{entry.rule}` expired on {entry.expires}: {entry.reason}"
            yield RULE.finding(Place(SourceId(shown(entry.place.path)), entry.place.span), message)


def expired_comments(
    files: Mapping[SourceId, FileFacts], sources: Iterable[SourceId], today: date
) -> Iterator[Finding]:
    """The comments and annotations of manifests that no longer count on a day."""
    day = today.isoformat()
    for source in sources:
        for suppression in files[source].suppressions if source in files else ():
            if suppression.has_expired(day):
                names = ", ".join(f"`{name}`" for name in suppression.rules or ())
                message = f"the ignore of {names} expired on {suppression.until}"
                yield RULE.finding(Place(source, suppression.span), message, help="remove it, or set a later date")
