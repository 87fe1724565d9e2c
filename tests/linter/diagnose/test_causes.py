"""Messages of kubelets and runtimes name their cause, and the data says something of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from imagelint.data import load_data
from imagelint.diagnose import diagnose
from imagelint.diagnose.answers import filled, values_of
from imagelint.diagnose.causes import about_causes, texts, texts_of
from imagelint.diagnose.hints import patterns
from imagelint.diagnose.observations import Diagnosis, Failure
from imagelint.diagnose.pages import reason_page, reasons
from imagelint_rules import RULES
from shared import needs_shared, vectors
from support import ROOT

# Which name was meant cannot be seen in the message.
NOT_IN_THE_TEXT = frozenset({"wrong-repository-name"})
MESSAGES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "messages.json").read_text(encoding="utf-8"))
RULE_NAMES = {rule.name for rule in RULES}


@needs_shared
@pytest.mark.parametrize("case", vectors("events"), ids=lambda case: case["message"][-60:])
def test_vectors(case: dict[str, Any]) -> None:
    failures, _ = diagnose([case["message"].encode()])
    (found,) = failures
    assert found.diagnosis.cause == case["cause"]
    if case.get("subcause") not in {None, *NOT_IN_THE_TEXT}:
        assert found.diagnosis.subcause == case["subcause"]


@pytest.mark.parametrize("row", MESSAGES, ids=lambda row: row["message"][-40:])
def test_message(row: dict[str, Any]) -> None:
    failures, hints = diagnose([row["message"].encode()])
    assert [(one.diagnosis.cause, one.diagnosis.subcause) for one in failures] == [(row["cause"], row["subcause"])]
    assert hints == []


def test_the_image_and_the_address_are_not_the_words_of_the_runtime() -> None:
    image = "401.example.com/denied/x509-tls-429:not-found"
    message = f'Failed to pull image "{image}": failed to resolve reference "{image}": Head "https://{image}": EOF'
    failures, _ = diagnose([message.encode()])
    assert [found.diagnosis.subcause for found in failures] == ["transfer"]


def test_the_data_follows_its_schema() -> None:
    schema = json.loads((ROOT / "linter/imagelint/data/causes.schema.json").read_text(encoding="utf-8"))
    validator: Any = Draft7Validator(schema)  # its methods have no complete types
    validator.validate(load_data("causes.json"))


def test_every_cause_and_subcause_has_its_words_and_rules_that_exist() -> None:
    failure = Failure("shop", "web-1", "web", "ghcr.io/acme/web:1", "ErrImagePull", Diagnosis("other"), None)
    of_texts = {(text.cause, text.subcause) for text in texts()}
    of_data = {(cause, name) for cause, row in about_causes().items() for name in (None, *row.get("subcauses", {}))}
    assert {cause for cause, _ in of_texts} <= about_causes().keys()
    assert {(cause, name) for cause, name in of_data if name} <= of_texts | {("not-found", "no-latest-tag")}
    for cause, name in of_texts | of_data:
        found = texts_of(Diagnosis(cause, name))
        assert set(found.rules) <= RULE_NAMES
        assert "{" not in filled(found.fix, values_of(failure)).replace("{kubernetes.io", "")
        assert filled(found.check, values_of(failure), quoted=True)


def test_every_reason_names_causes_that_exist() -> None:
    assert {cause for row in reasons().values() for cause in row["causes"]} <= about_causes().keys()
    for reason, row in reasons().items():
        assert reason_page(reason).startswith(f"# {reason}\n")
        assert row["summary"].endswith(".")


def test_hints_name_rules_that_exist() -> None:
    assert {rule for pattern in patterns() for rule in pattern.rules} <= RULE_NAMES


def test_a_message_of_docker_hub_is_checked_there() -> None:
    assert "{{" not in load_data("advice.json")["hub"]["check"].format(hub_path="a/b").replace("%{http_code}", "")
