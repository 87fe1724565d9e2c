"""Which findings are reported: severities by rule and path, and suppressed findings."""

from __future__ import annotations

import os
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from imagelint.linting.finding import Finding, Severity
    from imagelint.linting.rule import Rule
    from imagelint.text.ignore_patterns import IgnorePatterns
    from imagelint.text.places import Place

# Which findings are reported: those of the default rules, of all rules, or only those that the model proves.
PROFILES = ("default", "strict", "certain")
DEFAULT_PROFILE, STRICT, CERTAIN = PROFILES


class RuleSetting(NamedTuple):
    """Whether a rule runs, and the severity that replaces its own."""

    is_on: bool
    severity: Severity | None = None


class IgnoredFindings(NamedTuple):
    """Findings that are suppressed: of one rule, if every glob fits."""

    rule: str
    globs: Mapping[str, str]
    reason: str
    # The last day on which this counts.
    expires: date | None = None
    # The place of the entry in a configuration.
    place: Place | None = None


class Selection(NamedTuple):
    """The findings that a user selected; by default those of all rules that are on."""

    folder: str = "."
    profile: str = DEFAULT_PROFILE
    rules: Mapping[str, RuleSetting] = MappingProxyType({})
    overrides: tuple[tuple[tuple[str, ...], Mapping[str, RuleSetting]], ...] = ()
    ignored: tuple[IgnoredFindings, ...] = ()
    # Also what is found where nobody deploys from: test data, vendored folders, objects read back from a cluster.
    tells_all: bool = False
    # Report also what comments, annotations and entries of `ignore` suppress.
    no_ignores: bool = False
    # From the command line: nothing but these (where there are any), and none of those.
    only: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()

    def is_on(self, rule: Rule, runtime: str | None) -> bool:
        """Whether a rule is on by default."""
        return rule.on or self.profile == STRICT or (rule.on_for is not None and rule.on_for == runtime)

    def runs(self, rule: Rule, *, is_on: bool) -> bool:
        """Whether a rule is on anywhere, if it is `is_on` by default."""
        if rule.name in self.off or (self.only and rule.name not in self.only):
            return False
        if self.only:
            return True
        anywhere = [setting.is_on for _, rules in self.overrides if (setting := rules.get(rule.name))]
        own = self.rules.get(rule.name)
        return (own.is_on if own else is_on) or any(anywhere)

    def paths_of(self, finding: Finding) -> tuple[str, ...]:
        """The paths of a finding as globs see them: where it was judged, and where its text was written."""
        places = (finding.at, *(origin.place for origin in finding.written))
        return tuple(dict.fromkeys(self.relative(place.path) for place in places))

    def relative(self, path: str) -> str:
        """A path of a finding as the globs of the configuration see it."""
        return os.path.relpath(os.path.abspath(path), self.folder).replace(os.sep, "/")


def path_matches(path: str, globs: tuple[str, ...]) -> bool:
    """Whether a relative path is meant by one of the globs, which read as in .gitignore."""
    return _patterns(globs).cover(path)


def glob_problem(glob: str) -> str | None:
    """Why a glob cannot be used; None if it can."""
    from imagelint.text.globs import GlobError, path_pattern

    try:
        path_pattern(glob, is_strict=True)
    except GlobError:
        is_pattern = False
    else:
        is_pattern = glob.strip("!/ ") != "" and "\n" not in glob
    return None if is_pattern else f"`{glob}` is not a valid .gitignore pattern"


@lru_cache(maxsize=64)
def _patterns(globs: tuple[str, ...]) -> IgnorePatterns:
    from imagelint.text.ignore_patterns import IgnorePatterns

    return IgnorePatterns("\n".join(globs).encode("utf-8", "surrogateescape"))
