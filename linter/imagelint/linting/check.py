"""From the index to findings: rules, the severities that a user sets, and what the files themselves turn off."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imagelint.facts.model import FileFacts
from imagelint.linting.crashes import INTERNAL_ERROR, REPORT_IT, crash_of
from imagelint.linting.finding import SortKey, Suppressed
from imagelint.linting.judge import Judge
from imagelint.linting.resolve import resolve
from imagelint.linting.selection import Selection
from imagelint.text.paths import shown
from imagelint.text.places import Place, SourceId, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from imagelint.facts.input import Input
    from imagelint.facts.suppressions import Suppression
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding, SortKey
    from imagelint.linting.rule import Rule
    from imagelint.text.line_ranges import LineRanges
    from imagelint.world.settings import Settings

_UNUSED, _EXPIRED = "unused-ignore", "expired-ignore"
_NOTHING = (0, 0, None)


class Outcome(NamedTuple):
    """The findings of a run, sorted, each once; and those that a user knows of, with the reason."""

    findings: list[Finding]
    suppressed: list[Suppressed]
    # The rules that did not run.
    off: frozenset[str] = frozenset()


def enabled(rules: Sequence[Rule], settings: Settings, selection: Selection) -> dict[str, Rule]:
    """The rules that the selection runs anywhere, by name, in their order; that of crashes always."""
    return {
        rule.name: rule
        for rule in rules
        if selection.runs(rule, is_on=selection.is_on(rule, settings.runtime)) or rule.name == INTERNAL_ERROR
    }


def check(
    rules: Sequence[Rule],
    found: Input,
    index: Index,
    selection: Selection | None = None,
    sources: Collection[SourceId] | None = None,
) -> Outcome:
    """What the rules find in `sources` (by default in every reported file), as the selection wants it."""
    return _Checker(
        rules, found, index, selection or Selection(), found.reported if sources is None else sources
    ).outcome()


class _Findings:
    """What rules find in an index, by source: each rule runs once, for however many configurations."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._of: dict[Rule, tuple[dict[SourceId, list[Finding]], Exception | None]] = {}

    def of(self, rule: Rule) -> tuple[dict[SourceId, list[Finding]], Exception | None]:
        """The findings of a rule by source, and the exception that ended it early, if any."""
        if rule not in self._of:
            self._of[rule] = self._run(rule)
        return self._of[rule]

    def _run(self, rule: Rule) -> tuple[dict[SourceId, list[Finding]], Exception | None]:
        found: dict[SourceId, list[Finding]] = {}
        try:
            for finding in rule.check(self._index):
                found.setdefault(finding.at.source, []).append(finding)
        except Exception as error:  # noqa: BLE001 - the rule may be somebody else's
            return found, error
        return found, None


