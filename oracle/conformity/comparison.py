"""Runs a question: asks both sides, counts the classes of differences, and reduces an example of each."""

from __future__ import annotations

import base64
import json
import random
import time
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from conformity.known_cases import known_cases
from conformity.question import Answer, Case, Difference, Question, general

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformity.question import Answerer
    from conformity.seeds import Seeds

_BATCH, _SMALL_BATCH = 2000, 10


class Class(NamedTuple):
    """Cases that differ in the same way: how many, and the smallest that was found."""

    difference: Difference
    cases: int
    example: Case


class Result(NamedTuple):
    """The outcome of a question."""

    cases: int
    classes: list[Class]

    @property
    def unexplained(self) -> int:
        """The number of cases that differ without a reason."""
        return sum(found.cases for found in self.classes if found.difference.reason is None)


def run(oracle: Answerer, question: Question, seeds: Seeds, *, seed: str, scale: float, seconds: float) -> Result:
    """Compare the random cases of a question; each example is reduced for at most so many seconds."""
    return run_cases(oracle, question, cases_of(question, seeds, seed, int(question.count * scale)), seconds)


def cases_of(question: Question, seeds: Seeds, seed: str, count: int) -> Iterator[Case]:
    """The cases that are known, and as many random ones as `count` says."""
    yield from known_cases(question.name)
    yield from question.cases(random.Random(f"{seed}/{question.name}"), seeds, count)


def run_cases(oracle: Answerer, question: Question, cases: Iterable[Case], seconds: float) -> Result:
    """Compare these cases, as `run` does."""
    number = 0
    counts: Counter[Difference] = Counter()
    smallest: dict[Difference, Case] = {}
    for batch in _batches(cases, _BATCH):
        for case, answer in zip(batch, oracle.ask(batch), strict=True):
            number += 1
            difference = compare(question, case, answer)
            if difference is not None:
                counts[difference] += 1
                smallest[difference] = min(case, smallest.get(difference, case), key=_size)
    classes = [
        Class(difference, count, _reduced(oracle, question, smallest[difference], difference, seconds))
        for difference, count in counts.most_common()
    ]
    return Result(number, classes)


def compare(question: Question, case: Case, answer: Answer) -> Difference | None:
    """How the answers differ. An error of either side is a difference as well."""
    if "oracle_error" in answer:
        return Difference(f"oracle: {general(answer['oracle_error'])}")
    try:
        return question.compare(case, answer)
    except Exception as error:  # noqa: BLE001 - what fails is part of the result
        return Difference(f"{type(error).__name__}: {general(str(error))}")


def _reduced(oracle: Answerer, question: Question, case: Case, difference: Difference, seconds: float) -> Case:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        smaller = next(_same(oracle, question, case, difference, until), None)
        if smaller is None:
            break
        case = smaller
    return case


def _same(oracle: Answerer, question: Question, case: Case, difference: Difference, until: float) -> Iterator[Case]:
    candidates = (one for one in question.smaller(case) if _size(one) < _size(case))
    for batch in _batches(candidates, _SMALL_BATCH):
        for one, answer in zip(batch, oracle.ask(batch), strict=True):
            if compare(question, one, answer) == difference:
                yield one
        if time.monotonic() > until:
            return


def _batches(cases: Iterable[Case], size: int) -> Iterator[list[Case]]:
    remaining = iter(cases)
    while batch := [*islice(remaining, size)]:
        yield batch


def _size(case: Case) -> int:
    return len(json.dumps(case))


def shown(case: Case) -> str:
    """A case for people: what is base64 in it as the text that it encodes."""
    readable: dict[str, Any] = {**case}
    if "bytes" in case:
        return repr(base64.b64decode(case["bytes"]))
    if "secrets" in case:
        readable["secrets"] = [
            {**secret, "data": {key: base64.b64decode(text) for key, text in secret["data"].items()}}
            for secret in case["secrets"]
        ]
    del readable["op"]
    return repr(readable)
