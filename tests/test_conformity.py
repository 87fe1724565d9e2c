"""imagelint gives the answers that `make record` got from the code of Kubernetes, and those of the real kustomize."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformity.__main__ import QUESTIONS
from conformity.comparison import compare, shown
from conformity.known_cases import known_cases
from conformity.recording import recorded
from imagelint.kubelet import KUBERNETES
from real_kustomize.question import KUSTOMIZATIONS
from support import ROOT

if TYPE_CHECKING:
    from conformity.question import Question

RECORDED = ROOT / "tests/recorded"


ALL = {**QUESTIONS, KUSTOMIZATIONS.name: KUSTOMIZATIONS}


@pytest.mark.parametrize("question", ALL.values(), ids=ALL)
def test_answers_are_those_of_kubernetes(question: Question) -> None:
    answers = [*recorded(RECORDED, question)]
    different = [
        (shown(case), difference)
        for case, answer in answers
        if (difference := compare(question, case, answer)) is not None and difference.reason is None
    ]
    assert answers
    assert different == []


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_known_case_is_recorded(question: Question) -> None:
    answered = [case for case, _ in recorded(RECORDED, question)]
    assert [case for case in known_cases(question.name) if case not in answered] == []


def test_the_version_is_that_of_the_oracle() -> None:
    modules = (ROOT / "oracle/go.mod").read_text(encoding="utf-8")
    assert re.findall(r"^\tk8s\.io/kubernetes v(\S+)$", modules, re.MULTILINE) == [KUBERNETES]
