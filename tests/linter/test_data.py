"""Each data file of the engine fits its schema, names what exists, and has the effect that its entries describe."""

from __future__ import annotations

import json
import re
from collections import Counter
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema.validators import validator_for

from imagelint.data import load_data
from imagelint.facts.extract import extract
from imagelint.facts.kinds import core_kinds, holds_no_pods
from imagelint.kubelet.reachability import why_unreachable
from imagelint.text.places import SourceId
from imagelint.text.source import Source
from imagelint_rules import RULES
from support import ROOT

if TYPE_CHECKING:
    from imagelint.facts.model import FileFacts

FOLDER = ROOT / "linter/imagelint/data"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json") if not path.name.endswith(".schema.json"))
KINDS: list[dict[str, Any]] = load_data("custom_kinds.json")
PRODUCERS: list[dict[str, Any]] = load_data("secret_producers.json")
VALUES: list[dict[str, Any]] = load_data("chart_values.json")
NO_SELECTORS = {"group", "kind", "versions", "split"}


def name_of(row: dict[str, Any]) -> str:
    return "/".join((row["group"], *row.get("versions", [])[:1], row["kind"]))


def problems(name: str, data: Any) -> list[str]:
    schema = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    kind: Any = validator_for(schema)  # its methods have no complete types
    kind.check_schema(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(data)]


@pytest.mark.parametrize("name", NAMES)
def test_data_file_fits_its_schema(name: str) -> None:
    assert problems(name, load_data(f"{name}.json")) == []


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("custom_kinds", {"kind": "WebApp"}),
    ("custom_kinds", {"group": "acme.example/v1"}),
    ("custom_kinds", {"group": "Acme"}),
    ("custom_kinds", {"versions": ["acme.example/v1"]}),
    ("custom_kinds", {"versions": []}),
    ("custom_kinds", {"image": ["spec.image"]}),
    ("custom_kinds", {"images": "spec.image"}),
    ("custom_kinds", {"images": [".spec.image"]}),
    ("custom_kinds", {"images": ["spec..image"]}),
    ("custom_kinds", {"images": ["spec.images[0]"]}),
    ("custom_kinds", {"secrets": ["spec.secrets[].name", "spec.secrets[].name"]}),
    ("custom_kinds", {"split": [{"path": "spec.image", "fields": ["registry", "tag"]}]}),
    ("custom_kinds", {"split": [{"path": "spec.image", "fields": ["repository", "Tag"]}]}),
    ("secret_producers", {"kind": "sealedsecret"}),
    ("secret_producers", {"group": "acme.example/v1"}),
    ("secret_producers", {"names": []}),
    ("secret_producers", {"name": ["metadata.name"]}),
    ("secret_producers", {"only_if": {"spec.create": True}}),
    ("chart_values", {"group": "acme.example/v1"}),
    ("chart_values", {"names": ["acme.yaml"]}),
    ("chart_values", {"kind": "helmrelease"}),
    ("chart_values", {"values": "spec.values"}),
    ("chart_values", {"value": ["spec.values"]}),
    ("unreachable", {"hosts": ["Localhost"]}),
    ("unreachable", {"hosts": ["localhost:5000"]}),
    ("unreachable", {"why": ""}),
    ("reasons", {"reason": "err-image-pull"}),
    ("reasons", {"causes": ["No Such Host"]}),
    ("hints", {"pattern": "[a-"}),
    ("hints", {"source": ""}),
    ("hints", {"rules": "unknown-registry"}),
]


@pytest.mark.parametrize(("name", "change"), WRONG, ids=str)
def test_schema_refuses_wrong_entries(name: str, change: dict[str, Any]) -> None:
    data = deepcopy(load_data(f"{name}.json"))
    data[0] |= change
    assert [problem.partition(":")[0][:4] for problem in problems(name, data)] == ["$[0]"]


@pytest.mark.parametrize(
    ("field", "entries"),
    [("pod_specs", {"Pod": "spec"}), ("pod_specs", {"/pod": "spec"}), ("needs", {"apps/Deployment": "spec[]"})],
    ids=str,
)
def test_schema_refuses_wrong_core_kinds(field: str, entries: dict[str, str]) -> None:
    assert problems("core_kinds", {**load_data("core_kinds.json"), field: entries})


def test_entries_that_name_no_place_are_refused() -> None:
    assert problems("custom_kinds", [{"group": "acme.example", "kind": "webapp", "versions": ["v1"]}])


def test_fields_that_objects_need_belong_to_kinds_with_pods() -> None:
    assert core_kinds().needs.keys() <= core_kinds().pod_specs.keys()


def test_no_custom_kind_hides_another() -> None:
    """The entry of a version is the first that lists it; without versions, an entry is the only one of its kind."""
    kinds = Counter((row["group"], row["kind"]) for row in KINDS)
    for row in KINDS:
        assert kinds[row["group"], row["kind"]] == 1 or row.get("versions"), name_of(row)
    versions = Counter((row["group"], row["kind"], version) for row in KINDS for version in row.get("versions", ()))
    assert max(versions.values()) == 1
    core = {kind.lower() for kind in (*core_kinds().pod_specs, "/Secret", "/ServiceAccount")}
    for row in KINDS:
        kind = f"{row['group']}/{row['kind']}"
        assert kind not in core
        assert not holds_no_pods(kind)


