"""Every scalar leads back to the text that it was written as."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from imagelint.text.places import Place, SourceId
from imagelint.text.trace import Part, Role
from kustomizations import DEPLOYMENT, kustomize, origins, scalars, write

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.facts.unit import Unit

NGINX = "spec.template.spec.containers[0].image"
REDIS = "spec.template.spec.containers[1].image"
ADDED = "spec.template.spec.containers[0]"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def built(tmp_path: Path, kustomization: str, **files: str) -> Unit:
    named = {name.replace("_yaml", ".yaml"): text for name, text in files.items()}
    write(tmp_path, {"base/web.yaml": DEPLOYMENT, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    write(tmp_path, {"prod/kustomization.yaml": f"resources: [../base]\n{kustomization}"})
    write(tmp_path, {f"prod/{name}": text for name, text in named.items()})
    unit = kustomize().build("prod/kustomization.yaml")
    assert unit.refusals == ()
    return unit


def test_what_no_transformer_changes_leads_to_the_base(tmp_path: Path) -> None:
    unit = built(tmp_path, "")
    assert origins(unit, 0, NGINX) == ["base/web.yaml:nginx:1.25"]
    found = unit.trace.origins(scalars(unit.objects[0])[NGINX].span)
    assert [origin.role for origin in found] == [Role.BASE]
    assert {source.path for source in unit.sources} == {
        "base/web.yaml",
        "base/kustomization.yaml",
        "prod/kustomization.yaml",
    }


def test_each_part_of_an_image_leads_to_what_decides_it(tmp_path: Path) -> None:
    unit = built(tmp_path, "images:\n- {name: nginx, newName: ghcr.io/acme/web, newTag: '2'}\n")
    base, name = "base/web.yaml:nginx:1.25", "prod/kustomization.yaml:ghcr.io/acme/web images[0].newName"
    tag = "prod/kustomization.yaml:'2' images[0].newTag"
    assert origins(unit, 0, NGINX) == [tag, name, base]
    assert origins(unit, 0, NGINX, Part.TAG) == [tag, name, base]
    assert origins(unit, 0, NGINX, Part.NAME) == [name, tag, base]
    assert origins(unit, 0, NGINX, Part.DIGEST) == [base, tag, name]
    found = unit.trace.origins(scalars(unit.objects[0])[NGINX].span)
    assert [origin.role for origin in found] == [Role.VALUE, Role.VALUE, Role.BASE]


def test_a_digest_leads_to_itself(tmp_path: Path) -> None:
    unit = built(tmp_path, "images:\n- {name: nginx, digest: sha256:bbb}\n")
    digest, base = "prod/kustomization.yaml:sha256:bbb images[0].digest", "base/web.yaml:nginx:1.25"
    for part in (Part.WHOLE, Part.DIGEST, Part.TAG):
        assert origins(unit, 0, NGINX, part) == [digest, base]
    assert origins(unit, 0, NGINX, Part.NAME) == [base, digest]


def test_overlays_of_overlays_chain(tmp_path: Path) -> None:
    write(tmp_path, {"base/web.yaml": DEPLOYMENT, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    write(tmp_path, {"middle/kustomization.yaml": "resources: [../base]\nimages: [{name: nginx, newTag: '2'}]\n"})
    write(tmp_path, {"top/kustomization.yaml": "resources: [../middle]\nimages: [{name: nginx, newName: web}]\n"})
    unit = kustomize().build("top/kustomization.yaml")
    assert scalars(unit.objects[0])[NGINX].value == "web:2"
    name, tag = "top/kustomization.yaml:web images[0].newName", "middle/kustomization.yaml:'2' images[0].newTag"
    assert origins(unit, 0, NGINX, Part.NAME) == [name, tag, "base/web.yaml:nginx:1.25"]
    assert origins(unit, 0, NGINX, Part.TAG) == [tag, name, "base/web.yaml:nginx:1.25"]


SPEC = "spec: {{template: {{spec: {{containers: [{{name: web, image: {}}}]}}}}}}"


def test_a_patch_in_a_file_leads_to_it(tmp_path: Path) -> None:
    patch = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\n{SPEC.format('patched:1')}\n"
    unit = built(tmp_path, "patches: [{path: p.yaml}]\n", p_yaml=patch)
    assert origins(unit, 0, NGINX) == ["prod/p.yaml:patched:1"]
    assert unit.trace.origins(scalars(unit.objects[0])[NGINX].span)[0].role == Role.PATCH
    assert origins(unit, 0, REDIS) == ["base/web.yaml:quay.io/acme/redis:7.2@sha256:aaa"]


INLINE = """\
patches:
- patch: |-

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
          - name: web
            image: patched:1
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
          - name: cache
            image: patched:2
