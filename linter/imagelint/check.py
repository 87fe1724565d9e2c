"""From the index to findings: rules, the severities that a user sets, and what the files themselves turn off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagelint.discover import shown
from imagelint.index import Index
from imagelint.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from imagelint.engine import Input
    from imagelint.findings import Finding
    from imagelint.nodes import Span
    from imagelint.rule import Rule
    from imagelint.settings import Settings
    from imagelint.suppressions import Suppression

_UNUSED, _EXPIRED = "unused-ignore", "expired-ignore"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a run, sorted, each once; and those that a user knows of, with the reason."""

    findings: list[Finding]
    suppressed: list[tuple[Finding, str]]
    # The rules that did not run.
    off: frozenset[str] = frozenset()


def check(
    rules: Sequence[Rule],
    found: Input,
    settings: Settings | None = None,
    selection: Selection | None = None,
    paths: Container[str] | None = None,
) -> Outcome:
    """What the rules find in `paths` (by default in every reported file), as the selection wants it."""
    checker = _Checker(rules, found, Index(found.files, settings), selection or Selection(), paths)
    return checker.outcome()


class _Checker:
    def __init__(
        self,
        rules: Sequence[Rule],
        found: Input,
        index: Index,
        selection: Selection,
        paths: Container[str] | None,
    ) -> None:
        runtime = index.settings.runtime
        self._on = {rule.name: selection.is_on(rule, runtime) for rule in rules}
        self._rules = {rule.name: rule for rule in rules if selection.runs(rule, is_on=self._on[rule.name])}
        self._found = found
        self._index = index
        self._selection = selection
        self._paths = paths
        self._used: set[tuple[str, Span, str]] = set()

    def outcome(self) -> Outcome:
        judged: dict[tuple[str, Span, str, str], tuple[Finding, str | None]] = {}
        for finding in self._all_findings():
            # One place can be wrong for several pods: anchors and overlays repeat it.
            if finding.sort_key not in judged:
                wanted = self._selection.judged(finding, is_on=self._on[finding.rule])
                # Asked also of what is not wanted: the comment at it has its use.
                reason = self._reason_to_ignore(finding)
                if wanted is not None:
                    judged[finding.sort_key] = wanted, reason
        ordered = [judged[key] for key in sorted(judged)]
        return Outcome(
            [finding for finding, reason in ordered if reason is None],
            [(finding, reason) for finding, reason in ordered if reason is not None],
            frozenset(self._on.keys() - self._rules.keys()),
        )

    def _all_findings(self) -> Iterator[Finding]:
        for rule in self._rules.values():
            yield from (finding for finding in rule.check(self._index) if self._is_asked(finding.place.path))
        yield from self._unused()
        yield from self._expired()

    def _is_asked(self, path: str) -> bool:
        return path in self._found.reported and (self._paths is None or path in self._paths)

    def _reason_to_ignore(self, finding: Finding) -> str | None:
        path, line = finding.place.path, finding.place.span.line
        facts = self._found.files.get(path)
        if facts is not None and facts.suppressions:
            containers = [container.span for pod in facts.pods for container in pod.containers]
            for suppression in facts.suppressions:
                if suppression.covers(finding.rule, line, containers):
                    self._used.add((path, suppression.span, finding.rule))
                    return suppression.reason or "ignored in the file"
        return self._selection.reason_to_ignore(finding, self._index.settings.today)

    def _unused(self) -> Iterator[Finding]:
        """Asked last: by then every other finding has been held against the comments."""
        rule = self._rules.get(_UNUSED)
        for path, facts in self._found.files.items() if rule is not None else ():
            for suppression in facts.suppressions if self._is_asked(path) else ():
                problem = self._problem_of(path, suppression)
                if problem is not None and rule is not None:
                    yield rule.finding(path, suppression.span, problem, help="remove it, or mend it")

    def _problem_of(self, path: str, suppression: Suppression) -> str | None:
        if not suppression.rules:
            return "an ignore has to name the rules that it turns off: `ignore[latest-tag]`"
        unknown = next((name for name in suppression.rules if name not in self._on), None)
        if unknown is not None:
            return f"there is no rule `{unknown}` to ignore"
        unused = [name for name in suppression.rules if self._found_nothing(path, suppression.span, name)]
        return f"nothing is found here by {', '.join(f'`{name}`' for name in unused)}" if unused else None

    def _found_nothing(self, path: str, span: Span, name: str) -> bool:
        """Whether a rule found nothing where a comment turns it off, although it had all that it looks at."""
        rule, facts = self._rules.get(name), self._found.files[path]
        if rule is None or (rule.across_files and self._found.is_partial) or facts.templated or facts.problems:
            return False
        return (path, span, name) not in self._used

    def _expired(self) -> Iterator[Finding]:
        rule, settings = self._rules.get(_EXPIRED), self._index.settings
        for entry in self._selection.ignored if rule is not None else ():
            if entry.expires is not None and settings.today > entry.expires and entry.place and rule is not None:
                message = f"the entry for `{entry.rule}` expired on {entry.expires}: {entry.reason}"
                yield rule.finding(shown(entry.place.path), entry.place.span, message)
