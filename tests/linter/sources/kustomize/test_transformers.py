"""Each transformer, with the answers of kustomize 5.8.1 to the same input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kustomizations import DEPLOYMENT, images, kustomize, messages, plain, write

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.facts.unit import Unit


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def built(tmp_path: Path, kustomization: str, **files: str) -> Unit:
    named = {name.replace("__", "/").replace("_yaml", ".yaml"): text for name, text in files.items()}
    write(tmp_path, {"web.yaml": DEPLOYMENT, "kustomization.yaml": kustomization, **named})
    return kustomize().build("kustomization.yaml")


def only(unit: Unit) -> Any:
    assert messages(unit.refusals) == []
    assert messages(unit.left_out) == []
    assert len(unit.objects) == 1
    return plain(unit.objects[0])


def pod(unit: Unit) -> Any:
    return only(unit)["spec"]["template"]["spec"]


IMAGES = [
    ("{name: nginx, newTag: '2'}", "nginx:2"),
    ("{name: nginx, newName: ghcr.io/acme/web}", "ghcr.io/acme/web:1.25"),
    ("{name: nginx, newName: ghcr.io/acme/web, newTag: '2'}", "ghcr.io/acme/web:2"),
    ("{name: nginx, digest: sha256:bbb}", "nginx@sha256:bbb"),
    ("{name: nginx, newTag: '2', digest: sha256:bbb}", "nginx:2@sha256:bbb"),
    # Containers are visited twice: as containers anywhere, and as a field of a Deployment.
    ("{name: nginx, tagSuffix: -x}", "nginx:1.25-x-x"),
    ("{name: ngin., newTag: '2'}", "nginx:2"),
    ("{name: '(nginx|apache)', newTag: '2'}", "nginx:2"),
    ("{name: docker.io/nginx, newTag: '2'}", "nginx:1.25"),
]


@pytest.mark.parametrize(("entry", "image"), IMAGES)
def test_images(tmp_path: Path, entry: str, image: str) -> None:
    unit = built(tmp_path, f"resources: [web.yaml]\nimages: [{entry}]\n")
    assert images(unit) == ["busybox:1.36", image, "quay.io/acme/redis:7.2@sha256:aaa"]


def test_images_apply_in_their_order(tmp_path: Path) -> None:
    entries = "[{name: nginx, newName: one}, {name: one, newName: two, newTag: '3'}]"
    assert images(built(tmp_path, f"resources: [web.yaml]\nimages: {entries}\n"))[1] == "two:3"


def test_a_new_tag_replaces_a_digest(tmp_path: Path) -> None:
    unit = built(tmp_path, "resources: [web.yaml]\nimages: [{name: quay.io/acme/redis, newTag: '8'}]\n")
    assert images(unit)[2] == "quay.io/acme/redis:8"


def test_an_image_entry_that_matches_nothing_is_reported_with_the_nearest(tmp_path: Path) -> None:
    unit = built(tmp_path, "resources: [web.yaml]\nimages:\n- name: ngnix\n  newTag: '2'\n")
    assert messages(unit.unmatched) == ["kustomization.yaml:3: no image is called `ngnix`; did you mean `nginx`?"]


def test_a_strategic_patch_merges_containers_by_name(tmp_path: Path) -> None:
    patch = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - {name: cache, $patch: delete}
      - {name: web, image: patched}
      - {name: added, image: other}
      initContainers: null
      imagePullSecrets:
      - name: more
"""
    found = pod(built(tmp_path, "resources: [web.yaml]\npatches: [{path: p.yaml}]\n", p_yaml=patch))
    assert found["containers"] == [{"name": "web", "image": "patched"}, {"name": "added", "image": "other"}]
    assert "initContainers" not in found
    assert found["imagePullSecrets"] == [{"name": "more"}, {"name": "regcred"}]


def test_a_strategic_patch_replaces_lists_of_unknown_kinds(tmp_path: Path) -> None:
    text = (
        "apiVersion: {}\nkind: Rollout\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{}]}}}}}}\n"
    )
    base = text.format("argoproj.io/v1alpha1", "{name: a, image: one}, {name: b, image: two}")
    patch = text.format("argoproj.io/v1alpha1", "{name: a, image: three}")
    files = {"r_yaml": base, "p_yaml": patch}
    unit = built(tmp_path, "resources: [r.yaml]\npatchesStrategicMerge: [p.yaml]\n", **files)
    assert images(unit) == ["three"]


def test_a_patch_may_delete_an_object(tmp_path: Path) -> None:
    patch = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, $patch: delete}"
    unit = built(tmp_path, f"resources: [web.yaml]\npatches:\n- patch: |\n    {patch}\n")
    assert unit.objects == ()
    assert unit.refusals == ()


