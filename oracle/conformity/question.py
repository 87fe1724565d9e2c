"""What a question of the comparison is made of, and the program that answers it with the code of Kubernetes."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from random import Random

    from conformity.seeds import Seeds

# A line for the oracle and its answer, as `oracle/main.go` reads and writes them.
Case = dict[str, Any]
Answer = dict[str, Any]


class Difference(NamedTuple):
    """How an answer of imagelint differs from that of Kubernetes. Cases with the same label are one class."""

    label: str
    # Why imagelint answers otherwise on purpose, None if it should not.
    reason: str | None = None


@dataclass(frozen=True)
class Question:
    """One question to both: how cases are made, compared and reduced."""

    name: str
    # The number of random cases at scale 1.
    count: int
    cases: Callable[[Random, Seeds, int], Iterator[Case]]
    compare: Callable[[Case, Answer], Difference | None]
    # Smaller cases of the same kind, the smallest first.
    smaller: Callable[[Case], Iterator[Case]]
    # In characters: larger cases are not recorded, as they take more space than they add.
    most_recorded: int = 900


class Answerer(Protocol):
    """What knows the right answers."""

    def ask(self, cases: Sequence[Case], /) -> list[Answer]:
        """The answers in the order of the cases."""
        ...


class Oracle:
    """The running Go program."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, cases: Sequence[Case]) -> list[Answer]:
        """The answers in the order of the cases. Raises OSError if the program ended."""
        lines = b"".join(json.dumps(case).encode() + b"\n" for case in cases)
        # The program answers while it reads: with one thread both pipes could fill up.
        writer = Thread(target=self._write, args=(lines,))
        writer.start()
        answers = [self._answer() for _ in cases]
        writer.join()
        return answers

    def _write(self, lines: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(lines)
        self._process.stdin.flush()

    def _answer(self) -> Answer:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise OSError("the oracle ended before it answered")
        answer: Answer = json.loads(line)
        return answer


def general(text: str) -> str:
    """A text of an error without what differs from case to case, so that cases of one kind share a label."""
    text = re.sub(r"input byte \d+", "input byte N", text)
    text = re.sub(r"field \S+", "field F", text)
    text = re.sub(r"'[^']*'", "'C'", text)
    text = re.sub(r"`[^`]*`", "`C`", text)
    return re.sub(r"\d+", "N", text)[:110]
