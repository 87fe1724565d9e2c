"""Measures the time that a run spends in each stage and in each rule."""

from __future__ import annotations

from collections import defaultdict
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.linting.rule import Rule
    from imagelint.sources.discover import InputFile

_LINKING, _RULES = "link and suppress", "rules"


class Stopwatch:
    """Wall-clock seconds by stage and by rule."""

    def __init__(self) -> None:
        self._stages: defaultdict[str, float] = defaultdict(float)
        self._rules: defaultdict[str, float] = defaultdict(float)
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """Count the time since the last lap for a stage."""
        now = perf_counter()
        self._stages[stage] += now - self._last
        self._last = now

    def reading(
        self, progress: Callable[[Sequence[InputFile]], Iterable[InputFile]]
    ) -> Callable[[Sequence[InputFile]], Iterable[InputFile]]:
        """Wrap `progress`: requesting the first file ends the discovery stage, exhausting the files ends reading."""

        def files(found: Sequence[InputFile]) -> Iterator[InputFile]:
            self.lap("discover")
            yield from progress(found)
            self.lap("read and extract")

        return files

    def timed(self, rule: Rule) -> Rule:
        """The rule with a check that is timed."""

        def check(index: Index) -> Sequence[Finding]:
            started = perf_counter()
            found = [*rule.check(index)]
            self._rules[rule.name] += perf_counter() - started
            return found

        return rule._replace(check=check)

    def checked(self) -> None:
        """Add the time since the last lap to the rules as far as they spent it, and the rest to linking."""
        self.lap(_LINKING)
        spent = sum(self._rules.values()) - self._stages[_RULES]
        self._stages[_LINKING] -= spent
        self._stages[_RULES] += spent

    def lines(self) -> Iterator[str]:
        """The stages in order, with the rules, slowest first, below their stage."""
        for stage, seconds in self._stages.items():
            yield f"{seconds * 1000:9.1f} ms  {stage}"
            slowest = sorted(self._rules.items(), key=lambda entry: -entry[1])
            for rule, part in slowest if stage == _RULES else ():
                yield f"{part * 1000:9.1f} ms    {rule}"
