"""An ignore comment or annotation that suppresses nothing.

### What it does

Reports `# imagelint: ignore[…]` comments and `imagelint.dev/ignore` annotations that suppress no finding, that name a
rule which does not exist, or that name no rule at all. A comment is not reported if its rule is off, if its file does
not parse, or if its rule needs other files and only single files are linted without `--context`.

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
    from collections.abc import Container, Iterable, Iterator, Mapping

    from imagelint.facts.suppressions import Suppression
    from imagelint.linting.finding import Finding
    from imagelint.text.line_ranges import LineRanges
    from imagelint.text.places import SourceId, Span

RULE = Rule(__name__, Severity.WARNING, made_by_engine)

_NOTHING = (0, 0, None)
_EMPTY = FileFacts()


class Suppressions:
    """The ignore comments and annotations of the input, and which of them a finding was suppressed by."""

    def __init__(self, files: Mapping[SourceId, FileFacts]) -> None:
        self._files = files
        self._used: set[tuple[SourceId, Span, str]] = set()
        # The suppressions of a file by the rule that they name.
        self._by_rule: dict[SourceId, dict[str, LineRanges[Suppression]]] = {}

    def find(self, finding: Finding) -> Suppression | None:
        """The innermost suppression where a finding was judged, else where it was written; marks it as used."""
        for place in (finding.at, *(origin.place for origin in finding.written)):
            ranges = self._of(place.source).get(finding.rule)
            _, _, suppression = next(ranges.around(place.span.line), _NOTHING) if ranges is not None else _NOTHING
            if suppression is not None:
                self._used.add((place.source, suppression.span, finding.rule))
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
                problem = self._problem_of(source, suppression, known, may_judge)
                if problem is not None:
                    yield RULE.finding(Place(source, suppression.span), problem, help="remove or correct it")

    def _problem_of(
        self, source: SourceId, suppression: Suppression, known: Container[str], conclusive: Container[str]
    ) -> str | None:
        if suppression.mistake is not None:
            return suppression.mistake
        if not suppression.rules:
            return "an ignore must name the rules to suppress: `ignore[latest-tag]`"
        unknown = next((name for name in suppression.rules if name not in known), None)
        if unknown is not None:
            return f"there is no rule `{unknown}` to ignore"
        names = [name for name in suppression.rules if name in conclusive]
        unused = [f"`{name}`" for name in names if (source, suppression.span, name) not in self._used]
        return f"{', '.join(unused)} {'reports' if len(unused) == 1 else 'report'} nothing here" if unused else None
