"""Patches, components and transformers that nobody writes on purpose, with the answers of kustomize 5.8.1."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.text.nodes import Scalar, mapping
from kustomizations import DEPLOYMENT, images, kustomize, messages, plain, write

if TYPE_CHECKING:
    from imagelint.facts.unit import Unit

SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: pull}\n"
TO_STATEFUL = '{target: {version: v1}, patch: \'[{"op": "replace", "path": "/kind", "value": "StatefulSet"}]\'}'
IDENTITY = '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}'

IDENTITY_LINES = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def build(kustomization: str, **files: str) -> Unit:
    named = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    write(Path(), {"web.yaml": DEPLOYMENT, "kustomization.yaml": kustomization, **named})
    return kustomize().build("kustomization.yaml")


def patched(patch: str) -> Unit:
    return build("resources: [web.yaml]\npatches: [{path: patch.yaml, target: {kind: Deployment}}]\n", patch=patch)


def names(unit: Unit) -> list[tuple[str, str]]:
    assert messages(unit.refusals) == []
    return [(one["kind"], one["metadata"]["name"]) for one in map(plain, unit.objects)]


def image_of(unit: Unit, number: int) -> Scalar:
    spec: Any = unit.objects[0]
    for key in ("spec", "template", "spec"):
        spec = mapping(spec, key)
    image = spec.get("containers").items[number].get("image")
    assert isinstance(image, Scalar)
    return image


@pytest.mark.parametrize(
    ("behind", "is_refused"),
    [
        ("unknown: field", True),
        ("---\nkind: Second\n", True),
        (" &a b: c", True),
        ("# a comment", False),
        ("\nunknown: field", False),
        ("]", False),
        (" a b c d", False),
    ],
)
def test_text_behind_a_patch_in_braces(behind: str, is_refused: bool) -> None:
    assert bool(patched(IDENTITY + behind).refusals) == is_refused


@pytest.mark.parametrize(
    ("patch", "is_refused"),
    [
        ('[{"op": "remove", "path": "/spec/template/spec/initContainers"}]\n', False),
        ('[{"op": "remove", "path": "/spec/template/spec/initContainers"}]---\n', True),
        ("[{op: remove, path: /spec/template/spec/initContainers}]\n", True),
        ("- {op: remove, path: /spec/template/spec/initContainers}\n", False),
        # In a patch of YAML the last one of a key wins.
        ("- {op: remove, path: /spec/unknown, path: /spec/template/spec/initContainers}\n", False),
    ],
)
def test_a_json_patch_in_brackets_is_json(patch: str, is_refused: bool) -> None:
    unit = patched(patch)
    assert bool(unit.refusals) == is_refused
    assert is_refused or len(images(unit)) == 2


def test_the_first_of_a_repeated_key_of_a_patch_counts() -> None:
    unit = build(
        "resources: [web.yaml]\npatchesStrategicMerge: [patch.yaml]\n",
        patch="apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nmetadata: {name: other}\n",
    )
    assert names(unit) == [("Deployment", "web")]


FIRST_OF_TWO = [
    ("containers: [{name: web, image: a, image: b}]", "a"),
    ("containers: [{name: web, image: a}], containers: [{name: web, image: b}]", "a"),
    ("containers: [{name: web, name: other, image: a}]", "a"),
    ("containers: [{<<: {image: a}, name: web, image: b, image: c}]", "b"),
    ("containers: [{name: web, image: a, image: b}, {name: cache, $patch: delete}]", "a"),
    # What is dropped as it comes second may hold anything.
    ("nodeSelector: {a: b}, nodeSelector: {a: c, a: d}", "nginx:1.25"),
    # A null removes the first of them and leaves one.
    ("securityContext: {runAsUser: null, runAsUser: 2}", "nginx:1.25"),
    # An item that is replaced is put back as it was.
    ("containers: [{name: web, $patch: replace, image: a, image: b}]", "nginx:1.25"),
]


@pytest.mark.parametrize(("content", "image"), FIRST_OF_TWO)
@pytest.mark.parametrize("field", ["patches: [{path: patch.yaml}]", "patchesStrategicMerge: [patch.yaml]"])
def test_the_first_of_a_repeated_key_is_merged_into_what_is_there(field: str, content: str, image: str) -> None:
    patch = f"{IDENTITY_LINES}spec: {{template: {{spec: {{{content}}}}}}}\n"
    unit = build(f"resources: [web.yaml]\n{field}\n", patch=patch)
    assert messages(unit.refusals) == []
    assert image_of(unit, 0).value == image


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("securityContext: {runAsUser: 1, runAsUser: 2}", "runAsUser"),
        ("securityContext: {runAsUser: 1, runAsUser: null}", "runAsUser"),
        ("containers: [{name: new, image: a, image: b}]", "image"),
        ("containers: [{name: web, image: a, image: b}, {$patch: replace}]", "image"),
        ("tolerations: [{key: a, key: b}]", "key"),
        ("affinity: {nodeAffinity: {a: b}, nodeAffinity: {a: b}}", "nodeAffinity"),
    ],
)
def test_a_repeated_key_is_refused_in_what_a_patch_adds(content: str, key: str) -> None:
    patch = f"{IDENTITY_LINES}spec:\n  template:\n    spec: {{{content}}}\n"
    unit = build("resources: [web.yaml]\npatches: [{path: patch.yaml}]\n", patch=patch)
    assert messages(unit.refusals) == [f"patch.yaml:6: the key `{key}` is there twice"]


REPEATED = "{target: {kind: Deployment}, patch: '%s'}"
ADDS_TWICE = "securityContext: {runAsUser: 1, runAsUser: 2}"
REMOVES = REPEATED % '[{"op": "remove", "path": "/spec/template/spec/securityContext"}]'


@pytest.mark.parametrize(
    ("later", "is_refused"),
    [
        ("{path: later.yaml}", False),
        (REPEATED % '{"kind": "Deployment", "metadata": {"name": "web"}, "$patch": "delete"}', False),
        # What has both is read again for a JSON patch, and printed in the end.
        (REMOVES, True),
        (REPEATED % '{"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 2}}', True),
    ],
)
@pytest.mark.parametrize("is_in_base", [True, False])
def test_a_repeated_key_that_a_later_patch_removes(later: str, *, is_in_base: bool, is_refused: bool) -> None:
    in_spec = f"{IDENTITY_LINES}spec: {{template: {{spec: {{{{}}}}}}}}\n".replace("{{}}", "{%s}")
    files = {"patch": in_spec % ADDS_TWICE, "later": in_spec % "securityContext: null"}
    if is_in_base:
        write(Path(), {"base/web.yaml": DEPLOYMENT, "base/patch.yaml": files["patch"]})
        files["base__kustomization"] = "resources: [web.yaml]\npatches: [{path: patch.yaml}]\n"
        unit = build(f"resources: [base]\npatches: [{later}]\n", **files)
    else:
        unit = build(f"resources: [web.yaml]\npatches: [{{path: patch.yaml}}, {later}]\n", **files)
    place = "base/patch.yaml:4" if is_in_base else "patch.yaml:4"
    assert messages(unit.refusals) == ([f"{place}: the key `runAsUser` is there twice"] if is_refused else [])


def test_the_last_of_a_repeated_label_counts_where_a_patch_is_loaded_as_an_object() -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {tier: a, tier: b}}\n"
    unit = build("resources: [web.yaml]\npatchesStrategicMerge: [patch.yaml]\n", patch=patch)
    assert messages(unit.refusals) == []
    assert plain(unit.objects[0])["metadata"]["labels"] == {"app": "web", "tier": "b"}


def test_a_kind_that_a_patch_changed_is_merged_as_the_patch_is() -> None:
    """The type of the object is not known any more; that of the patch is."""
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: %s}}}\n"
    kind = TO_STATEFUL.replace("version: v1", "kind: Deployment").replace("StatefulSet", "Web")
    unit = build(
        f"resources: [web.yaml]\npatches: [{kind}, {{path: patch.yaml}}]\n", patch=patch % "[{name: web, image: new}]"
    )
    assert images(unit) == ["busybox:1.36", "new", "quay.io/acme/redis:7.2@sha256:aaa"]


def test_fields_of_a_kind_are_those_of_the_first_and_of_the_present_one() -> None:
    suffix = "{apiVersion: builtin, kind: SuffixTransformer, metadata: {name: t}, suffix: -s, fieldSpecs: [%s]}"
    unit = build(
        f"resources: [web.yaml]\npatches: [{TO_STATEFUL}]\ntransformers: [suffix.yaml]\n",
        suffix=suffix % "{path: metadata/name, kind: Deployment}",
    )
    assert names(unit) == [("StatefulSet", "web")]
    unit = build(
        f"resources: [web.yaml]\npatches: [{TO_STATEFUL}]\ntransformers: [suffix.yaml]\n",
        suffix=suffix % "{path: metadata/name}",
    )
    assert names(unit) == [("StatefulSet", "web-s")]


def test_a_generator_does_not_merge_with_an_object_of_another_kind() -> None:
    unit = build(
        "resources: [base]\nsecretGenerator: [{name: pull, behavior: merge}]\n",
        base__kustomization=f"resources: [pull.yaml]\npatches: [{TO_STATEFUL}]\n",
        base__pull=SECRET,
    )
    assert messages(unit.refusals) == [
        "kustomization.yaml:2: there is no object `Secret.v1.[noGrp]/pull.[noNs]` to merge any more"
    ]


@pytest.mark.parametrize("gone", ["env/gcp", "secret.yaml"])
def test_what_a_generator_merges_with_may_be_in_a_base_that_is_missing(gone: str) -> None:
    unit = build(f"resources: [{gone}]\nsecretGenerator: [{{name: pull, behavior: merge}}]\n")
    assert messages(unit.refusals) == [f"kustomization.yaml:1: `{gone}` does not exist"]


def test_the_hash_of_another_kind_is_not_known() -> None:
    unit = build(f"secretGenerator: [{{name: pull}}]\npatches: [{TO_STATEFUL}]\n")
    assert names(unit) == [("StatefulSet", "pull")]
    assert unit.unknown == {0: True}


def test_what_a_component_makes_the_same_is_refused() -> None:
    rename = '{target: {kind: ConfigMap}, patch: \'[{"op": "replace", "path": "/metadata/name", "value": "one"}]\'}'
    unit = build(
        "components: [part]\nconfigMapGenerator: [{name: a}, {name: b}]\n",
        part__kustomization=f"kind: Component\npatches: [{rename}]\n",
    )
    assert "there are several objects `ConfigMap.v1.[noGrp]/one.[noNs]`" in messages(unit.refusals)[0]


@pytest.mark.parametrize(("where", "renamed"), [("components", "a"), ("resources", "a")])
def test_the_fields_of_a_kind_take_the_place_of_those_of_all_kinds(where: str, renamed: str) -> None:
    """Kustomize merges the fields once more behind a component or a base, and those of a kind come first."""
    kind = "Component" if where == "components" else "Kustomization"
    unit = build(
        f"{where}: [part]\nnamePrefix: x-\n",
        part__kustomization=f"kind: {kind}\nconfigurations: [c.yaml]\n"
        "configMapGenerator: [{name: a, options: {disableNameSuffixHash: true}}]\n",
        part__c="namePrefix: [{path: metadata/name, kind: Deployment}]\n",
    )
    assert names(unit) == [("ConfigMap", renamed)]


def test_fields_that_differ_in_what_they_create_are_refused() -> None:
    unit = build(
        "resources: [web.yaml]\nconfigurations: [c.yaml]\n",
        c="commonLabels: [{path: metadata/labels, create: false}]\n",
    )
    assert "another `create`" in messages(unit.refusals)[0]


@pytest.mark.parametrize(("fields", "tag"), [("images: %s\nImages: []\n", "2"), ("IMAGES: []\nimages: %s\n", "2")])
def test_of_fields_that_differ_in_case_the_last_in_their_order_wins(fields: str, tag: str) -> None:
    unit = build("resources: [web.yaml]\n" + fields % "[{name: nginx, newTag: '2'}]")
    assert images(unit)[1] == f"nginx:{tag}"


def test_patches_with_a_target_must_not_make_objects_the_same() -> None:
    other = DEPLOYMENT.replace("name: web\n", "name: other\n", 1)
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: one}\n"
    entry = "{path: patch.yaml, target: {kind: Deployment}, options: {allowNameChange: true}}"
    unit = build(f"resources: [web.yaml, other.yaml]\npatches: [{entry}]\n", other=other, patch=patch)
    assert messages(unit.refusals)[0].endswith(
        "this patch makes several objects the same: `Deployment.v1.apps/one.[noNs]`"
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("patches: [patch.yaml]", ["this should be a mapping: write `- path: patch.yaml`"]),
        (
            "patches: [patch.yaml, b/patch.yml, {path: patch.yaml}, c.json]",
            ["this should be a mapping: write `- path: patch.yaml` (2 more like it in this list)"],
        ),
        ("replacements: [a.yaml]", ["this should be a mapping: write `- path: a.yaml`"]),
        ("patches: ['kind: Deployment', b]", ["this should be a mapping"] * 2),
        ("images: [nginx.yaml]", ["this should be a mapping"]),
    ],
)
def test_a_file_where_an_entry_with_its_path_is_needed(fields: str, expected: list[str]) -> None:
    unit = build(f"{fields}\nresources: [web.yaml]\n", patch=DEPLOYMENT)
    assert [remark.text for remark in unit.refusals] == expected


def test_objects_that_a_namespace_makes_the_same_are_named() -> None:
    named = [DEPLOYMENT.replace("name: web\n", f"name: web\n  namespace: {one}\n", 1) for one in ("a", "b", "c")]
    unit = build("namespace: shop\nresources: [web.yaml, b.yaml, c.yaml]\n", web=named[0], b=named[1], c=named[2])
    (refusal,) = unit.refusals
    assert refusal.text == "the namespace makes several objects the same: `Deployment.v1.apps/web.shop`"


def test_a_source_without_a_namespace_is_found_in_the_default_one() -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: tool}\n"
    source = "{kind: ClusterRole, namespace: default, fieldPath: metadata.name}"
    target = "{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=web].image']}"
    unit = build(
        f"resources: [web.yaml, role.yaml]\nreplacements: [{{source: {source}, targets: [{target}]}}]\n", role=role
    )
    assert images(unit)[1] == "tool"


@pytest.mark.parametrize(
    ("image", "options", "is_text"),
    [
        # What a file has as text stays text; what `images` wrote has no type.
        ("nginx", "", True),
        ("nginx", "images: [{name: nginx, newName: quay.io/acme/web}]\n", False),
    ],
)
def test_a_number_that_a_replacement_writes(image: str, options: str, is_text: bool) -> None:
    target = "{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=web].image']}"
    unit = build(
        f"resources: [web.yaml]\n{options}replacements: [{{sourceValue: '1.10', targets: [{target}]}}]\n",
        web=DEPLOYMENT.replace("nginx:1.25", image),
    )
    assert (image_of(unit, 0).value, image_of(unit, 0).is_text) == ("1.10", is_text)


def test_a_container_without_a_name_takes_all_others() -> None:
    """Kustomize looks for an item with an empty name, and finds each that has one."""
    unit = build(
        "resources: [web.yaml]\npatches: [{path: patch.yaml}]\n",
        web=DEPLOYMENT.replace("name: web\n          image", "name: ''\n          image").replace(
            "        - name: cache\n          image: quay.io/acme/redis:7.2@sha256:aaa\n", ""
        ),
        patch="apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
        "spec: {template: {spec: {containers: [{name: added, image: new}]}}}\n",
    )
    assert images(unit) == ["busybox:1.36", "nginx:1.25"]


@pytest.mark.parametrize(
    "settings",
    [
        "kind: ConfigMapGenerator\nmetadata: {name: a}\nnamespace: [a]\n",
        "kind: PatchStrategicMergeTransformer\nmetadata: {name: a}\npatches: [{path: a.yaml}]\n",
        "kind: ImageTagTransformer\nmetadata: {name: a}\nimageTag: [nginx]\n",
    ],
)
def test_settings_of_the_wrong_type_are_refused(settings: str) -> None:
    field = "generators" if "Generator" in settings else "transformers"
    unit = build(f"resources: [web.yaml]\n{field}: [settings.yaml]\n", settings=f"apiVersion: builtin\n{settings}")
    assert "this should be" in messages(unit.refusals)[0]


@pytest.mark.parametrize(
    ("written", "value", "is_refused"),
    [
        *(("null", "app", True), ("5", "app", True), ("5", "6", False), ("5", "6.5", True), ("5.5", "6", False)),
        *(("true", "yes", True), ("yes", "app", False)),
    ],
)
@pytest.mark.parametrize("options", ["", ", options: {delimiter: '@'}"])
def test_a_replacement_keeps_the_type_of_a_value(written: str, value: str, is_refused: bool, options: str) -> None:
    target = (
        f"{{select: {{kind: Deployment}}, fieldPaths: ['spec.template.spec.containers.[name=web].image']{options}}}"
    )
    unit = build(
        f"resources: [web.yaml]\nreplacements: [{{sourceValue: '{value}', targets: [{target}]}}]\n",
        web=DEPLOYMENT.replace("nginx:1.25", written),
    )
    assert bool(unit.refusals) == is_refused


def test_a_patch_for_nothing_finds_that_objects_are_the_same() -> None:
    rename = '{target: {version: v1}, patch: \'[{"op": "replace", "path": "/metadata/name", "value": "one"}]\'}'
    nothing = "{target: {name: none}, path: patch.yaml}"
    other = SECRET.replace("pull", "other")
    unit = build(f"resources: [a.yaml, b.yaml]\npatches: [{rename}, {nothing}]\n", a=SECRET, b=other, patch=SECRET)
    assert "this patch makes several objects the same" in messages(unit.refusals)[0]


def test_of_a_list_that_is_all_of_a_file_only_the_items_count() -> None:
    listed = f"apiVersion: v1\nkind: List\nitems: [{IDENTITY}]\napiVersion: v9\n"
    assert names(build("resources: [list.yaml]\n", list=listed)) == [("Deployment", "web")]
    assert build("resources: [list.yaml]\n", list=f"{listed}---\n").refusals


def test_files_without_a_patch_are_refused() -> None:
    unit = build("resources: [web.yaml]\npatchesStrategicMerge: [patch.yaml]\n", patch="# nothing\n")
    assert "there is no patch" in messages(unit.refusals)[0]


def test_a_selector_is_parsed_where_there_is_an_object() -> None:
    patch = "{target: {kind: %s, labelSelector: 'a==b==c'}, path: patch.yaml}"
    resources = "resources: [web.yaml]\npatches: "
    assert build(f"{resources}[{patch % 'Pod'}]\n", patch=IDENTITY).refusals == ()
    assert build(f"{resources}[{patch % 'Deployment'}]\n", patch=IDENTITY).refusals


def test_a_patch_that_replaces_a_whole_object_changes_nothing() -> None:
    unit = patched(f"{IDENTITY[:-1]}, $patch: replace, spec: {{}}}}")
    assert images(unit) == images(build("resources: [web.yaml]\n"))
    assert unit.refusals == ()


@pytest.mark.parametrize(("written", "value"), [("yes", "true"), ("n", "false"), ("'yes'", "yes"), ("true", "true")])
def test_words_of_a_json_patch_are_booleans_as_json_has_them(written: str, value: str) -> None:
    patch = f"- {{op: replace, path: /spec/template/spec/containers/0/image, value: {written}}}\n"
    assert image_of(patched(patch), 0).value == value


@pytest.mark.parametrize(("patch", "is_refused"), [("", True), ("# nothing yet\n", False)])
def test_a_file_of_a_json_patch_is_not_empty(patch: str, is_refused: bool) -> None:
    entry = "{target: {version: v1, kind: Deployment, name: web}, path: patch.yaml}"
    unit = build(f"resources: [web.yaml]\npatchesJson6902: [{entry}]\n", patch=patch)
    assert messages(unit.refusals) == (["kustomization.yaml:2: `patch.yaml` is empty"] if is_refused else [])


def test_a_mapping_in_braces_is_all_of_its_document() -> None:
    unit = patched(f"{IDENTITY[:-1]}\n}}sortOptions: {{order: fifo}}\n")
    assert "this is not YAML: more text follows its end" in messages(unit.refusals)[0]


METADATA = (
    "apiVersion: apps/v1\nkind: Deployment\n"
    "metadata: {name: web, labels: {x: null, n: 5, e: , l: [a], t: yes}, annotations: {note: ~}}\n"
)


@pytest.mark.parametrize(
    ("field", "labels", "is_found"),
    [
        ("patchesStrategicMerge: [patch.yaml]", {"x": "null", "n": "5", "e": "", "l": "", "t": "yes"}, True),
        ("patches: [{path: patch.yaml}]", {"n": "5", "l": ["a"], "t": "yes"}, False),
    ],
)
def test_labels_of_patches_strategic_merge_are_texts(field: str, labels: dict[str, Any], *, is_found: bool) -> None:
    unit = build(
        "resources: [base]\n"
        "patches: [{target: {annotationSelector: note}, patch: '[{op: replace, path: /spec/replicas, value: 7}]'}]\n",
        base__kustomization=f"resources: [web.yaml]\n{field}\n",
        base__web=DEPLOYMENT,
        base__patch=METADATA,
    )
    (found,) = map(plain, unit.objects)
    assert {name: value for name, value in found["metadata"]["labels"].items() if name != "app"} == labels
    assert (found["metadata"]["annotations"] != {}) == (found["spec"].get("replicas") == "7") == is_found