class _Checker:
    def __init__(
        self,
        rules: Sequence[Rule],
        found: Input,
        index: Index,
        selection: Selection,
        sources: Collection[SourceId],
    ) -> None:
        self._on = {rule.name: selection.is_on(rule, index.settings.runtime) for rule in rules}
        self._rules = enabled(rules, index.settings, selection)
        self._found = found
        self._index = index
        self._selection = selection
        self._judge = Judge(selection)
        self._sources = sources
        self._used: set[tuple[SourceId, Span, str]] = set()
        # The suppressions of a file by rule.
        self._by_rule: dict[SourceId, dict[str, LineRanges[Suppression]]] = {}

    def outcome(self) -> Outcome:
        judged: dict[SortKey, Finding | Suppressed] = {}
        for finding in self._all_findings():
            # One place can be wrong for several pods: anchors and overlays repeat it.
            if finding.sort_key not in judged:
                wanted = self._judge.judged(finding, is_on=self._on[finding.rule])
                # Asked also of what is not wanted: the comment at it has its use.
                reason = self._suppressed(finding)
                if wanted is not None:
                    judged[finding.sort_key] = wanted if reason is None else reason._replace(finding=wanted)
        ordered = [judged[key] for key in sorted(judged)]
        return Outcome(
            [one for one in ordered if not isinstance(one, Suppressed)],
            [one for one in ordered if isinstance(one, Suppressed)],
            frozenset(self._on.keys() - self._rules.keys()),
        )

    def _all_findings(self) -> Iterator[Finding]:
        for rule in self._rules.values():
            yield from self._findings_of(rule)
        yield from self._unused()
        yield from self._expired()

    def _findings_of(self, rule: Rule) -> Iterator[Finding]:
        """What a rule finds. A rule that fails keeps what it found before, and costs no other rule anything."""
        found, error = self._index.join(_Findings).of(rule)
        for source in self._sources:
            yield from (resolve(finding, self._found.sources) for finding in found.get(source, ()))
        if error is not None:
            message = f"rule `{rule.name}` failed and may have missed findings: {crash_of(error, rule.module)}"
            # It belongs to no file: it is reported at the first one.
            source = min(self._sources, default=SourceId("."))
            yield self._rules[INTERNAL_ERROR].finding(Place(source, Span(1, 1, 1, 1)), message, help=REPORT_IT)

    def _suppressed(self, finding: Finding) -> Suppressed | None:
        # A comment counts where the text was judged, and wherever it was written.
        for place in (finding.at, *(origin.place for origin in finding.written)):
            ranges = self._suppressions(place.source).get(finding.rule)
            _, _, suppression = next(ranges.around(place.span.line), _NOTHING) if ranges is not None else _NOTHING
            if suppression is not None:
                self._used.add((place.source, suppression.span, finding.rule))
                return Suppressed(finding, suppression.reason or "ignored in the file", in_source=True)
        reason = self._judge.reason_to_ignore(finding, self._index.world.today)
        return None if reason is None else Suppressed(finding, reason, in_source=False)

    def _suppressions(self, source: SourceId) -> dict[str, LineRanges[Suppression]]:
        if source not in self._by_rule:
            facts = self._found.files.get(source, FileFacts())
            containers = (container.span for pod in facts.pods for container in pod.containers)
            self._by_rule[source] = {}
            if facts.suppressions:
                from imagelint.facts.suppressions import by_rule

                self._by_rule[source] = by_rule(facts.suppressions, containers)
        return self._by_rule[source]

    def _unused(self) -> Iterator[Finding]:
        """Asked last: by then every other finding has been held against the comments."""
        rule = self._rules.get(_UNUSED)
        for source in self._sources if rule is not None else ():
            for suppression in self._found.files.get(source, FileFacts()).suppressions:
                problem = self._problem_of(source, suppression)
                if problem is not None and rule is not None:
                    yield rule.finding(Place(source, suppression.span), problem, help="remove or correct it")

    def _problem_of(self, source: SourceId, suppression: Suppression) -> str | None:
        if not suppression.rules:
            return "unused ignore: it names no rule, as in `ignore[latest-tag]`"
        unknown = next((name for name in suppression.rules if name not in self._on), None)
        if unknown is not None:
            return f"unused ignore: there is no rule `{unknown}`"
        unused = [name for name in suppression.rules if self._found_nothing(source, suppression.span, name)]
        if not unused:
            return None
        verb = "reports" if len(unused) == 1 else "report"
        return f"unused ignore: {', '.join(f'`{name}`' for name in unused)} {verb} nothing here"

    def _found_nothing(self, source: SourceId, span: Span, name: str) -> bool:
        """Whether a rule found nothing where a comment turns it off, although it had all that it looks at."""
        rule, facts = self._rules.get(name), self._found.files[source]
        if rule is None or (rule.across_files and self._found.is_partial) or facts.templated or facts.problems:
            return False
        return (source, span, name) not in self._used

    def _expired(self) -> Iterator[Finding]:
        rule, today = self._rules.get(_EXPIRED), self._index.world.today
        for entry in self._selection.ignored if rule is not None else ():
            if entry.expires is not None and today > entry.expires and entry.place and rule is not None:
                message = f"the entry for `{entry.rule}` expired on {entry.expires}: {entry.reason}"
                yield rule.finding(Place(SourceId(shown(entry.place.path)), entry.place.span), message)
