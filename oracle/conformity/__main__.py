"""The command line of the comparison; `oracle/README.md` describes it."""

from __future__ import annotations

import argparse
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from conformity.admission_question import ADMISSION
from conformity.comparison import run, shown
from conformity.images_question import IMAGES
from conformity.keyring_question import KEYRING
from conformity.keys_question import KEYS
from conformity.policies_question import POLICIES
from conformity.question import Oracle
from conformity.recording import record
from conformity.scalars_question import SCALARS
from conformity.secrets_question import SECRETS
from conformity.seeds import Seeds
from conformity.streams_question import FILES, STREAMS
from conformity.validation_question import VALIDATION

if TYPE_CHECKING:
    from conformity.comparison import Result
    from conformity.question import Question

QUESTIONS = {
    question.name: question
    for question in (IMAGES, KEYS, KEYRING, SECRETS, POLICIES, VALIDATION, ADMISSION, SCALARS, STREAMS, FILES)
}
PROJECT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Compare, print the classes of differences, and return 1 if one is not explained."""
    options = _parser().parse_args()
    sys.setrecursionlimit(10_000)  # documents may nest deep on purpose
    sys.set_int_max_str_digits(0)  # and numbers be long
    oracle = Oracle(options.oracle)
    versions = oracle.ask([{"op": "version"}])[0]
    seed = options.seed or str(secrets.randbelow(1_000_000))
    print(f"Kubernetes {versions['k8s.io/kubernetes']}, SEED={seed} SCALE={options.scale:g}", flush=True)
    seeds = Seeds(PROJECT, options.corpus)
    if options.record:
        for name in options.question or QUESTIONS:
            print(f"{name}: {record(oracle, QUESTIONS[name], seeds, options.record, seed)} cases recorded")
        return 0
    unexplained = cases = 0
    for name in options.question or QUESTIONS:
        started = time.monotonic()
        result = run(oracle, QUESTIONS[name], seeds, seed=seed, scale=options.scale, seconds=options.reduce)
        _print(QUESTIONS[name], result, time.monotonic() - started)
        cases += result.cases
        unexplained += result.unexplained
    print(f"{cases:,} cases, {unexplained:,} unexplained differences")
    return 1 if unexplained else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conformity", description=__doc__)
    parser.add_argument("oracle", type=Path, help="the program that `go build` makes of the folder `oracle`")
    parser.add_argument("--question", action="append", choices=QUESTIONS, help="compare only this (repeatable)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor for the number of cases")
    parser.add_argument("--seed", help="repeat the cases of an earlier run")
    parser.add_argument(
        "--corpus", type=Path, help="folder of manifests to begin from, as well as those of the project"
    )
    parser.add_argument("--record", type=Path, help="write small cases with their answers to this folder instead")
    parser.add_argument("--reduce", type=float, default=2.0, help="seconds to reduce each example")
    return parser


def _print(question: Question, result: Result, seconds: float) -> None:
    total = sum(found.cases for found in result.classes)
    classes = f"{total:,} differences in {len(result.classes)} classes, {result.unexplained:,} unexplained"
    print(f"{question.name}: {result.cases:,} cases, {classes}, {seconds:.0f} s", flush=True)
    for found in result.classes:
        reason = f" (explained: {found.difference.reason})" if found.difference.reason else ""
        print(f"  {found.cases:7,}  {found.difference.label}{reason}\n           {shown(found.example)[:400]}")


if __name__ == "__main__":
    sys.exit(main())