def test_a_patch_without_its_object_is_refused_with_the_nearest(tmp_path: Path) -> None:
    patch = DEPLOYMENT.replace("name: web\n  labels", "name: wed\n  labels")
    unit = built(tmp_path, "resources: [web.yaml]\npatches: [{path: p.yaml}]\n", p_yaml=patch)
    expected = "p.yaml:4: no matches for Id Deployment.v1.apps/wed.[noNs]; did you mean `web`?"
    assert messages(unit.refusals) == [expected]
    assert len(unit.objects) == 1


JSON = [
    ("{op: replace, path: /spec/template/spec/containers/0/image, value: a}", ["busybox:1.36", "a"]),
    ("{op: remove, path: /spec/template/spec/containers/1}", ["busybox:1.36", "nginx:1.25"]),
    ("{op: remove, path: /spec/template/spec/containers/-1}", ["busybox:1.36", "nginx:1.25"]),
    ("{op: add, path: /spec/template/spec/containers/0, value: {name: n, image: a}}", ["busybox:1.36", "a"]),
    ("{op: add, path: /spec/template/spec/containers/0/image, value: a}", ["busybox:1.36", "a"]),
    (
        "{op: move, from: /spec/template/spec/containers/1, path: /spec/template/spec/initContainers/-}",
        ["busybox:1.36", "quay.io/acme/redis:7.2@sha256:aaa"],
    ),
    (
        "{op: copy, from: /spec/template/spec/containers/1/image, path: /spec/template/spec/containers/0/image}",
        ["busybox:1.36", "quay.io/acme/redis:7.2@sha256:aaa"],
    ),
    ("{op: test, path: /spec/template/spec/containers/0/name, value: web}", ["busybox:1.36", "nginx:1.25"]),
    # The library sets what is not there.
    ("{op: replace, path: /spec/paused, value: true}", ["busybox:1.36", "nginx:1.25"]),
    # Kustomize keeps what it remembers in annotations, so that there are some.
    ("{op: add, path: /metadata/annotations/a, value: b}", ["busybox:1.36", "nginx:1.25"]),
]


@pytest.mark.parametrize(("operation", "first_images"), JSON)
def test_json_patches(tmp_path: Path, operation: str, first_images: list[str]) -> None:
    patch = f"patches:\n- target: {{kind: Deployment}}\n  patch: |\n    - {operation}\n"
    unit = built(tmp_path, f"resources: [web.yaml]\n{patch}")
    assert messages(unit.refusals) == []
    assert images(unit)[:2] == first_images


REFUSED_JSON = [
    ("{op: test, path: /spec/template/spec/containers/0/name, value: x}", "the test of `/spec/template/spec/contain"),
    ("{op: remove, path: /spec/paused}", "`remove` does not apply: the object has no `/spec/paused`"),
    ("{op: replace, path: /spec/a/b, value: 1}", "`replace` does not apply: the object has no `/spec/a/b`"),
    ("{op: remove, path: /spec/template/spec/containers/7}", "`remove` does not apply: the object has no"),
    ("{op: apply, path: /spec/a, value: 1}", "`apply` is not an operation of a JSON patch"),
]


@pytest.mark.parametrize(("operation", "message"), REFUSED_JSON)
def test_json_patches_that_are_refused(tmp_path: Path, operation: str, message: str) -> None:
    patch = f"patches:\n- target: {{kind: Deployment}}\n  patch: |\n    - {operation}\n"
    unit = built(tmp_path, f"resources: [web.yaml]\n{patch}")
    assert [found[: len(message) + 22] for found in messages(unit.refusals)] == [f"kustomization.yaml:5: {message}"]
    assert len(unit.objects) == 1


TARGETS = [
    ("{kind: Deployment}", True),
    ("{kind: Deploy}", False),
    ("{kind: Deploy.*}", True),
    ("{kind: Deployment|StatefulSet}", True),
    ("{group: apps, version: v1}", True),
    ("{group: batch}", False),
    ("{name: w.b}", True),
    ("{name: we}", False),
    ("{name: '[a-w]eb'}", True),
    ("{namespace: default}", True),
    ("{namespace: other}", False),
    ("{labelSelector: app=web}", True),
    ("{labelSelector: 'app in (a, web),!tier'}", True),
    ("{labelSelector: app!=web}", False),
    ("{annotationSelector: app}", False),
]


