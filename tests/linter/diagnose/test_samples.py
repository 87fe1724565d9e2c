"""Texts that lie beside the project: each is entirely right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from imagelint.diagnose import diagnose
from imagelint.diagnose.answers import answers_of
from imagelint.diagnose.diagnosis_report import fields_of
from imagelint.world.knowledge.base import builtin
from shared import SHARED

SAMPLES = SHARED / "diagnose/samples"
EXPECTED = SAMPLES / "expected.json"
CASES: list[dict[str, Any]] = json.loads(EXPECTED.read_text(encoding="utf-8")) if EXPECTED.is_file() else []
# A pod alternates between the two; which one a table of events shows last is a matter of the second.
SAME = {"ErrImagePull": "ImagePullBackOff"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_sample(case: dict[str, Any]) -> None:
    failures, hints = diagnose([(SAMPLES / case["file"]).read_bytes()])
    found = [fields_of(answer) for answer in answers_of(failures, builtin())]
    assert [hint.hint for hint in hints] == ([case["hint"]] if "hint" in case else [])
    assert len(found) == len(case["failures"])
    for expected in case["failures"]:
        assert any(_fits(fields, expected) for fields in found), (expected, found)


def _fits(found: dict[str, Any], expected: dict[str, Any]) -> bool:
    return all(
        SAME.get(found[key], found[key]) == SAME.get(value, value) if key == "reason" else found[key] == value
        for key, value in expected.items()
    )
