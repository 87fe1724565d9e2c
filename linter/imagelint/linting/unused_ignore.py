"""An ignore comment or annotation that suppresses nothing.

### What it does

Reports `# imagelint: ignore[…]` comments and `imagelint.dev/ignore` annotations that suppress no finding, that name a
rule which does not exist, or that name no rule at all. A comment is not reported if its rule is off, if its file does
not parse, or if its rule needs other files and only single files are linted without `--context`. `--fix` removes
comments that suppress nothing.

### Why is this bad?

The defect was fixed and the comment is left over, or the comment never worked: the name of the rule is misspelt, or
the comment is at another item.

### Example

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: quay.io/acme/web:1.4  # imagelint: ignore[latest-tag] until the move  # error: unused-ignore
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
      image: quay.io/acme/web:latest  # imagelint: ignore[latest-tag] until the move
```

### References

- `docs/suppressions.md`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.model import FileFacts
from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule, made_by_engine
from imagelint.text.places import Place

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from imagelint.facts.suppressions import Suppression
    from imagelint.linting.finding import Finding
    from imagelint.linting.fix import Fix
    from imagelint.text.line_ranges import LineRanges
    from imagelint.text.places import SourceId, Span

RULE = Rule(__name__, Severity.WARNING, made_by_engine)

_EMPTY = FileFacts()


class Suppressions:
    """The ignore comments and annotations of the input, and which of them a finding was suppressed by."""

    def __init__(self, files: Mapping[SourceId, FileFacts], today: date) -> None:
        self._files = files
        self._today = today.isoformat()
        self._used: set[tuple[SourceId, Span, str]] = set()
        # The suppressions of a file by the rule that they name.
        self._by_rule: dict[SourceId, dict[str, LineRanges[Suppression]]] = {}

    def find(self, finding: Finding) -> Suppression | None:
        """The innermost suppression where a finding was judged, else where it was written; marks it as used."""
        for place in (finding.at, *(origin.place for origin in finding.written)):
            ranges = self._of(place.source).get(finding.rule)
            for _, _, suppression in ranges.around(place.span.line) if ranges is not None else ():
                self._used.add((place.source, suppression.span, finding.rule))
                if not suppression.has_expired(self._today):
                    return suppression
        return None

    def _of(self, source: SourceId) -> dict[str, LineRanges[Suppression]]:
        if source not in self._by_rule:
            facts = self._files.get(source, _EMPTY)
            containers = (container.span for pod in facts.pods for container in pod.containers)
            self._by_rule[source] = {}
            if facts.suppressions:
                from imagelint.facts.suppressions import by_rule

                self._by_rule[source] = by_rule(facts.suppressions, containers)
        return self._by_rule[source]

    def unused(
        self, sources: Iterable[SourceId], known: Container[str], running: Mapping[str, Rule], *, is_partial: bool
    ) -> Iterator[Finding]:
        """What is wrong with suppressions; complete only after `find` was called for every other finding.

        `known` has the names of all rules, `running` those that ran. If the input `is_partial`, a rule that needs other
        files may have found nothing for lack of them.
        """
        conclusive = {name for name, rule in running.items() if not (rule.across_files and is_partial)}
        for source in sources:
            facts = self._files.get(source, _EMPTY)
            may_judge = conclusive if not (facts.templated or facts.problems) else frozenset[str]()
            for suppression in facts.suppressions:
                mistake = _mistake_in(suppression, known)
                unused = [] if mistake else self._unused(source, suppression, may_judge)
                if mistake or unused:
                    names = ", ".join(f"`{name}`" for name in unused)
                    problem = mistake or f"{names} {'reports' if len(unused) == 1 else 'report'} nothing here"
                    fix = without(suppression, unused) if unused else None
                    yield RULE.finding(Place(source, suppression.span), problem, help="remove or correct it", fix=fix)

    def _unused(self, source: SourceId, suppression: Suppression, conclusive: Container[str]) -> list[str]:
        names = [name for name in suppression.rules or () if name in conclusive]
        return [name for name in names if (source, suppression.span, name) not in self._used]


def _mistake_in(suppression: Suppression, known: Container[str]) -> str | None:
    if suppression.mistake is not None:
        return suppression.mistake
    if not suppression.rules:
        return "an ignore must name the rules to suppress: `ignore[latest-tag]`"
    unknown = next((name for name in suppression.rules if name not in known), None)
    return None if unknown is None else f"there is no rule `{unknown}` to ignore"


def without(suppression: Suppression, unused: Sequence[str]) -> Fix | None:
    """The fix that takes rules out of a comment, or the comment out of its file if no rule is left."""
    if suppression.comment is None:
        return None
    from imagelint.linting.fix import Edit, Fix

    text, span = suppression.comment
    left = [name for name in suppression.rules or () if name not in unused]
    before, bracket, after = text.partition("[")
    new = f"{before}{bracket}{', '.join(left)}]{after.partition(']')[2]}" if left else ""
    return Fix((Edit(span, text, new, is_comment=True),))
