"""Every form, with every trap, says the same about every case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from diagnose_forms import CASES, FORMS, Case, Form
from imagelint.diagnose import diagnose
from imagelint.diagnose.merge import image_key

if TYPE_CHECKING:
    from imagelint.diagnose.observations import Failure

# Texts that no longer hold the whole error.
LOSSY = frozenset({"ctr", "docker"})


@pytest.mark.parametrize("name", FORMS)
def test_form(name: str) -> None:
    form = FORMS[name]
    for case in CASES:
        text = form.render(case)
        failures, hints = diagnose([text if isinstance(text, bytes) else text.encode()])
        assert hints == []
        assert len(failures) == 1, (case, failures)
        check(failures[0], case, form)
        if form.cause is None and name not in LOSSY:
            assert [*failures[0].diagnosis.also] == case.also


def check(found: Failure, case: Case, form: Form) -> None:
    for name in ("namespace", "pod", "container"):
        assert getattr(found, name) == (None if name in form.lost else getattr(case, name)), (name, case)
    if not form.only_error or found.image is not None:
        assert image_key(found.image) == (None if "image" in form.lost else image_key(case.image))
    assert (found.reason, found.resolved) == (form.reason, form.resolved), case
    assert found.diagnosis.cause == (form.cause or case.cause), (found, case)
    if form.cause is None and case.subcause is not None:
        assert found.diagnosis.subcause == case.subcause


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 20
