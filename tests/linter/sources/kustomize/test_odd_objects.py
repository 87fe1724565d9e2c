"""Objects with texts and lists where others have mappings: what kustomize 5.8.1 refuses of them, and what it takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kustomizations import images, kustomize, write

if TYPE_CHECKING:
    from imagelint.facts.unit import Unit

IDENTITY = '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}'


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def build(kustomization: str, other: str) -> Unit:
    write(Path(), {"other.yaml": other, "kustomization.yaml": f"resources: [other.yaml]\n{kustomization}"})
    return kustomize().build("kustomization.yaml")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("[regcred]", "there is a text where `template` is looked for"),
        ("{template: {spec: {imagePullSecrets: [regcred]}}}", "there is a text where `name` is looked for"),
        ("{template: {spec: {imagePullSecrets: [{name: regcred}, null]}}}", ""),
    ],
)
def test_references_have_names_even_if_there_is_nothing_to_refer_to(spec: str, message: str) -> None:
    unit = build("", f"{IDENTITY[:-1]}, spec: {spec}}}")
    assert [remark.text for remark in unit.refusals] == ([message] if message else [])


def test_subjects_have_names_even_if_there_is_nothing_to_refer_to() -> None:
    binding = (
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, subjects: [{kind: A}]}"
    )
    unit = build("", binding)
    assert [remark.text for remark in unit.refusals] == ["a reference without a name"]


def test_a_list_cannot_be_a_number_of_replicas() -> None:
    unit = build("replicas: [{name: web, count: 2}]\n", f"{IDENTITY[:-1]}, spec: {{replicas: [1]}}}}")
    assert [remark.text for remark in unit.refusals] == ["a number of replicas is not a number"]


def test_a_list_of_objects_is_one_by_the_first_kind_that_it_states() -> None:
    pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: a:1}]}}"
    unit = build("", f"kind: List\nitems: [{pod}]\nkind: Other\n")
    assert unit.refusals == ()
    assert images(unit) == ["a:1"]


@pytest.mark.parametrize("field", ["patchesStrategicMerge", "transformers", "generators"])
def test_an_entry_without_content_is_not_a_path(field: str) -> None:
    other = f"'{IDENTITY}'" if field == "patchesStrategicMerge" else ""
    assert build(f"{field}: ['', '# later', {other}]\n", IDENTITY).refusals == ()
