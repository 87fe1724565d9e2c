"""What nobody deploys is read, counted in one line and never fails a run; what may be deployed is reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from manifests import pod
from support import imagelint, read_texts

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = json.dumps(pod("quay.io/acme/App:1"))
STORED: dict[str, Any] = {"resourceVersion": "17", "uid": "9f"}


def write(folder: Path, path: str, text: str = BROKEN) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def stored(*fields: str, status: object) -> str:
    document = pod("quay.io/acme/App:1")
    by_server = {field: STORED[field] for field in fields}
    return json.dumps({**document, "metadata": {**document["metadata"], **by_server}, "status": status})


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("pkg/testdata/pod.json", "test data"),
        ("testdata/deep/er/pod.yaml", "test data"),
        ("web/__snapshots__/pod.yaml", "test data"),
        ("test/fixtures/pod.yaml", "test data"),
        ("golden/pod.yaml", "test data"),
        ("web/src/test/resources/k8s/pod.yaml", "test data"),
        ("pkg/_testdata/pod.json", "test data"),
        ("tests/golden-files/pod.yaml", "test data"),
        ("chart/tests/__snapshot__/pod.yaml", "test data"),
        ("Web.Tests/TestData/pod.yaml", "test data"),
        ("render/out.golden.yaml", "test data"),
        ("third_party/operator/pod.yaml", "vendored folders"),
        ("3rdparty/operator/pod.yaml", "vendored folders"),
        ("web/bower_components/x/pod.yaml", "vendored folders"),
        ("ruby/vendor/bundle/ruby/3.4.0/pod.yaml", "vendored folders"),
        ("jsonnet/vendor/github.com/acme/pod.yaml", "vendored folders"),
        ("vendor/example.com/pod.yaml", "vendored folders"),
    ],
)
def test_a_folder_shows_it(tmp_path: Path, path: str, purpose: str) -> None:
    write(tmp_path, path)
    write(tmp_path, "vendor/modules.txt", "# example.com v1.0.0\n")
    done = imagelint(".", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"note: 1 finding in {purpose}; --all shows them" in done.stderr
    assert imagelint("--all", ".", cwd=tmp_path).returncode == 1
    write(tmp_path, ".imagelint.yaml", "all: true\n")
    assert imagelint(".", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize(
    "path",
    [
        "vendor/pod.yaml",
        "testdata.yaml",
        "apps/testdata-api/pod.yaml",
        "goldens/pod.yaml",
        "test/resources/pod.yaml",
        "src/main/resources/pod.yaml",
    ],
)
def test_a_folder_that_may_be_deployed(tmp_path: Path, path: str) -> None:
    write(tmp_path, path)
    assert imagelint(".", cwd=tmp_path).returncode == 1


def test_what_the_user_names_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "testdata/pod.json")
    for named in ("testdata", "testdata/pod.json"):
        assert imagelint(named, cwd=tmp_path).returncode == 1


def test_what_a_kustomization_lists_is_deployed(tmp_path: Path) -> None:
    write(tmp_path, "fixtures/a.json")
    write(tmp_path, "golden/sub/b.json")
    write(tmp_path, "kustomization.yaml", "resources: [fixtures/a.json]\n")
    done = imagelint("--format", "concise", ".", cwd=tmp_path)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["fixtures/a.json"]


@pytest.mark.parametrize(
    ("status", "is_told"),
    [({"phase": "Running"}, False), ({"conditions": [{"type": "Ready"}]}, False), ({}, True), (None, True)],
)
@pytest.mark.parametrize("field", STORED)
def test_an_object_from_a_cluster(tmp_path: Path, status: object, is_told: bool, field: str) -> None:
    write(tmp_path, "dump/pod.json", stored(field, status=status))
    done = imagelint(".", cwd=tmp_path)
    assert done.returncode == is_told
    assert ("1 finding in objects read back from a cluster" in done.stderr) is not is_told
    assert imagelint("dump/pod.json", cwd=tmp_path).returncode == 1
    assert imagelint("-", cwd=tmp_path, text=stored(field, status=status)).returncode == 1


@pytest.mark.parametrize(
    ("written", "is_told"),
    [
        (stored(*STORED, status=None), False),
        (json.dumps({"apiVersion": "v1", "kind": "List", "items": [json.loads(stored(*STORED, status={}))]}), False),
        (json.dumps({"apiVersion": "v1", "kind": "List", "items": [json.loads(stored("uid", status={}))]}), True),
    ],
    ids=["object", "list", "uid"],
)
def test_an_object_without_its_status(tmp_path: Path, written: str, is_told: bool) -> None:
    write(tmp_path, "dump/pod.json", written)
    assert imagelint(".", cwd=tmp_path).returncode == is_told


def test_a_status_alone_is_not_a_sign(tmp_path: Path) -> None:
    write(tmp_path, "pod.json", json.dumps({**pod("quay.io/acme/App:1"), "status": {"phase": "Running"}}))
    assert imagelint(".", cwd=tmp_path).returncode == 1


def test_a_fragment_in_documentation(tmp_path: Path) -> None:
    fragment = "apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a, image: quay.io/acme/App}]\n"
    write(tmp_path, "docs/guide/pod.yaml", fragment)
    done = imagelint(".", cwd=tmp_path)
    assert done.returncode == 0
    assert "1 finding in fragments in documentation" in done.stderr
    write(tmp_path, "apps/pod.yaml", fragment)
    assert imagelint(".", cwd=tmp_path).returncode == 1


def test_the_note_is_in_reports(tmp_path: Path) -> None:
    write(tmp_path, "testdata/pod.json")
    report = json.loads(imagelint("--format", "json", ".", cwd=tmp_path).stdout)
    assert report["findings"] == []
    assert report["summary"]["notes"] == ["1 finding in test data; --all shows them"]


def test_templates_of_manifests_are_named(tmp_path: Path) -> None:
    for name in ("a.yaml.tmpl", "b.yml.j2", "c.yaml.in", "d.template", "e.yaml.tpl"):
        write(tmp_path, name, "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ name }}}\n")
    write(tmp_path, "README.in", "no manifest")
    for name in ("README.md.gotmpl", "_helpers.tpl"):
        write(tmp_path, name, "```yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: {{ name }}}\n```\n")
    write(tmp_path, "pod.json", json.dumps(pod("quay.io/acme/app:1")))
    done = imagelint(".", cwd=tmp_path)
    assert "a.yaml.tmpl, b.yml.j2, c.yaml.in and 2 more files: templates of manifests, not linted" in done.stderr
    assert "README" not in done.stderr


@pytest.mark.parametrize("name", ["a.yaml.tftpl", "a.yaml.mustache", "a.yml.hbs", "a.yaml.example", "a.yaml.dist"])
def test_a_template_by_its_suffix(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n")
    assert f"{name}: templates of manifests, not linted" in imagelint(".", cwd=tmp_path).stderr


@pytest.mark.parametrize("text", ["", "\n", "  \n\n"])
def test_empty_standard_input_fails(tmp_path: Path, text: str) -> None:
    done = imagelint("-", cwd=tmp_path, text=text)
    assert done.returncode == 2
    assert "<stdin>: is empty" in done.stderr


def test_manifests_may_be_required(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, "values/values.yaml", "image: {tag: 1}\n")
    for folder in ("empty", "values"):
        assert imagelint(folder, cwd=tmp_path).returncode == 0
        assert imagelint("--require-manifests", folder, cwd=tmp_path).returncode == 2
    write(tmp_path, "pod.json", json.dumps(pod("quay.io/acme/app:1")))
    assert imagelint("--require-manifests", ".", cwd=tmp_path).returncode == 0


FLUX = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec: {chart: {spec: {chart: a}}"
K3S = "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: a}\nspec: {chart: a"


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        (FLUX + "}\n", 1),
        (FLUX + ", values: {replicas: 2, image: {pullPolicy: Always}}}\n", 1),
        (FLUX + ", values: {image: {repository: acme/a, tag: v1}}}\n", 0),
        (f"{FLUX}}}\n---\n{FLUX}}}\n---\n{K3S}}}\n", 3),
        (K3S + ', valuesContent: "image: acme/a:v1"}\n', 0),
        ("apiVersion: v1\nkind: List\nitems:\n- " + FLUX.replace("\n", "\n  ") + "}\n", 1),
        ("apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmChart\nmetadata: {name: a}\nspec: {chart: a}\n", 0),
    ],
)
def test_releases_that_name_no_image(text: str, unread: int) -> None:
    (facts,) = read_texts({"a.yaml": text}).files.values()
    assert facts.unread_releases == unread


def test_releases_that_name_no_image_are_in_a_note(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        write(tmp_path, f"{name}.yaml", f"{FLUX}}}\n---\n{FLUX}}}\n")
    note = "a.yaml, b.yaml, c.yaml and 1 more file: 8 releases of charts that name no image, of which nothing is linted"
    assert note in imagelint(".", cwd=tmp_path).stderr
