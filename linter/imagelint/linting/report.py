"""What a run found, as every output and every caller gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagelint.facts.input import Input
    from imagelint.linting.finding import Finding, Suppressed
    from imagelint.linting.rule import Rule


class Report(NamedTuple):
    """The findings of a run, sorted, each once, with what was read."""

    findings: Sequence[Finding]
    found: Input
    suppressed: Sequence[Suppressed] = ()
    # Those that ran, in the order of the manual.
    rules: Sequence[Rule] = ()
    # The names of those that did not.
    off: frozenset[str] = frozenset()
