"""From the index to findings: rules, the severities that a user sets, and what the files themselves turn off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.purposes import (
    DEPRECATED_REPOSITORIES,
    EXAMPLE_REPOSITORIES,
    LOWERED,
    NOT_DEPLOYED,
    SWITCHED_OFF,
    UNBUILT,
    UNLISTED,
)
from imagelint.linting import expired_ignore, internal_error, unused_ignore
from imagelint.linting.expired_ignore import expired, expired_comments
from imagelint.linting.finding import Confidence, Severity, SortKey, Suppressed
from imagelint.linting.internal_error import failed_rule
from imagelint.linting.prediction import Rejection
from imagelint.linting.selection import Selection
from imagelint.linting.unused_ignore import Suppressions
from imagelint.text.lazy import cached_property
from imagelint.text.places import Place, SourceId
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from imagelint.facts.input import Input, SetValue
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding, SortKey
    from imagelint.linting.judge import Judge
    from imagelint.linting.rule import Rule
    from imagelint.world.settings import Settings

# What the title of a README says of the manifests of its repository, by their purpose.
_TITLES = {
    EXAMPLE_REPOSITORIES: "these are examples, so this may be meant",
    DEPRECATED_REPOSITORIES: "this is deprecated, so this may stay",
}
# The rules whose findings the engine makes itself, in the order of the manual.
ENGINE_RULES = (internal_error.RULE, unused_ignore.RULE, expired_ignore.RULE)


class Outcome(NamedTuple):
    """The findings of a run, sorted, each once; and the suppressed ones, with the reasons."""

    findings: list[Finding]
    suppressed: list[Suppressed]
    # The rules that did not run.
    off: frozenset[str] = frozenset()
    # In what nobody deploys, each with what that is: counted, and not reported.
    set_aside: tuple[tuple[SortKey, str], ...] = ()


def enabled(rules: Sequence[Rule], settings: Settings, selection: Selection) -> dict[str, Rule]:
    """The rules that the selection runs anywhere, by name, in their order; `internal-error` always."""
    return {
        rule.name: rule
        for rule in rules
        if selection.runs(rule, is_on=selection.is_on(rule, settings.runtime)) or rule.name == internal_error.RULE.name
    }


def check(
    rules: Sequence[Rule],
    found: Input,
    index: Index,
    selection: Selection | None = None,
    sources: Collection[SourceId] | None = None,
) -> Outcome:
    """What the rules find in `sources` (by default in every reported file), under the selection."""
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
        except Exception as error:  # noqa: BLE001 - the rule may be a plugin
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
        # In an order of their own: of two findings at one place the first counts.
        self._sources = sorted(sources)
        self._scope = frozenset(sources)
        self._units = {id_: found.units[id_] for id_ in found.units_of(sources)}
        self._suppressions = Suppressions(found.files, index.world.today)

    @cached_property
    def _judge(self) -> Judge:
        from imagelint.linting.judge import Judge

        return Judge(self._selection)

    def outcome(self) -> Outcome:
        judged: dict[SortKey, Finding | Suppressed] = {}
        set_aside: dict[SortKey, str] = {}
        self._found.trace_ahead(self._places_in_units())
        for finding in self._all_findings():
            # One place can be wrong for several pods: anchors and overlays repeat it.
            if finding.sort_key in judged:
                judged[finding.sort_key] = _also_in(judged[finding.sort_key], finding, self._found)
            else:
                purposes = self._purposes(finding)
                wanted = self._judge.judged(self._weighed(finding, purposes), is_on=self._on[finding.rule])
                # Also for unwanted findings: the comment at them counts as used.
                reason = self._suppressed(finding)
                not_deployed = NOT_DEPLOYED & purposes
                if wanted is not None and reason is None and not_deployed:
                    set_aside[finding.sort_key] = min(not_deployed)
                elif wanted is not None:
                    judged[finding.sort_key] = wanted if reason is None else reason._replace(finding=wanted)
        ordered = [judged[key] for key in sorted(judged)]
        return Outcome(
            self._without_repetition(ordered),
            [one for one in ordered if isinstance(one, Suppressed)],
            frozenset(self._on.keys() - self._rules.keys()),
            tuple(set_aside.items()),
        )

    def _places_in_units(self) -> Iterator[Place]:
        """Where the rules find something in overlays and charts, and what is shown with it."""
        for rule in self._rules.values() if self._units else ():
            found, _ = self._index.join(_Findings).of(rule)
            for finding in (one for id_ in sorted(found.keys() & self._units.keys()) for one in found[id_]):
                yield from (finding.at, *(related.place for related in finding.related))

    def _purposes(self, finding: Finding) -> frozenset[str]:
        """What is at a finding, if that is nothing to deploy as it is and not all is reported."""
        if self._selection.tells_all or finding.rule == internal_error.RULE.name:
            return frozenset()
        return self._found.purposes(finding.at, finding.place)

    def _weighed(self, finding: Finding, purposes: frozenset[str]) -> Finding:
        """A finding, as an info where somebody fills in what it is about, or only tries it out."""
        rule = self._rules.get(finding.rule)
        if rule is None or not rule.is_about_file:
            if SWITCHED_OFF in purposes:
                return _not_deployed(finding, self._found.switched_off)
            is_lowered = finding.severity is Severity.WARNING or (rule is not None and UNLISTED in rule.info_in)
            if UNLISTED in purposes and is_lowered:
                return _not_deployed(finding, self._found.unlisted)
        if rule is not None and UNBUILT in rule.info_in & purposes:
            return _not_deployed(finding, self._found.unbuilt)
        if finding.subject.image is not None and (setting := self._found.setting_of(finding.at, finding.place)):
            return _set_instead(finding, setting)
        is_filled_in = rule is not None and not rule.info_in.isdisjoint(purposes)
        if is_filled_in:
            return finding._replace(severity=Severity.INFO, confidence=Confidence.POSSIBLE, help=self._help(finding))
        is_lowered = finding.confidence is not Confidence.CERTAIN and not LOWERED.isdisjoint(purposes)
        return finding._replace(severity=Severity.INFO) if is_lowered else finding

    def _help(self, finding: Finding) -> str | None:
        """The remedy of a finding, with the reason why it is an info if neither it nor its path says that."""
        purpose, readme = self._found.titles.get(finding.at.source, ("", ""))
        if purpose not in self._rules[finding.rule].info_in or finding.severity is Severity.INFO:
            return finding.help
        return f"the title of {readme} says that {_TITLES[purpose]}; else {finding.help}"

    def _without_repetition(self, judged: Sequence[Finding | Suppressed]) -> list[Finding]:
        """The findings without repetition: one of several about the same, one prediction for each object."""
        at: dict[Place, set[str]] = {}
        for one in judged:  # also what is suppressed: its twin would come up in its place
            finding = one.finding if isinstance(one, Suppressed) else one
            for place in (finding.at, finding.place):
                at.setdefault(place, set()).add(finding.rule)
        findings = [one for one in judged if not isinstance(one, Suppressed)]
        repeated = (self._rules[one.rule].unless_found_by & (at[one.at] | at[one.place]) for one in findings)
        return _without_rejected([one for one, by in zip(findings, repeated, strict=True) if not by])

    def _all_findings(self) -> Iterator[Finding]:
        for rule in self._rules.values():
            yield from self._findings_of(rule)
        # Last, when every other finding was compared with the suppressions.
        if unused_ignore.RULE.name in self._rules:
            is_partial = self._found.is_partial
            yield from self._suppressions.unused(self._sources, self._on, self._rules, is_partial=is_partial)
        if expired_ignore.RULE.name in self._rules:
            yield from expired(self._selection.ignored, self._index.world.today)
            yield from expired_comments(self._found.files, self._sources, self._index.world.today)

    def _findings_of(self, rule: Rule) -> Iterator[Finding]:
        """What a rule finds. A rule that fails keeps what it found before, and costs no other rule anything."""
        found, error = self._index.join(_Findings).of(rule)
        if found:
            yield from self._resolved(found)
        if error is not None:
            yield failed_rule(rule, error, min(self._sources, default=SourceId(".")))

    def _resolved(self, found: Mapping[SourceId, Sequence[Finding]]) -> Iterator[Finding]:
        """The findings of a rule in scope, each with the places where its text was written."""
        from imagelint.linting.resolve import belongs, resolve

        for source in sorted(found.keys() & self._scope):
            yield from (resolve(finding, self._found) for finding in found[source])
        # What is deployed comes before what is only tried out: of a finding in several units the first counts.
        of_units = found.keys() & self._units.keys()
        for id_ in sorted(of_units, key=lambda id_: (id_ in self._found.purposes_of_folders, id_)):
            resolved = (resolve(finding, self._found) for finding in found[id_])
            yield from (one for one in resolved if belongs(self._units[id_], one.written, self._scope, self._found))

    def _suppressed(self, finding: Finding) -> Suppressed | None:
        suppression = self._suppressions.find(finding)
        if self._selection.no_ignores:
            return None
        if suppression is not None:
            return Suppressed(finding, suppression.reason or "ignored in the file", in_source=True)
        reason = self._judge.reason_to_ignore(finding, self._index.world.today)
        return None if reason is None else Suppressed(finding, reason, in_source=False)


def _not_deployed(finding: Finding, off: Mapping[SourceId, str]) -> Finding:
    """A finding in what nothing deploys, as the info that it is."""
    message = f"{finding.message} (nothing deploys it: {off.get(finding.at.source) or off[finding.place.source]})"
    return finding._replace(severity=Severity.INFO, message=message, prediction=None)


def _set_instead(finding: Finding, setting: SetValue) -> Finding:
    """A finding in a value that is not deployed, as the info that it is."""
    message = f"{finding.message} (`{setting.path}` sets `{setting.key}` where it installs the chart)"
    return finding._replace(severity=Severity.INFO, message=message, prediction=None)


def _also_in(known: Finding | Suppressed, again: Finding, found: Input) -> Finding | Suppressed:
    """What was found before, in further overlays and sets of values."""
    finding = known.finding if isinstance(known, Suppressed) else known
    unit = found.units.get(again.at.source)
    if unit is not None and unit.values and finding.fix != again.fix:
        # What repairs it with some values does not with others.
        finding = finding._replace(fix=None)
    if finding.units[-len(again.units) :] != again.units:
        finding = finding._replace(units=(*finding.units, *again.units))
    return known._replace(finding=finding) if isinstance(known, Suppressed) else finding


def _without_rejected(findings: Sequence[Finding]) -> list[Finding]:
    """Drop predictions for objects that the API server rejects, and other findings at the place of the rejection."""
    rejected = [one for one in findings if _rejects(one)]
    places = {one.at for one in rejected}
    objects = {(one.at.source, one.subject.document_number) for one in rejected}
    kept: list[Finding] = []
    for finding in findings:
        if _rejects(finding):
            kept.append(finding)
        elif finding.at not in places:
            is_rejected = (finding.at.source, finding.subject.document_number) in objects
            kept.append(finding._replace(prediction=None) if is_rejected else finding)
    return kept


def _rejects(finding: Finding) -> bool:
    return finding.prediction is not None and finding.prediction.reason == Rejection.INVALID