def nested(selector: str, value: Any) -> Any:
    """What holds `value` at a selector, with one item in each list and one key for each `*`."""
    for part in reversed(re.findall(r"[^.\[]+|\[\]", selector.replace("*", "any")) if selector else ()):
        value = [value] if part == "[]" else {part: value}
    return value


def facts_of(row: dict[str, Any], fields: Any) -> FileFacts:
    written = {
        "apiVersion": f"{row['group']}/{row.get('versions', ['v1'])[0]}".strip("/"),
        "kind": row["kind"],
        **fields,
    }
    return extract(Source(SourceId("a.json"), json.dumps({"metadata": {"name": "a"}, **written}).encode()))


IMAGE = "quay.io/acme/app:1"
SHAPES: dict[str, Any] = {
    "pods": {"containers": [{"name": "a", "image": IMAGE}]},
    "containers": {"name": "a", "image": IMAGE},
    "images": IMAGE,
    "untagged": IMAGE,
    "urls": f"oci://{IMAGE}",
    "references": {"kind": "DockerImage", "name": IMAGE},
}


def test_every_place_of_a_custom_kind_is_read() -> None:
    for row in KINDS:
        places = [(selector, shape) for field, shape in SHAPES.items() for selector in row.get(field, ())]
        for split in row.get("split", ()):
            first = "repository" if "repository" in split["fields"] else "image"
            places.append((split["path"], {first: "quay.io/acme/app", "tag": "1", "version": "1", "versionTag": "1"}))
        for selector, shape in places:
            pods = facts_of(row, nested(selector, shape)).pods
            images = [container.image.value for pod in pods for container in pod.containers if container.image]
            assert images in ([IMAGE], ["quay.io/acme/app"]), (name_of(row), selector)
        for selector in row.get("secrets", ()):
            pods = facts_of(row, nested(selector, "regcred")).pods
            assert [name.value for pod in pods for name in pod.pull_secrets] == ["regcred"], (name_of(row), selector)


@pytest.mark.parametrize("row", VALUES, ids=lambda row: row["kind"])
def test_every_place_of_values_is_read(row: dict[str, Any]) -> None:
    shapes = {
        "values": {"image": IMAGE},
        "parameters": {"name": "image", "value": IMAGE},
        "overrides": {"name": "app", "newName": "quay.io/acme/app", "newTag": "1"},
        "patches": json.dumps({"kind": "Pod", "spec": {"containers": [{"name": "a", "image": IMAGE}]}}),
    }
    for within in row.get("within", [""]):
        for field, shape in shapes.items():
            for selector in row.get(field, ()):
                is_by_name = selector.endswith("*")
                value = "image: " + IMAGE if is_by_name else shape
                if field == "parameters" and not selector.endswith("[]"):
                    value = {"image": IMAGE}
                fields = nested(f"{within}.{selector}".strip("."), value)
                if is_by_name:
                    fields = {"data": {"values.yaml": value, "other.yaml": value}}
                pods = facts_of(row, fields).pods if "group" in row else facts_of_file(row["names"][0], fields).pods
                images = [container.image.value for pod in pods for container in pod.containers if container.image]
                assert images == [IMAGE], (row["kind"], selector)


def facts_of_file(name: str, fields: Any) -> FileFacts:
    return extract(Source(SourceId(name), json.dumps(fields).encode()))


def merged(one: Any, other: Any) -> Any:
    if isinstance(one, list):
        return [merged(one[0], other[0])]
    return {**one, **{key: merged(one[key], value) if key in one else value for key, value in other.items()}}


@pytest.mark.parametrize("row", PRODUCERS, ids=name_of)
def test_every_producer_makes_its_secret(row: dict[str, Any]) -> None:
    def at(path: str, value: str) -> Any:
        return nested(f"{row['items']}.{path}" if "items" in row else path, value)

    for name in row["names"]:
        fields = at(name, "regcred")
        for path, value in row.get("only_if", {}).items():
            assert facts_of(row, fields).secrets == ()
            fields = merged(fields, at(path, value))
        if "type" in row:
            fields = merged(fields, at(row["type"], "kubernetes.io/dockerconfigjson"))
        found = facts_of(row, fields).secrets
        type_ = "kubernetes.io/dockerconfigjson" if "type" in row else None
        assert {(secret.id.name, secret.type) for secret in found} == {("regcred", type_)}
        if "old_type" in row:
            older = merged(at(name, "regcred"), at(row["old_type"], "kubernetes.io/dockercfg"))
            assert [secret.type for secret in facts_of(row, older).secrets] == ["kubernetes.io/dockercfg"]
        for path, value in row.get("unless", {}).items():
            assert facts_of(row, merged(fields, at(path, value))).secrets == ()


@pytest.mark.parametrize("name", ["causes", "hints"])
def test_diagnosis_names_rules_that_exist(name: str) -> None:
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    names = {rule for found in re.findall(r'"rules": \[([^\]]*)\]', text) for rule in re.findall(r'"([^"]+)"', found)}
    assert names
    assert names <= {rule.name for rule in RULES}


@pytest.mark.parametrize("host", [host for row in load_data("unreachable.json") for host in row["hosts"]])
def test_every_unreachable_host_is_found(host: str) -> None:
    assert why_unreachable(host.replace("*", "a.b"))
    assert why_unreachable(f"{host.replace('*', 'a.b')}:5000".upper())
