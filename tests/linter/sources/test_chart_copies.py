"""Copies of charts are made once as far as they fit, and failures become few sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagelint.sources.charts import copies
from imagelint.sources.charts.copies import Copies
from imagelint.sources.charts.failures import Failures
from imagelint.sources.charts.helm import HelmError, HelmSpentError
from imagelint.sources.charts.prepare import ChartError
from imagelint.sources.trees import Trees
from linter.sources.charts import chart, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copies:
    """The copies of three charts, one of which cannot be copied."""
    (tmp_path / ".git").mkdir()
    write(tmp_path, {**chart("a"), **chart("b", values="x: y\n"), **chart("bad")})
    write(tmp_path, {f"bad/{number}.txt": "" for number in range(5001)})
    monkeypatch.chdir(tmp_path)
    return Copies(Trees([]))


def test_a_copy_is_made_once(made: Copies) -> None:
    assert made.of("a") is made.of("a")
    assert made.of("a").digest != made.of("b").digest


def test_the_copies_that_were_needed_last_are_kept(made: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made.of("a")
    monkeypatch.setattr(copies, "_MOST_BYTES", 1)
    last = made.of("b")
    assert made.of("b") is last
    again = made.of("a")
    assert again is not first
    assert again.files == first.files


def test_an_error_is_raised_again(made: Copies) -> None:
    for _ in range(2):
        with pytest.raises(ChartError, match="more than 5000 files"):
            made.of("bad")


def test_failures_with_the_same_reason_are_one_sentence() -> None:
    failures = Failures()
    for name in ("values.yaml", "a.yaml", "b.yaml", "c.yaml"):
        failures.add("shop", name, HelmError('template: shop: no "secret" here'))
    failures.add("shop", "d.yaml", PermissionError(13, "Permission denied"))
    for number in range(5):
        failures.add(f"late/{number}", "values.yaml", HelmSpentError("helm may run for 300 seconds"))
    assert [*failures.notes()] == [
        "shop: not rendered with values.yaml, a.yaml, b.yaml and 1 more set of values: template: shop: no … here",
        "shop: not rendered with d.yaml: permission denied",
        "late/0, late/1, late/2 and 2 more charts: not rendered with all values: helm may run for 300 seconds",
    ]
