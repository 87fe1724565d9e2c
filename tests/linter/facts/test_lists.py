"""Lists are read as kubectl reads them: any object with `items` is one, in YAML and in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support import index_of, lint

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web"},
    "spec": {"containers": [{"name": "web", "image": "ghcr.io/acme/Web:1.0"}]},
}
BARE = {key: value for key, value in POD.items() if key not in {"apiVersion", "kind"}}
LIST = {"apiVersion": "v1", "kind": "List"}


def as_json(value: Any) -> str:
    return json.dumps(value)


def as_yaml(value: Any) -> str:
    return "\n".join(f"{key}: {json.dumps(part)}" for key, part in value.items()) + "\n"


@pytest.fixture(params=[as_json, as_yaml], ids=["json", "yaml"])
def write(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize(
    "written",
    [
        {**LIST, "items": [POD]},
        {"kind": "List", "items": [POD]},
        {"apiVersion": None, "kind": "List", "items": [POD]},
        {"apiVersion": "", "kind": "List", "items": [POD]},
        {"apiVersion": "x", "kind": "List", "items": [POD]},
        {"apiVersion": "v1", "kind": "Odd", "items": [POD]},
        {"apiVersion": "v1", "kind": "PodList", "items": [BARE]},
        {**LIST, "items": [None, POD]},
    ],
)
def test_images_are_found_in_what_kubectl_takes_for_a_list(write: Any, written: Any) -> None:
    assert [finding.rule for finding in lint(write(written))] == ["invalid-image-reference"]


@pytest.mark.parametrize(
    "written",
    [
        {"apiVersion": 1e-6, "kind": "List", "items": [POD]},
        {"apiVersion": True, "kind": "List", "items": [POD]},
        {"apiVersion": "a/b/c", "kind": "List", "items": [POD]},
        {"kind": "PodList", "items": [BARE]},
        {**LIST, "items": [BARE]},
        {"apiVersion": "v1", "kind": "PodList", "items": [{**BARE, "kind": "Pod"}]},
        {"apiVersion": "v1", "kind": "PodList", "items": [{**BARE, "apiVersion": "v1"}]},
    ],
)
def test_no_pod_is_read_where_kubectl_reads_none(write: Any, written: Any) -> None:
    assert [*index_of(write(written)).pods] == []


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({**LIST, "items": [POD, "x"]}, "an item of a list that is not an object"),
        ({**LIST, "items": [[POD]]}, "an item of a list that is not an object"),
        ({**LIST, "items": [{**LIST, "items": [BARE]}]}, "a list within a list"),
        ({**LIST, "items": 1}, "`items` has to be a list"),
        ({**LIST, "items": POD}, "`items` has to be a list"),
        ({**POD, "items": "x", "spec": {}}, "`items` has to be a list"),
    ],
)
def test_lists_that_kubectl_refuses_are_reported(write: Any, written: Any, reason: str) -> None:
    refusals = [finding.message for finding in lint(write(written)) if finding.rule == "syntax-error"]
    assert refusals == [f"kubectl refuses this: {reason}"]


def test_what_a_refused_list_holds_is_checked_as_well(write: Any) -> None:
    rules = [finding.rule for finding in lint(write({**LIST, "items": [POD, "x"]}))]
    assert sorted(rules) == ["invalid-image-reference", "syntax-error"]


def test_every_value_of_a_repeated_key_counts_in_json() -> None:
    items = json.dumps([POD])
    (refusal,) = (
        one
        for one in lint(f'{{"items": 1, "apiVersion": "v1", "kind": "List", "items": {items}}}')
        if one.rule == "syntax-error"
    )
    assert (refusal.place.span.line, refusal.place.span.column) == (1, 11)
    assert "syntax-error" not in {one.rule for one in lint(f"items: 1\napiVersion: v1\nkind: List\nitems: {items}\n")}
