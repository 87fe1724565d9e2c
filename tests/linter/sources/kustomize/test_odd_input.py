"""Input that nobody writes on purpose: what kustomize 5.8.1 makes of it, as `make kustomize` found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imagelint.text.nodes import mapping
from kustomizations import kustomize, plain, write

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.facts.unit import Unit


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def build(kustomization: str, **others: str) -> Unit:
    from pathlib import Path

    write(Path(), {"kustomization.yaml": kustomization, **{f"{name}.yaml": text for name, text in others.items()}})
    return kustomize().build("kustomization.yaml")


def pod(containers: str) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: {containers}}}\n"


def patched(base: str, patch: str) -> Any:
    unit = build("resources: [base.yaml]\npatches: [{path: patch.yaml}]\n", base=base, patch=patch)
    assert unit.refusals == ()
    return plain(mapping(unit.objects[0], "spec"))


A, B, C = ("{name: a, image: a:1}", "{name: b, image: b:1}", "{name: a, image: a:2}")


@pytest.mark.parametrize(
    ("base", "patch", "images"),
    [
        # an item without the merge key takes all others that the patch has not named before
        (f"[{A}, {B}]", "[{image: unnamed}, {name: a, image: new}]", ["new"]),
        (f"[{A}, {B}]", "[{name: a, image: new}, {image: unnamed}]", ["new"]),
        (f"[{A}, {{image: unnamed}}, {B}]", "[{name: a, image: new}]", ["unnamed"]),
        # of items with one key the last remains, even if the patch is about another field
        (f"[{A}, {B}, {C}]", "[]", ["a:2", "b:1"]),
        # an item that is null takes those behind it, unless the patch names them
        (f"[{A}, null, {B}]", "[]", ["a:1"]),
        (f"[{A}, null, {B}]", "[{name: b, image: new}]", ["new", "a:1"]),
        (f"[null, {A}]", "[]", []),
        (f"[{A}]", "[null]", []),
        # a replaced item is put back
        (f"[{A}, {B}]", "[{name: a, image: new, $patch: replace}]", ["a:1", "b:1"]),
    ],
)
def test_lists_with_odd_items(base: str, patch: str, images: list[str]) -> None:
    assert [one["image"] for one in patched(pod(base), pod(patch))["containers"]] == images


def test_a_list_without_items_stays() -> None:
    assert patched(pod(f"[{A}]"), pod("[{name: a, $patch: delete}]")) == {"containers": []}


def test_a_directive_for_a_list_that_is_not_there_stays_in_it() -> None:
    patch = pod(f"[{A}]").replace("spec: {", "spec: {imagePullSecrets: [{$patch: replace}, {name: regcred}], ")
    assert patched(pod(f"[{A}]"), patch)["imagePullSecrets"] == [{"$patch": "replace"}]


@pytest.mark.parametrize(
    ("value", "spec"),
    [
        ('{"containers": [{"image": "merged"}], "hostNetwork": true}', {"containers": [], "hostNetwork": "true"}),
        ('[{"hostNetwork": true}, {"hostPID": true}]', {"containers": [], "hostNetwork": "true", "hostPID": "true"}),
        ("[]", {"containers": []}),
        ('"*limits"', None),
        ("null", None),
        ("[[{}]]", None),
    ],
)
@pytest.mark.parametrize(
    "patch",
    [
        '[{"op": "add", "path": "/spec", "value": {"<<": %s, "containers": []}}]',
        '- {op: add, path: /spec, value: {"<<": %s, containers: []}}',
        '[{"op": "add", "path": "/spec/<<", "value": %s}, {"op": "replace", "path": "/spec/containers", "value": []}]',
    ],
)
def test_a_json_patch_that_writes_a_merge_key(value: str, spec: Any, patch: str) -> None:
    """Kustomize writes the object without quotes around `<<` and reads it again."""
    entry = "{path: patch.yaml, target: {kind: Pod}}"
    unit = build(f"resources: [base.yaml]\npatches: [{entry}]\n", base=pod(f"[{A}]"), patch=patch % value)
    if spec is None:
        assert "`<<` takes a mapping" in unit.refusals[0].message
    else:
        assert unit.refusals == ()
        assert plain(mapping(unit.objects[0], "spec")) == spec


def test_a_patch_of_another_kind_does_not_give_its_merge_keys_to_a_config_map() -> None:
    target = "{kind: ConfigMap, name: settings}"
    unit = build(
        f"resources: [base.yaml]\npatches: [{{path: patch.yaml, target: {target}}}]\n",
        base="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n",
        patch=pod(f"[{A}, {C}]"),
    )
    assert len(plain(mapping(unit.objects[0], "spec"))["containers"]) == 2


def test_a_source_that_a_patch_wrote_into_several_objects_changes_alone() -> None:
    change = '[{"op": "replace", "path": "/spec/containers/0/image", "value": "a"}]'
    target = "{select: {kind: Pod}, fieldPaths: [spec.containers.0.image], options: {delimiter: ':', index: -1}}"
    unit = build(
        f"resources: [base.yaml, other.yaml]\npatches: [{{patch: '{change}', target: {{kind: Pod}}}}]\n"
        "replacements: [{source: {name: web, fieldPath: spec.containers.0.image}, targets: [%s]}]\n" % target,
        base=pod(f"[{A}]").replace("name: web", "name: other"),
        other=pod(f"[{A}]"),
    )
    assert [plain(mapping(one, "spec"))["containers"][0]["image"] for one in unit.objects] == ["a:a", "a:a"]


def test_names_with_a_hash_that_is_not_known_may_be_the_same() -> None:
    rename = "- {op: replace, path: /metadata/name, value: one}\n- {op: replace, path: /kind, value: A}\n"
    unit = build(
        "resources: [base.yaml]\nsecretGenerator: [{name: a}]\npatches: [{path: patch.yaml, target: {kind: Secret}}]\n",
        base="apiVersion: v1\nkind: Secret\nmetadata: {name: pull}\n",
        patch=rename,
    )
    assert unit.refusals == ()
    assert len(unit.objects) == 2


@pytest.mark.parametrize("value", ["{hostNetwork: true}", "text"])
def test_a_quoted_merge_key_is_removed(value: str) -> None:
    base = pod(f"[{A}]").replace("spec: {", f'spec: {{"<<": {value}, ')
    assert patched(base, pod("[]")) == {"containers": [{"name": "a", "image": "a:1"}]}


@pytest.mark.parametrize(
    "options",
    [
        "replicas: [{name: web, count: 2}]",
        "patches: [{path: base.yaml}]",
        "replacements: [{source: {kind: Pod}, targets: []}]",
    ],
)
def test_what_is_not_found_may_be_added_where_there_are_no_objects(options: str) -> None:
    """Such as the output of a chart."""
    unit = build(f"{options}\n", base=pod("[]"))
    assert unit.refusals == ()
    assert len(unit.unfound) == 1
    unit = build(f"resources: [other.yaml]\n{options}\n", base=pod("[]"), other="{kind: A, metadata: {name: other}}")
    assert len(unit.refusals) == 1
    assert unit.unfound == ()


def test_fields_of_a_kind_that_comes_early_replace_those_of_all_kinds() -> None:
    kustomization = "resources: [base.yaml, pod.yaml]\nconfigurations: [fields.yaml]\nnamePrefix: x-\n"
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred}\n"
    fields = "namePrefix: [{path: metadata/name, kind: Secret}]\n"
    unit = build(kustomization, base=secret, pod=pod(f"[{A}]"), fields=fields)
    assert [plain(mapping(one, "metadata"))["name"] for one in unit.objects] == ["x-regcred", "web"]


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        ("{op: remove, path: /metadata/name}", "needs a kind and a name"),
        ("{op: remove, path: /kind}", "needs a kind and a name"),
        ("{op: replace, path: /metadata/name, value: other}", "several objects"),
    ],
)
def test_objects_need_an_identity_of_their_own(operation: str, message: str) -> None:
    kustomization = f"resources: [base.yaml]\npatches: [{{target: {{name: web}}, patch: '- {operation}'}}]\n"
    other = "---\n" + pod(f"[{A}]").replace("web", "other")
    assert message in build(kustomization, base=pod(f"[{A}]") + other).refusals[0].message


def test_an_operation_without_a_value_sets_null() -> None:
    kustomization = (
        "resources: [base.yaml]\npatches: [{target: {kind: Pod}, patch: '- {op: add, path: /metadata/labels}'}]\n"
    )
    unit = build(kustomization, base=pod(f"[{A}]"))
    assert unit.refusals == ()
    assert plain(mapping(unit.objects[0], "metadata"))["labels"] is None


@pytest.mark.parametrize("index", [0, 1])
def test_a_field_that_a_replacement_creates_is_empty_first(index: int) -> None:
    target = (
        f"{{select: {{kind: Pod}}, fieldPaths: ['spec.containers.[name=a].image'], "
        f"options: {{create: true, delimiter: ':', index: {index}}}}}"
    )
    kustomization = f"resources: [base.yaml]\nreplacements: [{{sourceValue: 'a:1', targets: [{target}]}}]\n"
    unit = build(kustomization, base=pod("[{name: a}]"))
    assert plain(unit.objects[0])["spec"]["containers"][0]["image"] == ["a:1", ":a:1"][index]


def test_a_json_patch_transformer_reads_json_op_only() -> None:
    transformer = "apiVersion: builtin\nkind: PatchJson6902Transformer\nmetadata: {name: t}\ntarget: {name: web}\n"
    operation = "'- {op: replace, path: /metadata/name, value: x}'\n"
    kustomization = "resources: [base.yaml]\ntransformers: [t.yaml]\n"
    assert build(kustomization, base=pod(f"[{A}]"), t=f"{transformer}patch: {operation}").refusals
    assert not build(kustomization, base=pod(f"[{A}]"), t=f"{transformer}jsonOp: {operation}").refusals


def test_transformers_need_names_of_their_own() -> None:
    transformer = "apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: t, namespace: a}\n"
    unit = build("transformers: [t.yaml]\n", t=f"{transformer}---\n{transformer}")
    assert "several objects" in unit.refusals[0].message


def test_keys_of_generated_objects_may_be_anything() -> None:
    unit = build("configMapGenerator: [{name: x, literals: ['é ü=1']}]\n")
    assert unit.refusals == ()


def test_a_component_in_resources_is_refused_there_only() -> None:
    from pathlib import Path

    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: a-\n"
    write(Path(), {"part/kustomization.yaml": component, "kustomization.yaml": "resources: [part]\n"})
    builder = kustomize()
    assert "belongs into `components`" in builder.build("kustomization.yaml").refusals[0].message
    assert builder.build("part/kustomization.yaml").refusals == ()


def test_a_wildcard_in_the_path_of_a_field_is_refused() -> None:
    config_map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, labels: {a: b}}\n"
    variable = "{name: NAME, objref: {kind: ConfigMap, name: m, apiVersion: v1}}"
    kustomization = f"resources: [m.yaml]\nconfigurations: [c.yaml]\nvars: [{variable}]\n"
    unit = build(kustomization, m=config_map, c="varReference: [{path: metadata/labels/*, kind: ConfigMap}]\n")
    assert "wildcard" in unit.refusals[0].message


@pytest.mark.parametrize("text", ["kind: Kustomization\n", "namePrefix: ''\nresources:\n"])
def test_a_kustomization_without_content_is_refused(text: str) -> None:
    assert [one.text for one in build(text).refusals] == ["this kustomization is empty"]


@pytest.mark.parametrize("text", ["resources: []\n", "metadata: {}\n"])
def test_an_empty_list_is_content(text: str) -> None:
    assert build(text).refusals == ()


def test_a_kustomization_that_is_a_link_to_another_folder_is_refused() -> None:
    from pathlib import Path

    write(Path(), {"base/kustomization.yaml": "namePrefix: x-\n", "kustomization.yaml": "resources: [linked]\n"})
    Path("linked").mkdir()
    Path("linked/kustomization.yaml").symlink_to("../base/kustomization.yaml")
    builder = kustomize()
    assert "a link that leaves its folder" in builder.build("linked/kustomization.yaml").refusals[0].message
    assert "does not exist" in builder.build("kustomization.yaml").refusals[0].message


def test_texts_in_a_list_of_mappings_are_refused_unless_there_is_one() -> None:
    patch = pod(f"[{A}]").replace("spec: {", "spec: {imagePullSecrets: [regcred], ")
    kustomization = "resources: [base.yaml]\npatches: [{path: patch.yaml}]\n"
    assert "is not a mapping" in build(kustomization, base=pod(f"[{A}]"), patch=patch).refusals[0].message
    base = patch.replace("[regcred]", "[{name: pull}]")
    assert build(kustomization, base=base, patch=patch).refusals == ()


def test_a_source_that_is_its_own_target_gives_what_it_became() -> None:
    path = "spec.containers.[name=a].image"
    option = "options: {delimiter: ':', index: 1}"
    targets = f"[{{select: {{kind: Pod}}, fieldPaths: ['{path}', spec.nodeName], {option}}}]"
    replacement = f"{{source: {{kind: Pod, fieldPath: '{path}'}}, targets: {targets}}}"
    base = pod("[{name: a, image: a}]").replace("spec: {", "spec: {nodeName: n, ")
    unit = build(f"resources: [base.yaml]\nreplacements: [{replacement}]\n", base=base)
    spec = plain(unit.objects[0])["spec"]
    assert (spec["containers"][0]["image"], spec["nodeName"]) == ("a:a", "n:a:a")


def test_an_item_that_was_copied_is_not_merged_twice() -> None:
    copied = "{target: {kind: Pod}, patch: '- {op: copy, from: /spec/containers/0, path: /spec/containers/-}'}"
    kustomization = f"resources: [base.yaml]\npatches: [{copied}, {{path: patch.yaml}}]\n"
    unit = build(kustomization, base=pod(f"[{A}]"), patch=pod("[{name: a, image: new}]"))
    assert plain(unit.objects[0])["spec"]["containers"] == [{"name": "a", "image": "a:1"}]


def test_a_prefix_of_an_object_that_lost_its_name_is_refused() -> None:
    target = "{select: {kind: Pod}, fieldPaths: [metadata.name]}"
    inner = f"namePrefix: a-\nresources: [base.yaml]\nreplacements: [{{sourceValue: '', targets: [{target}]}}]\n"
    from pathlib import Path

    write(Path(), {"base/kustomization.yaml": inner, "base/base.yaml": pod(f"[{A}]")})
    assert "lost its name" in build("resources: [base]\nnamePrefix: x-\n").refusals[0].message
