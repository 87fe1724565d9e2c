"""`openapi` and `crds`: what kustomize 5.8.1 makes of what they declare of custom resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kustomizations import DEPLOYMENT, images, kustomize, messages, scalars, write

if TYPE_CHECKING:
    from imagelint.facts.unit import Unit

ROLLOUT = """\
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web}
spec: {template: {spec: {containers: [{name: a, image: a:1}, {name: b, image: b:1}]}}}
"""
PATCH = ROLLOUT.replace("{name: a, image: a:1}, ", "").replace("b:1", "b:2")
BY_NAME = {"x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name"}
SCHEMA = "resources: [web.yaml]\nopenapi: {path: schema.json}\n"
PATCHED = "patches: [{path: patch.yaml}]\n"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def properties(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields}


def document(strategy: dict[str, Any], kind: str = "Rollout", **fields: Any) -> str:
    containers = {"type": "array", "items": {"type": "object"}, **strategy}
    own = fields or properties(spec=properties(template={"$ref": "#/definitions/Template"}))["properties"]
    gvk = [{"group": "argoproj.io", "version": "v1alpha1", "kind": kind}]
    definitions = {
        "Rollout": {**properties(**own), "x-kubernetes-group-version-kind": gvk},
        "Template": properties(spec={"$ref": "#/definitions/PodSpec"}),
        "PodSpec": properties(containers=containers),
    }
    return json.dumps({"definitions": definitions})


def build(kustomization: str, schema: str, **files: str) -> Unit:
    named = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    write(Path(), {"web.yaml": ROLLOUT, "patch.yaml": PATCH, "schema.json": schema, **named})
    write(Path(), {"kustomization.yaml": kustomization})
    return kustomize().build("kustomization.yaml")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (document(BY_NAME), ["b:2", "a:1"]),
        (document({"x-kubernetes-patch-strategy": "merge,retainKeys", "x-kubernetes-list-map-keys": ["name"]}), None),
        (document(BY_NAME, spec={"additionalProperties": {"$ref": "#/definitions/Template"}}), None),
        # without a strategy, and for other kinds, a patch replaces the list
        (document({"x-kubernetes-patch-merge-key": "name"}), ["b:2"]),
        (document(BY_NAME, "Other"), ["b:2"]),
        ("{}", ["b:2"]),
    ],
)
def test_a_document_says_which_lists_are_merged(schema: str, expected: list[str] | None) -> None:
    unit = build(SCHEMA + PATCHED, schema)
    assert messages(unit.left_out + unit.refusals) == []
    assert images(unit) == (expected or ["b:2", "a:1"])
    assert [source.path for source in unit.sources if source.path.endswith("json")] == ["schema.json"]


def test_a_document_replaces_what_kustomize_knows_of_kubernetes() -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    patch += "spec: {template: {spec: {containers: [{name: web, image: new}]}}}\n"
    unit = build(SCHEMA + PATCHED, document(BY_NAME), web=DEPLOYMENT, patch=patch)
    assert images(unit) == ["busybox:1.36", "new"]


def test_the_document_of_a_base_counts_for_its_overlays_unless_objects_come_before_it() -> None:
    base = {"base/web.yaml": ROLLOUT, "base/schema.json": document(BY_NAME), "base/kustomization.yaml": SCHEMA}
    write(Path(), base)
    assert images(build("resources: [base]\n" + PATCHED, "")) == ["b:2", "a:1"]
    late = build("resources: [other.yaml, base]\n" + PATCHED, "", other=DEPLOYMENT)
    assert messages(late.left_out)[0].endswith("is a schema that is declared after objects were read")


def test_overlays_of_one_base_follow_their_own_documents() -> None:
    write(Path(), {"base/web.yaml": ROLLOUT, "base/patch.yaml": PATCH})
    write(Path(), {"base/kustomization.yaml": "resources: [web.yaml]\n" + PATCHED})
    for name, schema in (("one", document(BY_NAME)), ("two", "{}"), ("three", document(BY_NAME))):
        kustomization = "resources: [../base]\nopenapi: {path: schema.json}\n"
        write(Path(name), {"schema.json": schema, "kustomization.yaml": kustomization})
    builder = kustomize()
    found = [images(builder.build(f"{name}/kustomization.yaml")) for name in ("one", "two", "three", "base", "one")]
    assert found == [["b:2", "a:1"], ["b:2"], ["b:2", "a:1"], ["b:2"], ["b:2", "a:1"]]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("crds: [missing.yaml]", "kustomization.yaml:2: `missing.yaml` does not exist"),
        ("crds: [web.yaml]", "kustomization.yaml:2: a definition of a custom resource is a mapping of `Schema`"),
        ("openapi: {path: missing.yaml}", "kustomization.yaml:2: `missing.yaml` does not exist"),
        ("openapi: {path: list.yaml}", "kustomization.yaml:2: `list.yaml` is not a mapping"),
        ("openapi: {path: broken.yaml}", "kustomization.yaml:2: `broken.yaml` begins like JSON, and is not"),
        ("openapi: {version: v1.14.1}", "the only version of the schema in kustomize is `v1.21.2`"),
        ("openapi: {version: v1.21.2, path: list.yaml}", "`openapi` has either `path` or `version`"),
    ],
)
def test_wrong_schemas_are_refused(field: str, message: str) -> None:
    unit = build(f"resources: [web.yaml]\n{field}\n", "", list="[a]\n", broken="{}\na: b\n")
    assert len(unit.refusals) == 1
    assert messages(unit.refusals)[0].endswith(message)
    assert images(unit) == ["a:1", "b:1"]


def test_a_version_that_kustomize_has_is_fine() -> None:
    unit = build("resources: [web.yaml]\nopenapi: {version: v1.21.2}\n" + PATCHED, "")
    assert images(unit) == ["b:2"]
    assert messages(unit.refusals + unit.left_out) == []


def test_a_document_elsewhere_is_noted() -> None:
    unit = build("resources: [web.yaml]\nopenapi: {path: 'https://example.com/schema.json'}\n", "")
    assert messages(unit.left_out) == [
        "kustomization.yaml:2: `https://example.com/schema.json` is fetched from elsewhere"
    ]


RUNNER = """\
apiVersion: example.com/v1
kind: Runner
metadata: {name: run}
spec: {account: robot, pullSecrets: [{name: regcred}], label: {a: b}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}
---
{apiVersion: v1, kind: Secret, metadata: {name: regcred}}
"""
REFERENCE = {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Secret"}
TO_ACCOUNT = {
    "x-kubernetes-object-ref-api-version": "v1",
    "x-kubernetes-object-ref-kind": "ServiceAccount",
    "x-kubernetes-object-ref-name-key": "account",
}


def definitions(spec: dict[str, Any], **fields: Any) -> str:
    top = {"apiVersion": {}, "kind": {}, "metadata": {}, "spec": {"$ref": "com.example.RunnerSpec", **spec}}
    types = {"com.example.Runner": {"Schema": {"properties": top}}}
    return json.dumps({**types, "com.example.RunnerSpec": {"schema": {"properties": fields}}})


def test_definitions_of_custom_resources_name_their_references() -> None:
    crds = definitions(TO_ACCOUNT, pullSecrets=REFERENCE, label={"x-kubernetes-label-selector": ""})
    kustomization = "resources: [web.yaml]\nnamePrefix: my-\ncommonLabels: {c: d}\ncrds: [schema.json]\n"
    unit = build(kustomization, crds, web=RUNNER)
    assert messages(unit.refusals + unit.left_out) == []
    found = {name: scalar.value for name, scalar in scalars(unit.objects[0]).items()}
    assert (found["spec.account"], found["spec.pullSecrets[0].name"]) == ("my-robot", "my-regcred")
    assert (found["metadata.name"], found["spec.label.c"]) == ("my-run", "d")


def test_overlays_keep_what_the_definitions_of_a_base_declare() -> None:
    crds = definitions(TO_ACCOUNT)
    files = {
        "web.yaml": RUNNER,
        "schema.json": crds,
        "kustomization.yaml": "resources: [web.yaml]\ncrds: [schema.json]\n",
    }
    write(Path("base"), files)
    unit = build("resources: [base]\nnameSuffix: -x\n", "")
    assert scalars(unit.objects[0])["spec.account"].value == "robot-x"
    assert scalars(unit.objects[0])["spec.pullSecrets[0].name"].value == "regcred"


def test_what_has_not_the_fields_of_an_object_is_none() -> None:
    crds = json.dumps({"com.example.Runner": {"Schema": {"properties": {"spec": TO_ACCOUNT}}}})
    unit = build("resources: [web.yaml]\nnamePrefix: my-\ncrds: [schema.json]\n", crds, web=RUNNER)
    assert scalars(unit.objects[0])["spec.account"].value == "robot"


def test_definitions_that_lead_to_each_other_are_refused() -> None:
    unit = build("resources: [web.yaml]\ncrds: [schema.json]\n", definitions({}, a={"$ref": "com.example.RunnerSpec"}))
    assert messages(unit.refusals) == ["kustomization.yaml:2: the definitions of custom resources lead to each other"]


def test_definitions_with_too_many_fields_are_refused() -> None:
    crds = definitions({}, **{f"field{number}": REFERENCE for number in range(1500)})
    unit = build("resources: [web.yaml]\ncrds: [schema.json]\n", crds)
    assert messages(unit.refusals) == [
        "kustomization.yaml:2: the definitions of custom resources declare too many fields"
    ]


@pytest.mark.parametrize(
    "field", ["configurations: [schema.json]", "crds: [schema.json]", "openapi: {path: schema.json}"]
)
@pytest.mark.parametrize("text", ["# later\n", "---\n", "null\n", "{}"])
def test_a_file_may_declare_nothing(field: str, text: str) -> None:
    unit = build(f"resources: [web.yaml]\n{field}\n", text)
    assert messages(unit.refusals + unit.left_out) == []


def test_an_empty_file_of_definitions_is_refused() -> None:
    unit = build("resources: [web.yaml]\ncrds: [schema.json]\n", "")
    assert messages(unit.refusals) == ["kustomization.yaml:2: `schema.json` is empty, which ends kustomize"]
