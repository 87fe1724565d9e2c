"""Whether the API server accepts the fields of image pulls in an object, and which it warns of."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from conformity.object_cases import random_object, smaller_objects
from conformity.question import Answer, Case, Difference, Question, general
from imagelint.facts.extract import extract
from imagelint.facts.input import Input
from imagelint.index.index import Index
from imagelint.linting.check import check
from imagelint.text.places import SourceId
from imagelint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from conformity.seeds import Seeds
    from imagelint.linting.rule import Rule

_ABOUT_PULLS = re.compile(r"(?i)image|pull|reference|serviceaccount")
# Rules that report what the API server refuses.
_REFUSALS = ("misplaced-pull-field", "invalid-pull-policy", "missing-image")
# By the type of an error and its field: the rule that has to report it.
_REQUIRED = re.compile(r"(\.image|reference)$")
_POLICY = re.compile(r"ullPolicy$")


def _cases(random: Random, seeds: Seeds, count: int) -> Iterator[Case]:
    for _ in range(count):
        yield {"op": "object", "object": random_object(random, seeds, is_odd=True)}


def _compare(case: Case, answer: Answer) -> Difference | None:
    ours = _findings(json.dumps(case["object"]))
    if ours["internal-error"]:
        return Difference("imagelint failed")
    if "decode_error" in answer:
        return _compare_decoding(ours, answer["decode_error"])
    unknown = [error for error in answer.get("strict", ()) if _ABOUT_PULLS.search(error)]
    if bool(unknown) != bool(ours["misplaced-pull-field"]):
        where = "misplaced here, accepted there"
        return Difference(f"unknown field there, nothing here: {_field(unknown[0])}" if unknown else where)
    return _compare_errors(ours, answer)


@cache
def _rules() -> Sequence[Rule]:
    from imagelint_rules import RULES

    return RULES


def _findings(text: str) -> Counter[str]:
    facts = extract(Source(SourceId("x.json"), text.encode()))
    found = Input(reported={SourceId("x.json")}, files={SourceId("x.json"): facts})
    return Counter(finding.rule for finding in check(_rules(), found, Index(found.files)).findings)


def _compare_decoding(ours: Counter[str], error: str) -> Difference | None:
    if any(ours[rule] for rule in _REFUSALS):
        return None
    kind = re.match(r"json: cannot unmarshal (\w+).* field \S*?([^. ]+) of type", error)
    what = f"{kind[1]} in `{kind[2]}`" if kind else general(error)
    return Difference(f"decoding fails there, nothing here: {what}")


def _compare_errors(ours: Counter[str], answer: Answer) -> Difference | None:
    errors = [(field, kind, text) for field, kind, text in answer["errors"] if _ABOUT_PULLS.search(field)]
    expected = {
        "missing-image": [e for e in errors if e[1] == "FieldValueRequired" and _REQUIRED.search(e[0])],
        "invalid-pull-policy": [e for e in errors if e[1] == "FieldValueNotSupported" and _POLICY.search(e[0])],
        "empty-pull-secret": [text for text in answer.get("warnings") or () if "imagePullSecrets" in text],
    }
    for rule, theirs in expected.items():
        if bool(theirs) != bool(ours[rule]):
            return Difference(f"{rule} {'there only' if theirs else 'here only'}: {answer['kind']} {_place(theirs)}")
    blank = [e for e in errors if "whitespace" in e[2]]
    if blank and not ours["invalid-image-reference"]:
        return Difference("white space refused there, nothing here")
    rest = [e for e in errors if e not in blank and not any(e in theirs for theirs in expected.values())]
    if rest and not any(ours.values()):
        return Difference(f"refused there, nothing here: {_place(rest)}: {rest[0][2][:80]}")
    return None


def _place(errors: Sequence[object]) -> str:
    return re.sub(r"\d+", "N", str(errors[0]))[:80] if errors else ""


def _field(error: str) -> str:
    return error.rpartition(".")[2].strip('"')


def _smaller(case: Case) -> Iterator[Case]:
    yield from ({**case, "object": smaller} for smaller in smaller_objects(case["object"]))


VALIDATION = Question("validate", 6_000, _cases, _compare, _smaller)
