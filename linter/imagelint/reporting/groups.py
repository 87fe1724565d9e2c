"""Groups findings for reports: by file, and by cause."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from imagelint.reporting.concise import position
from imagelint.reporting.summary import counted
from imagelint.text.printable import printable
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagelint.linting.finding import Finding, SortKey

# Of one cause; a reader needs no more to see what is meant.
MOST_PLACES = 10
_NUMBER = re.compile(r"(\d+)", re.ASCII)


class Group(NamedTuple):
    """Findings with one cause: the first one, and those at other places."""

    first: Finding
    others: Sequence[Finding] = ()


def by_file(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """The findings of each file; the input is sorted by file."""
    for path, group in groupby(findings, key=lambda finding: finding.place.path):
        yield path, list(group)


def groups_by_file(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Group]]]:
    """The groups by the file of their first finding."""
    for path, group in groupby(grouped(findings), key=lambda group: group.first.place.path):
        yield path, list(group)


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Findings grouped by cause, in the order of the first finding of each group.

    Within a group, only places, objects and containers differ.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_cause(finding), []).append(finding)
    ordered = [sorted(group, key=_natural) if len(group) > 1 else group for group in groups.values()]
    return sorted((Group(group[0], group[1:]) for group in ordered), key=lambda group: group.first.sort_key)


def group_numbers(findings: Iterable[Finding]) -> dict[SortKey, int]:
    """The number of the group of each finding, by its sort key, for formats that have an entry for each place."""
    return {
        finding.sort_key: number
        for number, group in enumerate(grouped(findings))
        for finding in (group.first, *group.others)
    }


def other_places(group: Group, *, all_places: bool = False, how_to_see_all: str = "") -> list[str]:
    """The other places of a group as lines, with a heading; empty if there are none."""
    if not group.others:
        return []
    shown = group.others if all_places else group.others[: MOST_PLACES - 1]
    lines = [f"and {counted(len(group.others), 'more place')}:"]
    lines += [f"  {_other_place(other, group.first)}" for other in shown]
    left = len(group.others) - len(shown)
    return [*lines, f"  and {left} more{how_to_see_all}"] if left else lines


def _other_place(other: Finding, first: Finding) -> str:
    """Where a finding with the same cause is, with the places that only it is explained by."""
    own = [related for related in other.related if related not in first.related]
    around = f" ({', '.join(f'{position(place)} {printable(message)}' for place, message in own)})" if own else ""
    return f"{position(other.place)} {printable(other.subject.label)}{around}".rstrip()


def _natural(finding: Finding) -> tuple[object, ...]:
    """The order of people: `w2` before `w10`."""
    parts = _NUMBER.split(finding.place.path)
    return ([(int(part) if number % 2 else 0, part) for number, part in enumerate(parts)], *finding.sort_key)


def _cause(finding: Finding) -> tuple[object, ...]:
    subject = finding.subject
    about = (subject.image, *subject.names) if subject.image or subject.names else (finding.message,)
    if finding.is_about_host or finding.cause is not None:
        about = (finding.cause or finding.message,)
    related = tuple(related.message for related in finding.related)
    return (finding.rule, finding.severity, finding.prediction, finding.help, about, related)
