"""What becomes of a finding under a selection: its severity, or the reason to leave it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.reference import InvalidReferenceError, parse_reference
from imagelint.linting.finding import Confidence
from imagelint.linting.selection import CERTAIN, IgnoredFindings, RuleSetting, Selection, path_matches
from imagelint.text.glob_table import GlobTable, longest_plain, plain_start
from imagelint.text.globs import glob_matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from imagelint.linting.finding import Finding


class Judge:
    """A selection, prepared once for any number of findings."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._overrides = _Overrides(selection)
        by_rule: dict[str, list[IgnoredFindings]] = {}
        for entry in selection.ignored:
            by_rule.setdefault(entry.rule, []).append(entry)
        self._ignored = {rule: _Ignored(entries) for rule, entries in by_rule.items()}

    def judged(self, finding: Finding, *, is_on: bool) -> Finding | None:
        """The finding with the severity that is set for its rule and path; None if it is not wanted."""
        selection = self._selection
        if selection.profile == CERTAIN and finding.confidence is not Confidence.CERTAIN:
            return None
        setting = selection.rules.get(finding.rule, RuleSetting(is_on))
        if finding.rule in selection.only:
            setting = RuleSetting(True, setting.severity)
        for rules in self._overrides.of(selection.paths_of(finding)) if selection.overrides else ():
            setting = rules.get(finding.rule, setting)
        if not setting.is_on:
            return None
        return finding._replace(severity=setting.severity) if setting.severity else finding

    def reason_to_ignore(self, finding: Finding, today: date) -> str | None:
        """Why a finding is suppressed; None if it is not."""
        entries = self._ignored.get(finding.rule)
        if entries is None:
            return None
        return entries.reason(finding, self._selection.paths_of(finding), today)


class _Overrides:
    """The overrides of a path; those whose patterns name a folder or file plainly are looked up by that name."""

    def __init__(self, selection: Selection) -> None:
        self._entries = selection.overrides
        self._of: dict[tuple[str, ...], list[Mapping[str, RuleSetting]]] = {}
        self._by_part: dict[str, list[int]] = {}
        self._others: list[int] = []
        for number, (globs, _) in enumerate(selection.overrides):
            parts = [_plain_part(glob) for glob in globs]
            for part in {part for part in parts if part is not None}:
                self._by_part.setdefault(part, []).append(number)
            self._others += [number] if None in parts else []

    def of(self, paths: tuple[str, ...]) -> list[Mapping[str, RuleSetting]]:
        """The settings of rules for a finding with some paths, the last of which count."""
        if paths not in self._of:
            parts = {part for path in paths for part in path.split("/")}
            near = (number for part in parts for number in self._by_part.get(part, ()))
            entries = [self._entries[number] for number in sorted({*self._others, *near})]
            self._of[paths] = [rules for globs, rules in entries if any(path_matches(path, globs) for path in paths)]
        return self._of[paths]


def _plain_part(glob: str) -> str | None:
    """A part of a path that a pattern of .gitignore names as it is; None if there is none, or it is negated."""
    parts = () if glob.startswith(("!", "#")) else (part for part in glob.rstrip().split("/") if part)
    return max((part for part in parts if plain_start(part) == part), key=len, default=None)


class _Ignored:
    """The entries under `ignore` of one rule, by the field that distinguishes most of them."""

    def __init__(self, entries: Iterable[IgnoredFindings]) -> None:
        by_key: dict[str | None, list[tuple[str, tuple[int, IgnoredFindings]]]] = {}
        for number, entry in enumerate(_without_twins(entries)):
            key = max(entry.globs, key=lambda key: longest_plain(entry.globs[key]), default=None)
            by_key.setdefault(key, []).append((entry.globs[key] if key else "*", (number, entry)))
        self._tables = {key: GlobTable(found) for key, found in by_key.items()}

    def reason(self, finding: Finding, paths: tuple[str, ...], today: date) -> str | None:
        """The reason of the first entry that covers a finding with some paths, relative to the configuration."""
        covering = {
            number: entry.reason
            for fields in _fields(finding, paths)
            for key, table in self._tables.items()
            for number, entry in table.near(fields.get(key or "") or "")
            if _covers(entry, fields, today)
        }
        return covering[min(covering)] if covering else None


def _without_twins(entries: Iterable[IgnoredFindings]) -> Iterable[IgnoredFindings]:
    """Entries that cover different findings; the first of those that cover the same counts."""
    found: dict[tuple[object, ...], IgnoredFindings] = {}
    for entry in entries:
        found.setdefault((entry.expires, *sorted(entry.globs.items())), entry)
    return found.values()


def _covers(entry: IgnoredFindings, fields: Mapping[str, str | None], today: date) -> bool:
    if entry.expires is not None and today > entry.expires:
        return False
    found = ((fields.get(key), glob) for key, glob in entry.globs.items())
    return all(value is not None and glob_matches(glob, value) for value, glob in found)


def _fields(finding: Finding, paths: tuple[str, ...]) -> Iterator[Mapping[str, str | None]]:
    """The fields of a finding that globs may match, for each of its paths and for each name of its image."""
    subject = finding.subject
    resource = subject.resource
    fields = {"kind": resource.kind, "namespace": resource.namespace, "name": resource.name} if resource else {}
    for path in paths:
        for image in _image_names(subject.image):
            yield {**fields, "path": path, "container": subject.container, "image": image}


def _image_names(image: str | None) -> Iterator[str | None]:
    """An image as written and in full, each also without tag and digest: such a pattern means all of them."""
    yield image
    try:
        reference = parse_reference(image or "")
    except InvalidReferenceError:
        return
    version = (f":{reference.tag}" if reference.tag else "") + (f"@{reference.digest}" if reference.digest else "")
    yield (image or "").removesuffix(version)
    yield reference.normalized
    yield f"{reference.normalized}{version or ':latest'}"
