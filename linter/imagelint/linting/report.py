"""What a run found, as every output and every caller gets it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imagelint.facts.input import Input
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding, Suppressed
    from imagelint.linting.rule import Rule
    from imagelint.text.places import SourceId


class Report(NamedTuple):
    """The findings of a run, sorted, each once, with what was read."""

    findings: Sequence[Finding]
    found: Input
    suppressed: Sequence[Suppressed] = ()
    # Those that ran, in the order of the manual.
    rules: Sequence[Rule] = ()
    # The names of those that did not.
    off: frozenset[str] = frozenset()
    # How many findings there are in what nobody deploys, by what that is.
    set_aside: Mapping[str, int] = MappingProxyType({})
    # The sources of each configuration with the index that judged them, from which outputs list the images.
    judged: Sequence[tuple[Index, set[SourceId]]] = ()

    @property
    def notes(self) -> list[str]:
        """Sentences for the user about what was not read, and what is not reported."""
        counts = sorted(self.set_aside.items())
        aside = [f"{count} finding{'s' * (count != 1)} in {purpose}; --all shows them" for purpose, count in counts]
        return [*self.found.notes, *aside]
