"""From the index to findings: rules, the severities that a user sets, and what the files themselves turn off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagelint.discover import shown
from imagelint.findings import Place, Suppressed
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
    suppressed: list[Suppressed]


def is_on(rule: Rule, settings: Settings) -> bool:
    """Whether a rule runs by default, on nodes as the settings tell them."""
    return rule.on or (rule.on_for is not None and rule.on_for == settings.runtime)


def enabled(rules: Sequence[Rule], settings: Settings, selection: Selection) -> dict[str, Rule]:
    """The rules that the selection runs anywhere, by name, in their order."""
    return {rule.name: rule for rule in rules if selection.runs(rule, is_on=is_on(rule, settings))}


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
        self._on = {rule.name: is_on(rule, index.settings) for rule in rules}
        self._rules = enabled(rules, index.settings, selection)
        self._found = found
        self._index = index
        self._selection = selection
        self._paths = paths
        self._used: set[tuple[str, Span, int]] = set()

    def outcome(self) -> Outcome:
        judged: dict[tuple[str, Span, str, str], Finding | Suppressed] = {}
        for finding in self._all_findings():
            # One place can be wrong for several pods: anchors and overlays repeat it.
            if finding.sort_key not in judged:
                wanted = self._selection.judged(finding, is_on=self._on[finding.rule])
                if wanted is not None:
                    judged[finding.sort_key] = self._suppressed(wanted) or wanted
        ordered = [judged[key] for key in sorted(judged)]
        return Outcome(
            [one for one in ordered if not isinstance(one, Suppressed)],
            [one for one in ordered if isinstance(one, Suppressed)],
        )

    def _all_findings(self) -> Iterator[Finding]:
        for rule in self._rules.values():
            yield from (finding for finding in rule.check(self._index) if self._is_asked(finding.place.path))
        yield from self._unused()
        yield from self._expired()

    def _is_asked(self, path: str) -> bool:
        return path in self._found.reported and (self._paths is None or path in self._paths)

    def _suppressed(self, finding: Finding) -> Suppressed | None:
        path, line = finding.place.path, finding.place.span.line
        facts = self._found.files.get(path)
        if facts is not None and facts.suppressions:
            containers = [container.span for pod in facts.pods for container in pod.containers]
            for suppression in facts.suppressions:
                if suppression.covers(finding.rule, line, containers):
                    self._used.add((path, suppression.span, suppression.first))
                    return Suppressed(finding, suppression.reason or "ignored in the file", in_source=True)
        reason = self._selection.reason_to_ignore(finding, self._index.settings.today)
        return None if reason is None else Suppressed(finding, reason, in_source=False)

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
        is_used = (path, suppression.span, suppression.first) in self._used
        if is_used or not set(suppression.rules) & set(self._rules):
            return None
        return f"nothing is found here by {', '.join(f'`{name}`' for name in suppression.rules)}"

    def _expired(self) -> Iterator[Finding]:
        rule, settings = self._rules.get(_EXPIRED), self._index.settings
        for entry in self._selection.ignored if rule is not None else ():
            if entry.expires is not None and settings.today > entry.expires and entry.span and rule is not None:
                message = f"the entry for `{entry.rule}` expired on {entry.expires}: {entry.reason}"
                yield rule.finding(Place(shown(settings.source), entry.span).path, entry.span, message)