"""


def test_a_literal_block_leads_to_its_lines(tmp_path: Path) -> None:
    unit = built(tmp_path, INLINE)
    found = {scalars(unit.objects[0])[path].value: origins(unit, 0, path) for path in (NGINX, REDIS)}
    assert found == {
        "patched:1": ["prod/kustomization.yaml:patched:1"],
        "patched:2": ["prod/kustomization.yaml:patched:2"],
    }
    lines = {unit.trace.origins(scalars(unit.objects[0])[path].span)[0].place.span.line for path in (NGINX, REDIS)}
    assert lines == {14, 25}


def test_a_quoted_patch_leads_to_all_of_it(tmp_path: Path) -> None:
    patch = '"- {op: replace, path: /spec/template/spec/containers/0/image, value: patched}"'
    unit = built(tmp_path, f"patches:\n- target: {{kind: Deployment}}\n  patch: {patch}\n")
    assert origins(unit, 0, NGINX) == [f"prod/kustomization.yaml:{patch}"]


def test_a_json_patch_in_a_block_leads_to_its_value(tmp_path: Path) -> None:
    operation = "    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: 'patched'\n"
    unit = built(tmp_path, f"patches:\n- target: {{kind: Deployment}}\n  patch: |\n{operation}")
    assert origins(unit, 0, NGINX) == ["prod/kustomization.yaml:'patched'"]


def test_names_and_namespaces_lead_to_their_fields(tmp_path: Path) -> None:
    unit = built(tmp_path, "namespace: prod\nnamePrefix: a-\nnameSuffix: -z\n")
    assert origins(unit, 0, "metadata.name") == [
        "base/web.yaml:web",
        "prod/kustomization.yaml:a- namePrefix",
        "prod/kustomization.yaml:-z nameSuffix",
    ]
    assert origins(unit, 0, "metadata.namespace") == ["prod/kustomization.yaml:prod namespace"]


def test_a_reference_to_a_renamed_object_leads_to_itself_first(tmp_path: Path) -> None:
    secret = "{apiVersion: v1, kind: Secret, metadata: {name: regcred}}"
    unit = built(tmp_path, "resources: [../base, s.yaml]\nnamePrefix: a-\n".partition("\n")[2])
    assert unit.objects
    write(tmp_path, {"prod/s.yaml": secret})
    write(tmp_path, {"prod/kustomization.yaml": "resources: [../base, s.yaml]\nnamePrefix: a-\n"})
    unit = kustomize().build("prod/kustomization.yaml")
    assert scalars(unit.objects[0])["spec.template.spec.imagePullSecrets[0].name"].value == "a-regcred"
    assert origins(unit, 0, "spec.template.spec.imagePullSecrets[0].name")[0] == "base/web.yaml:regcred"


def test_a_replacement_leads_to_its_source_and_what_it_replaced(tmp_path: Path) -> None:
    config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {tag: '9'}}"
    write(tmp_path, {"prod/c.yaml": config})
    target = 'select: {kind: Deployment}, fieldPaths: ["spec.template.spec.containers.[name=web].image"]'
    replacement = f"[{{source: {{kind: ConfigMap, fieldPath: data.tag}}, targets: [{{{target}, options: OPTIONS}}]}}]"
    options = "{delimiter: ':', index: 1}"
    write(
        tmp_path,
        {
            "base/web.yaml": DEPLOYMENT,
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "prod/kustomization.yaml": f"resources: [../base, c.yaml]\nreplacements: {replacement}\n".replace(
                "OPTIONS", options
            ),
        },
    )
    unit = kustomize().build("prod/kustomization.yaml")
    assert unit.refusals == ()
    base, source = "base/web.yaml:nginx:1.25", "prod/c.yaml:'9'"
    assert origins(unit, 0, NGINX, Part.TAG) == [source, base]
    assert origins(unit, 0, NGINX, Part.NAME) == [base, source]


def test_a_generated_name_leads_to_the_generator(tmp_path: Path) -> None:
    unit = built(tmp_path, "secretGenerator: [{name: regcred, literals: [a=b]}]\n")
    assert origins(unit, 1, "metadata.name") == ["prod/kustomization.yaml:regcred secretGenerator[0].name"]


def test_a_trace_can_be_sent_to_another_process(tmp_path: Path) -> None:
    unit = built(tmp_path, "images: [{name: nginx, newTag: '2'}]\n")
    span = scalars(unit.objects[0])[NGINX].span
    raw = pickle.dumps(unit.trace)
    assert pickle.loads(raw).origins(span) == unit.trace.origins(span)
    assert len(raw) < 4000


def test_a_kustomization_in_another_source(tmp_path: Path) -> None:
    from imagelint.text.compose import compose
    from imagelint.text.nodes import Mapping

    write(tmp_path, {"base/web.yaml": DEPLOYMENT, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    text = "spec:\n  resources: [base]\n  images:\n  - name: nginx\n    newTag: '2'\n"
    write(tmp_path, {"flux.yaml": text})
    root = compose(text.encode())
    node = root.get("spec") if isinstance(root, Mapping) else None
    assert isinstance(node, Mapping)
    source = SourceId("flux.yaml")
    unit = kustomize().build_around(source, (node, lambda part: Place(source, part.span)))
    assert unit.refusals == ()
    assert origins(unit, 0, NGINX) == ["flux.yaml:'2' images[0].newTag", "base/web.yaml:nginx:1.25"]
