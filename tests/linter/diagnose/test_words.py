"""The words of failed pulls in texts about something else, and texts that only lead to a failed pull."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from imagelint.diagnose import diagnose

WORDS: dict[str, list[str]] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", WORDS["nothing"])
def test_is_about_something_else(text: str) -> None:
    assert diagnose([text.encode()]) == ([], [])


@pytest.mark.parametrize("text", WORDS["rollout-stalled"])
def test_rollout_stalled(text: str) -> None:
    failures, hints = diagnose([text.encode()])
    assert failures == []
    assert {hint.hint for hint in hints} == {"rollout-stalled"}


@pytest.mark.parametrize("text", WORDS["no-pod-created"])
def test_no_pod_created(text: str) -> None:
    failures, hints = diagnose([text.encode()])
    assert failures == []
    assert {hint.hint for hint in hints} == {"no-pod-created"}


def test_a_hint_gives_way_to_a_failure() -> None:
    text = "Error: UPGRADE FAILED: context deadline exceeded\nweb-0   0/1   ErrImagePull   0   5m\n"
    failures, hints = diagnose([text.encode()])
    assert [failure.pod for failure in failures] == ["web-0"]
    assert hints == []


def test_there_are_enough_words() -> None:
    assert all(len(texts) >= 20 for texts in WORDS.values())
