"""Bad and hostile kustomizations: reported at the place, bounded, and never a lost result for the rest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kustomizations import DEPLOYMENT, images, kustomize, messages, plain, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


REFUSED = [
    ("resources: [web.yaml, missing.yaml]", "1: `missing.yaml` does not exist"),
    ("resources: [web.yaml, ../k]", "1: `../k` leads back to a kustomization that is being built: a cycle"),
    ("resources: [web.yaml, ..]", "1: `..` leads back to a kustomization that is being built: a cycle"),
    ("resources: [web.yaml, web.yaml]", "1: there are several objects `Deployment.v1.apps/web.[noNs]`"),
    ("resources: [web.yaml, empty]", "1: `empty/kustomization.yaml` does not exist"),
    (
        "resources: [web.yaml]\ncomponents: [base]",
        "2: this folder holds a Kustomization, which belongs into `resources`",
    ),
    ("resources: [web.yaml]\nimage: []", "2: unknown field `image`"),
    ("resources: [web.yaml]\nimages: [{name: nginx, newTag: 1.10}]", "2: `1.10` is not a string: it needs quotes"),
    ("resources: [web.yaml]\nnamespace: [a]", "2: this should be of type string"),
    ("resources: [web.yaml]\npatches: {a: b}", "2: this should be a list"),
    ("resources: [web.yaml]\nkind: Deployment", "2: `kind` is `Kustomization` or `Component`"),
    (
        "resources: [web.yaml]\napiVersion: v1",
        "2: the `apiVersion` of a Kustomization is `kustomize.config.k8s.io/v1beta1`",
    ),
    ("resources: [web.yaml]\npatches: [{target: {kind: Job}}]", "2: a patch needs `path` or `patch`"),
    ("resources: [web.yaml]\npatches: [{path: p.yaml}]", "2: `p.yaml` does not exist"),
    (
        "resources: [web.yaml]\npatches: [{target: {name: '(a'}, patch: '- {op: test, path: /a, value: b}'}]",
        "2: the pattern `(a` has a `(` without a `)`",
    ),
    (
        "resources: [web.yaml]\nreplicas: [{name: wed, count: 2}]",
        "2: no object `wed` has replicas; did you mean `web`?",
    ),
    (
        "resources: [web.yaml]\nconfigMapGenerator: [{name: c, behavior: merge}]",
        "2: there is no object `ConfigMap.v1.[noGrp]/c.[noNs]` to merge",
    ),
    (
        "resources: [web.yaml]\nvars: [{name: A, objref: {kind: Job, name: a, apiVersion: batch/v1}}]",
        "2: the var `A` has no object `Job.v1.batch/a.[noNs]`",
    ),
    (
        "resources: [web.yaml]\nreplacements: [{source: {kind: Job}, targets: [{select: {kind: Deployment}}]}]",
        "2: the source of this replacement selects no object",
    ),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_kustomize_refuses_is_reported_and_the_rest_is_built(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, {"k/kustomization.yaml": text, "k/web.yaml": DEPLOYMENT, "k/empty/a.txt": ""})
    write(tmp_path, {"k/base/kustomization.yaml": "namePrefix: a-\n", "kustomization.yaml": "resources: [k]\n"})
    unit = kustomize().build("k/kustomization.yaml")
    assert messages(unit.refusals) == [f"k/kustomization.yaml:{message}"]
    assert len(images(unit)) == 3


LEFT_OUT = [
    ("resources: [web.yaml, 'https://example.org/a.yaml']", "`https://example.org/a.yaml` is fetched from elsewhere"),
    (
        "resources: [web.yaml]\npatches: [{path: 'https://example.org/p.yaml'}]",
        "`https://example.org/p.yaml` is fetched from elsewhere",
    ),
    (
        "resources: [web.yaml]\npatchesStrategicMerge: ['http://example.org/p.yaml']",
        "`http://example.org/p.yaml` is fetched from elsewhere",
    ),
    (
        "resources: [web.yaml]\nconfigurations: ['https://example.org/c.yaml']",
        "`https://example.org/c.yaml` is fetched from elsewhere",
    ),
    (
        "resources: [web.yaml]\nconfigMapGenerator: [{name: a, files: ['a=https://example.org/a']}]",
        "`https://example.org/a` is fetched from elsewhere",
    ),
    ("resources: [web.yaml, 'github.com/acme/web?ref=v1']", "`github.com/acme/web?ref=v1` is fetched from elsewhere"),
    ("resources: [web.yaml, 'git@github.com:acme/web.git']", "`git@github.com:acme/web.git` is fetched from elsewhere"),
    ("resources: [web.yaml]\nhelmCharts: [{name: redis}]", "the chart `redis` is not rendered"),
    ("resources: [web.yaml]\ntransformers: [t.yaml]", "the plugin `Fixer` is not run"),
    ("resources: [web.yaml]\ngenerators: [t.yaml]", "the plugin `Fixer` is not run"),
    ("resources: [web.yaml]\nvalidators: [t.yaml]", "this validator is not run"),
]


@pytest.mark.parametrize(("text", "message"), LEFT_OUT)
def test_what_is_not_built_is_named_and_the_rest_is_built(tmp_path: Path, text: str, message: str) -> None:
    plugin = "{apiVersion: acme.example/v1, kind: Fixer, metadata: {name: f}}"
    images_field = "\nimages: [{name: other, newTag: a}]\n"
    write(tmp_path, {"kustomization.yaml": text + images_field, "web.yaml": DEPLOYMENT, "t.yaml": plugin})
    unit = kustomize().build("kustomization.yaml")
    assert [remark.text for remark in unit.left_out] == [message]
    assert len(images(unit)) == 3
    # What is left out may have had the image.
    assert unit.unmatched == () or "ransformers" in text or "validators" in text


def test_nothing_outside_of_the_root_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"out/web.yaml": DEPLOYMENT, "out/kustomization.yaml": "resources: [web.yaml]\n"})
    generator = "configMapGenerator: [{name: c, files: [link.yaml]}]"
    text = f"resources: [../../out, link, link.yaml, ../../out/web.yaml]\n{generator}\n"
    write(tmp_path, {"repo/k/kustomization.yaml": text})
    (tmp_path / "repo/k/link").symlink_to(tmp_path / "out")
    (tmp_path / "repo/k/link.yaml").symlink_to(tmp_path / "out/web.yaml")
    unit = kustomize("repo").build("repo/k/kustomization.yaml")
    outside = "is outside of the repository"
    assert [remark.text for remark in unit.refusals] == [
        f"`../../out` {outside}",
        f"`link` {outside}",
        f"`link.yaml` {outside}",
        f"`../../out/web.yaml` {outside}",
        f"`link.yaml` {outside}",
    ]
    assert images(unit) == []
    assert kustomize("repo").build("out/kustomization.yaml").objects == ()


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"kustomization.yaml": "resources: [web.yaml, pipe.yaml]\n", "web.yaml": DEPLOYMENT})
    os.mkfifo(tmp_path / "pipe.yaml")
    unit = kustomize().build("kustomization.yaml")
    assert messages(unit.refusals) == ["kustomization.yaml:1: `pipe.yaml` is not a regular file"]
    assert len(images(unit)) == 3


NO_YAML = [
    ("kind: {{ .Values.kind }}\n", "t.yaml:1: "),
    ("{% if a %}\nkind: Pod\n{% endif %}\n", "t.yaml:1: this is a template, not YAML"),
    ("a: [\n", "t.yaml:"),
    ("a: *b\n", "t.yaml:1: this is not YAML: undefined alias `b`"),
    ("- a\n", "t.yaml:1: this is not an object"),
    ("kind: Pod\n", "t.yaml:1: this object has no `metadata.name`"),
    ("a: 1\na: 2\n", "t.yaml:2: the key `a` is there twice"),
    ("a: &x {b: *x}\n", "t.yaml:1: this is not YAML: anchor `x` contains itself"),
]


@pytest.mark.parametrize(("text", "message"), NO_YAML)
def test_a_document_without_an_object_is_refused_at_its_place(tmp_path: Path, text: str, message: str) -> None:
    document = f"{DEPLOYMENT}---\n"
    write(tmp_path, {"kustomization.yaml": "resources: [web.yaml, t.yaml]\n", "web.yaml": document, "t.yaml": text})
    unit = kustomize().build("kustomization.yaml")
    assert [found[: len(message)] for found in messages(unit.refusals)] == [message]
    assert len(images(unit)) == 3


def test_an_anchor_of_another_document_is_unknown(tmp_path: Path) -> None:
    text = "a: &x 1\nkind: A\nmetadata: {name: a}\n---\nkind: B\nmetadata: {name: *x}\n"
    write(tmp_path, {"kustomization.yaml": "resources: [t.yaml]\n", "t.yaml": text})
    unit = kustomize().build("kustomization.yaml")
    assert messages(unit.refusals) == ["t.yaml:6: this is not YAML: undefined alias `x`"]
    assert [plain(node)["kind"] for node in unit.objects] == ["A"]


def test_overlays_that_multiply_each_other_are_bounded(tmp_path: Path) -> None:
    write(tmp_path, {"0/web.yaml": DEPLOYMENT, "0/kustomization.yaml": "resources: [web.yaml]\n"})
    for level in range(1, 30):
        for side in "ab":
            text = f"namePrefix: {side}-\nresources: [../../{level - 1}]\n"
            write(tmp_path, {f"{level}/{side}/kustomization.yaml": text})
        write(tmp_path, {f"{level}/kustomization.yaml": "resources: [a, b]\n"})
    unit = kustomize().build("29/kustomization.yaml")
    assert len(unit.objects) <= 10_000
    assert unit.left_out


def test_a_long_chain_is_bounded(tmp_path: Path) -> None:
    for level in range(200):
        write(tmp_path, {f"{level}/kustomization.yaml": f"resources: [../{level + 1}]\n"})
    write(tmp_path, {"200/kustomization.yaml": "resources: [web.yaml]\n", "200/web.yaml": DEPLOYMENT})
    unit = kustomize().build("0/kustomization.yaml")
    assert [remark.text for remark in unit.left_out] == ["there are too many kustomizations in each other"]
    assert len(images(kustomize().build("190/kustomization.yaml"))) == 3


def test_folders_that_lead_to_each_other_end(tmp_path: Path) -> None:
    names = [f"k{number}" for number in range(12)]
    for name in names:
        others = ", ".join(f"../{other}" for other in names)
        write(tmp_path, {f"{name}/kustomization.yaml": f"resources: [{others}]\n"})
    unit = kustomize().build("k0/kustomization.yaml")
    assert unit.objects == ()
    assert unit.refusals


@pytest.mark.parametrize(
    "step",
    [
        "{op: copy, from: /spec, path: /spec/again}",
        "{op: copy, from: /spec/template, path: /spec/template/spec/x}",
    ],
)
def test_patches_that_double_an_object_are_bounded(tmp_path: Path, step: str) -> None:
    steps = "".join(
        f"    - {step.replace('again', f'a{number}').replace('/x', f'/x{number}')}\n" for number in range(60)
    )
    text = f"resources: [web.yaml]\npatches:\n- target: {{kind: Deployment}}\n  patch: |\n{steps}"
    write(tmp_path, {"kustomization.yaml": text, "web.yaml": DEPLOYMENT})
    unit = kustomize().build("kustomization.yaml")
    assert any("makes the object too large" in remark.text for remark in unit.refusals)


def test_replacements_that_double_a_text_are_bounded(tmp_path: Path) -> None:
    one = (
        "- source: {kind: Deployment, fieldPath: 'spec.template.spec.containers.0.image'}\n"
        "  targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.0.image'],"
        " options: {delimiter: '/', index: 99}}]\n"
    )
    text = f"resources: [web.yaml]\nreplacements:\n{one * 60}"
    write(tmp_path, {"kustomization.yaml": text, "web.yaml": DEPLOYMENT})
    unit = kustomize().build("kustomization.yaml")
    assert any(remark.text == "a text becomes too long" for remark in unit.refusals)


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|aa)+$", "(.*.*.*)*x", "((a{1,30}){1,30}){1,30}", "[" * 400])
def test_no_pattern_of_a_target_stalls_a_run(tmp_path: Path, pattern: str) -> None:
    text = DEPLOYMENT.replace("name: web\n", f"name: {'a' * 200}\n", 1)
    target = f"{{name: '{pattern}'}}"
    patch = f"patches: [{{target: {target}, patch: '- {{op: remove, path: /spec}}'}}]"
    write(tmp_path, {"kustomization.yaml": f"resources: [web.yaml]\n{patch}\n", "web.yaml": text})
    unit = kustomize().build("kustomization.yaml")
    assert len(unit.objects) == 1


def test_building_one_root_does_not_change_another(tmp_path: Path) -> None:
    write(tmp_path, {"base/web.yaml": DEPLOYMENT, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    write(
        tmp_path, {"a/kustomization.yaml": "resources: [../base]\nnamespace: a\nimages: [{name: nginx, newTag: a}]\n"}
    )
    write(tmp_path, {"b/kustomization.yaml": "resources: [../base]\nnamePrefix: b-\n"})
    one = kustomize()
    paths = ["a/kustomization.yaml", "b/kustomization.yaml", "base/kustomization.yaml", "a/kustomization.yaml"]
    together = [[plain(node) for node in one.build(path).objects] for path in paths]
    alone = [[plain(node) for node in kustomize().build(path).objects] for path in paths]
    assert together == alone