@pytest.mark.parametrize(("target", "is_selected"), TARGETS)
def test_targets(tmp_path: Path, target: str, is_selected: bool) -> None:
    patch = "|\n    - {op: add, path: /spec/template/spec/containers/0/image, value: patched}"
    unit = built(tmp_path, f"resources: [web.yaml]\npatches:\n- target: {target}\n  patch: {patch}\n")
    assert ("patched" in images(unit)) == is_selected
    assert not (unit.unmatched and is_selected)


def test_names_and_namespace_follow(tmp_path: Path) -> None:
    more = """\
{apiVersion: v1, kind: Secret, metadata: {name: regcred}, type: kubernetes.io/dockerconfigjson}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}, imagePullSecrets: [{name: regcred}]}
---
{apiVersion: v1, kind: Namespace, metadata: {name: old}}
"""
    fields = "namespace: prod\nnamePrefix: a-\nnameSuffix: -z\n"
    unit = built(tmp_path, f"resources: [web.yaml, more.yaml]\n{fields}", more_yaml=more)
    assert messages(unit.refusals) == []
    web, secret, account, namespace = map(plain, unit.objects)
    assert web["metadata"] | {"labels": 0} == {"name": "a-web-z", "namespace": "prod", "labels": 0}
    assert web["spec"]["template"]["spec"]["serviceAccountName"] == "a-robot-z"
    assert web["spec"]["template"]["spec"]["imagePullSecrets"] == [{"name": "a-regcred-z"}]
    assert secret["metadata"] == {"name": "a-regcred-z", "namespace": "prod"}
    assert account["imagePullSecrets"] == [{"name": "a-regcred-z"}]
    assert namespace["metadata"] == {"name": "prod"}


def test_generated_secrets_have_the_hash_of_kustomize(tmp_path: Path) -> None:
    generator = (
        "secretGenerator: [{name: regcred, type: kubernetes.io/dockerconfigjson, literals: ['.dockerconfigjson={}']}]"
    )
    unit = built(tmp_path, f"resources: [web.yaml]\n{generator}\n")
    assert messages(unit.refusals) == []
    web, secret = map(plain, unit.objects)
    assert secret["metadata"]["name"] == HASHED
    assert web["spec"]["template"]["spec"]["imagePullSecrets"] == [{"name": HASHED}]


HASHED = "regcred-9fdfh69d2f"


def test_replacements(tmp_path: Path) -> None:
    config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: versions}, data: {web: '9.9'}}"
    replacement = """\
replacements:
- source: {kind: ConfigMap, fieldPath: data.web}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ["spec.template.spec.containers.[name=web].image"]
    options: {delimiter: ":", index: 1}
"""
    unit = built(tmp_path, f"resources: [web.yaml, c.yaml]\n{replacement}", c_yaml=config)
    assert messages(unit.refusals) == []
    assert images(unit)[1] == "nginx:9.9"


def test_vars_fill_in_images_with_a_configuration(tmp_path: Path) -> None:
    text = DEPLOYMENT.replace("nginx:1.25", "$(REGISTRY)/nginx:1")
    config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {registry: ghcr.io/acme}}"
    files = {
        "v_yaml": text,
        "c_yaml": config,
        "k_yaml": "varReference: [{path: spec/template/spec/containers/image, kind: Deployment}]",
    }
    variable = (
        "{name: REGISTRY, objref: {kind: ConfigMap, name: c, apiVersion: v1}, fieldref: {fieldpath: data.registry}}"
    )
    unit = built(tmp_path, f"resources: [v.yaml, c.yaml]\nconfigurations: [k.yaml]\nvars: [{variable}]\n", **files)
    assert messages(unit.refusals) == []
    assert images(unit)[1] == "ghcr.io/acme/nginx:1"


@pytest.mark.parametrize(
    ("kustomization", "message"),
    [
        ("replicas: [{name: web, count: 2}]", "no object `web` has replicas"),
        (
            "patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}'}]",
            "no matches for Id Deployment.v1.apps/web.shop",
        ),
    ],
)
def test_a_name_is_not_suggested_for_itself(kustomization: str, message: str, tmp_path: Path) -> None:
    kind = "Deployment" if "Deployment" in kustomization else "Service"
    api_version = "apps/v1" if kind == "Deployment" else "v1"
    web = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: web}}\n"
    write(tmp_path, {"kustomization.yaml": f"resources: [web.yaml]\n{kustomization}\n", "web.yaml": web})
    group = "apps" if kind == "Deployment" else "[noGrp]"
    (refusal,) = messages(kustomize().build("kustomization.yaml").refusals)
    assert refusal == f"kustomization.yaml:2: {message}; there is `{kind}.v1.{group}/web.[noNs]`"
