"""From the index to findings: rules, the severities that a user sets, and what the files themselves turn off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagelint.crashes import INTERNAL_ERROR, REPORT_IT, crash_of
from imagelint.discover import shown
from imagelint.facts import FileFacts
from imagelint.findings import Place, Suppressed
from imagelint.index import Index
from imagelint.nodes import Span
from imagelint.selection import Selection
from imagelint.suppressions import by_rule

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from imagelint.engine import Input
    from imagelint.findings import Finding
    from imagelint.lines import LineRanges
    from imagelint.rule import Rule
    from imagelint.settings import Settings
    from imagelint.suppressions import Suppression

_UNUSED, _EXPIRED = "unused-ignore", "expired-ignore"
_NOTHING = (0, 0, None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a run, sorted, each once; and those that a user knows of, with the reason."""

    findings: list[Finding]
    suppressed: list[Suppressed]


def is_on(rule: Rule, settings: Settings) -> bool:
    """Whether a rule runs by default, on nodes as the settings tell them."""
    return rule.on or (rule.on_for is not None and rule.on_for == settings.runtime)


def enabled(rules: Sequence[Rule], settings: Settings, selection: Selection) -> dict[str, Rule]:
    """The rules that the selection runs anywhere, by name, in their order; that of crashes always."""
    return {
        rule.name: rule
        for rule in rules
        if selection.runs(rule, is_on=is_on(rule, settings)) or rule.name == INTERNAL_ERROR
    }


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
        # The suppressions of a file by rule.
        self._by_rule: dict[str, dict[str, LineRanges[Suppression]]] = {}

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
            yield from self._findings_of(rule)
        yield from self._unused()
        yield from self._expired()

    def _findings_of(self, rule: Rule) -> Iterator[Finding]:
        """What a rule finds. A rule that fails keeps what it found before, and costs no other rule anything."""
        try:
            yield from (finding for finding in rule.check(self._index) if self._is_asked(finding.place.path))
        except Exception as error:  # noqa: BLE001 - the rule may be somebody else's
            message = f"rule `{rule.name}` failed, and may have missed findings: {crash_of(error, rule.module)}"
            # It belongs to no file: it is told at the first one.
            path = min(filter(self._is_asked, self._found.reported), default=".")
            yield self._rules[INTERNAL_ERROR].finding(path, Span(1, 1, 1, 1), message, help=REPORT_IT)

    def _is_asked(self, path: str) -> bool:
        return path in self._found.reported and (self._paths is None or path in self._paths)

    def _suppressed(self, finding: Finding) -> Suppressed | None:
        path, line = finding.place.path, finding.place.span.line
        ranges = self._suppressions(path).get(finding.rule)
        _, _, suppression = next(ranges.around(line), _NOTHING) if ranges is not None else _NOTHING
        if suppression is not None:
            self._used.add((path, suppression.span, suppression.first))
            return Suppressed(finding, suppression.reason or "ignored in the file", in_source=True)
        reason = self._selection.reason_to_ignore(finding, self._index.settings.today)
        return None if reason is None else Suppressed(finding, reason, in_source=False)

    def _suppressions(self, path: str) -> dict[str, LineRanges[Suppression]]:
        if path not in self._by_rule:
            facts = self._found.files.get(path, FileFacts())
            containers = (container.span for pod in facts.pods for container in pod.containers)
            self._by_rule[path] = by_rule(facts.suppressions, containers) if facts.suppressions else {}
        return self._by_rule[path]

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
