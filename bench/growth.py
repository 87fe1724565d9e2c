"""Measure how the cost of a run grows with its input, in one direction after the other. Prints a table in Markdown.

    python bench/growth.py [--large] [PART OF A NAME...]

The size of each input doubles three times from the first one that costs enough to be measured. The exponent is that of
the CPU time beyond that of an input of one: 1 for twice the time at twice the size, 2 for four times. `--large` runs
100,000 pods, secrets, accounts, namespaces and findings instead. Names (`json`, `secret`) select rows.
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from inputs import ROWS
from inputs.large import LARGE
from measure import Cost, measured

if TYPE_CHECKING:
    from inputs.rows import Row

# CPU seconds beyond those of an input of one: the least that is measured, and the most that a first run may take.
_LEAST, _LIMIT = 0.05, 120
_DOUBLINGS = 3
# An input that costs next to nothing at this size is left alone.
_LARGEST = 200_000
_TARGET = 1.2
_ROUNDS = 3
_COMMANDS_WITH_JOBS = frozenset({"check", "images"})


class Growth(NamedTuple):
    """The sizes of a row, the CPU seconds of each, and the peak megabytes of the last."""

    sizes: list[int]
    seconds: list[float]
    start: float
    peak: float

    @property
    def exponent(self) -> float:
        """The slope of the last two doublings, where the start weighs least; 0 for what costs next to nothing."""
        if self.seconds[-1] - self.start < _LEAST:
            return 0.0
        first, *_, last = [max(seconds - self.start, 0.001) for seconds in self.seconds[-3:]]
        return math.log2(last / first) / 2 if len(self.seconds) > 2 else math.inf


def main() -> None:
    """Measure the rows whose names hold one of the arguments, by default all of them."""
    parts = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    if "--large" in sys.argv:
        large(parts)
        return
    print("| input | sizes | CPU seconds | exponent | peak MB |\n| --- | --- | --- | --- | --- |")
    above: list[str] = []
    for row in selected(ROWS, parts):
        growth = grown(row)
        sizes = f"{growth.sizes[0]:,} to {growth.sizes[-1]:,}"
        seconds = ", ".join(f"{value:.2f}" for value in growth.seconds)
        is_above = growth.exponent > _TARGET
        exponent = f"**{growth.exponent:.2f}**" if is_above else f"{growth.exponent:.2f}"
        above += [row.name] if is_above else []
        print(f"| {row.name} | {sizes} | {seconds} | {exponent} | {growth.peak:.0f} |", flush=True)
    print(f"\n{len(above)} above {_TARGET}: {'; '.join(above) or 'none'}")


def large(parts: list[str]) -> None:
    """100,000 of each."""
    print("| input | CPU seconds | wall seconds | peak MB |\n| --- | --- | --- | --- |")
    for row in selected(LARGE, parts):
        cost = run(row, row.size, limit=600)
        print(f"| {row.name} | {cost.cpu:.1f} | {cost.wall:.1f} | {cost.peak:.0f} |", flush=True)


def selected(rows: tuple[Row, ...], parts: list[str]) -> list[Row]:
    """The rows whose names hold one of the parts; all without parts."""
    return [row for row in rows if not parts or any(part in row.name for part in parts)]


def grown(row: Row) -> Growth:
    """What the sizes of a row cost."""
    start = min(run(row, 1).cpu for _ in range(_ROUNDS))
    size = row.size
    while run(row, size).cpu - start < _LEAST and size < _LARGEST:
        size *= 2
    sizes, seconds, peak = [size << doubling for doubling in range(_DOUBLINGS + 1)], list[float](), 0.0
    for number in sizes:
        costs = [run(row, number)]
        while len(costs) < _ROUNDS and costs[0].cpu < 3:
            costs.append(run(row, number))
        seconds.append(min(cost.cpu for cost in costs))
        peak = max(cost.peak for cost in costs)
        if seconds[-1] > _LIMIT / 4:
            break
    return Growth(sizes[: len(seconds)], seconds, start, peak)


def run(row: Row, size: int, limit: int = _LIMIT) -> Cost:
    """One run in a fresh process and folder. Raises SystemExit if it is refused, as it then measures nothing."""
    with tempfile.TemporaryDirectory() as folder:
        command, *arguments = row.write(Path(folder), size)
        jobs = ["--jobs=1"] if command in _COMMANDS_WITH_JOBS else []
        cost = measured([sys.executable, "-m", "imagelint", command, *jobs, *arguments], folder=folder, limit=limit)
    if cost.status not in {0, 1, -24, 128 + 24}:
        raise SystemExit(f"{row.name}, size {size}: exit {cost.status}\n{cost.errors[-2000:]}")
    return cost


if __name__ == "__main__":
    main()
