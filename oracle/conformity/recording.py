"""Cases with the answers of Kubernetes as files, so that tests hold them if there is no Go."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from conformity.comparison import cases_of, compare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformity.question import Answer, Answerer, Case, Question
    from conformity.seeds import Seeds

_PER_QUESTION = 800


def record(oracle: Answerer, question: Question, seeds: Seeds, folder: Path, seed: str) -> int:
    """Write small cases of a question without unexplained differences, one on a line; returns how many there are."""
    cases = [*islice(cases_of(question, seeds, seed, question.count), 5000)]
    lines = [*islice(_lines(question, zip(cases, oracle.ask(cases), strict=True)), _PER_QUESTION)]
    (folder / f"{question.name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def recorded(folder: Path, question: Question) -> Iterator[tuple[Case, Answer]]:
    """The cases and answers that were recorded for a question."""
    for line in (folder / f"{question.name}.jsonl").read_text(encoding="utf-8").splitlines():
        case, answer = json.loads(line)
        yield case, answer


def _lines(question: Question, answered: Iterator[tuple[Case, Answer]]) -> Iterator[str]:
    for case, answer in answered:
        line = json.dumps([case, answer], ensure_ascii=True, separators=(",", ":"))
        difference = compare(question, case, answer)
        if len(line) <= question.most_recorded and (difference is None or difference.reason is not None):
            yield line
