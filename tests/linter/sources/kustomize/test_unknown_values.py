"""Values of Secrets, and of files that are not here, stay unknown where they are put, and what is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kustomizations import DEPLOYMENT, images, kustomize, messages, scalars, write

if TYPE_CHECKING:
    from imagelint.facts.unit import Unit

SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: pull, labels: {app: quay.io/acme/web}, annotations: {image: hidden}}
stringData: {image: hidden}
"""
IMAGE = "spec.template.spec.containers[0].image"
TARGET = "{select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.0.image]}"

# Puts the name of the Deployment into a piece of the image.
PIECE = (
    "replacements: [{{source: {{kind: Deployment}}, targets: [{{select: {{kind: Deployment}}, "
    "fieldPaths: [spec.template.spec.containers.0.image], options: {{{}}}}}]}}]\n"
)


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def build(kustomization: str, **files: str) -> Unit:
    named = {f"{name}.yaml": text for name, text in files.items()}
    write(Path(), {"web.yaml": DEPLOYMENT, "secret.yaml": SECRET, "kustomization.yaml": kustomization, **named})
    return kustomize().build("kustomization.yaml")


def replacing(field: str, target: str = TARGET, *more: str) -> str:
    own = f"{{source: {{kind: Secret, fieldPath: {field}}}, targets: [{target}]}}"
    return f"resources: [web.yaml, secret.yaml]\nreplacements: [{', '.join((own, *more))}]\n"


def build_on_base(overlay: str) -> Unit:
    base = replacing("stringData.image")
    write(Path("base"), {"web.yaml": DEPLOYMENT, "secret.yaml": SECRET, "kustomization.yaml": base})
    return build(f"resources: [base]\n{overlay}")


def is_known(unit: Unit) -> bool:
    assert messages(unit.refusals) == []
    deployment = next(node for node in unit.objects if IMAGE in scalars(node))
    return scalars(deployment)[IMAGE].span.line not in unit.unknown_lines


@pytest.mark.parametrize("field", ["stringData.image", "metadata.annotations.image"])
def test_the_content_of_a_secret_is_not_known_elsewhere(field: str) -> None:
    assert not is_known(build(replacing(field)))


def test_the_labels_and_the_name_of_a_secret_are_known() -> None:
    unit = build(replacing("metadata.labels.app"))
    assert is_known(unit)
    assert images(unit)[1] == "quay.io/acme/web"
    assert images(build(replacing("metadata.name")))[1] == "pull"


@pytest.mark.parametrize(
    "overlay",
    [
        "namePrefix: x-\n",
        "images: [{name: nginx, newTag: '1'}]\n",
        PIECE.format("delimiter: ':', index: 1"),
        PIECE.format("delimiter: /"),
    ],
)
def test_overlays_of_a_base_do_not_make_it_known(overlay: str) -> None:
    unit = build_on_base(overlay)
    assert not is_known(unit)
    assert unit.unmatched == ()


def test_an_entry_of_images_may_be_for_an_image_that_is_not_known() -> None:
    assert build_on_base("images: [{name: other, newTag: '1'}]\n").unmatched == ()
    missed = build("resources: [web.yaml]\nimages: [{name: other, newTag: '1'}]\n").unmatched
    assert messages(missed) == ["kustomization.yaml:2: no image is called `other`"]


@pytest.mark.parametrize("options", ["", ", options: {delimiter: x}"])
def test_what_is_copied_of_an_unknown_value_is_not_known(options: str) -> None:
    setup = "spec.template.spec.initContainers.0.image"
    copied = f"{{source: {{kind: Deployment, fieldPath: {setup}{options}}}, targets: [{TARGET}]}}"
    to_setup = f"{{select: {{kind: Deployment}}, fieldPaths: [{setup}]}}"
    assert not is_known(build(replacing("stringData.image", to_setup, copied)))


def test_a_var_with_an_unknown_value_makes_a_text_unknown() -> None:
    setup = "spec.template.spec.initContainers.0.image"
    kustomization = replacing("stringData.image", f"{{select: {{kind: Deployment}}, fieldPaths: [{setup}]}}")
    unit = build(
        kustomization
        + "configurations: [c.yaml]\nvars: [{name: IMAGE, objref: {apiVersion: apps/v1, kind: Deployment, name: web}, "
        "fieldref: {fieldPath: 'spec.template.spec.initContainers[0].image'}}]\n",
        web=DEPLOYMENT.replace("nginx:1.25", "$(IMAGE)"),
        c="varReference: [{path: spec/template/spec/containers/image}]\n",
    )
    assert not is_known(unit)


def test_a_text_with_a_var_that_has_no_value_is_not_known() -> None:
    unit = build(
        "resources: [web.yaml]\nconfigurations: [c.yaml]\nvars: [{name: TAG, objref: {kind: ConfigMap, name: a}}]\n",
        web=DEPLOYMENT.replace("nginx:1.25", "nginx:$(TAG)").replace("busybox:1.36", "busybox:$(OTHER)"),
        c="varReference: [{path: spec/template/spec/containers/image}]\n",
    )
    assert "the var `TAG` has no object" in messages(unit.refusals)[0]
    assert scalars(unit.objects[0])[IMAGE].span.line in unit.unknown_lines
    assert len(unit.unknown_lines) == 1


@pytest.mark.parametrize("field", ["name", "namespace"])
def test_an_object_with_the_name_of_a_secret_value_is_left_out(field: str) -> None:
    target = f"{{select: {{kind: Deployment}}, fieldPaths: [metadata.{field}], options: {{create: true}}}}"
    unit = build(replacing("stringData.image", target) + "namePrefix: a-\n")
    assert [scalars(node)["kind"].value for node in unit.objects] == ["Secret"]
    assert messages(unit.left_out)[0].endswith(
        f"the {field} of a Deployment is from a Secret or a file that is not here"
    )
    assert "hidden" not in str(messages(unit.left_out))


# Of a ConfigMap whose keys are in a file that is not here.
OPEN = "resources: [web.yaml]\nconfigMapGenerator: [{{name: settings, {}: [made.env]}}]\n"
FROM_SETTINGS = "{source: {kind: ConfigMap, name: settings, fieldPath: data.IMAGE%s}, targets: [%s]}"
IMAGE_VAR = (
    "configurations: [c.yaml]\nvars: [{name: IMAGE, objref: {apiVersion: v1, kind: ConfigMap, name: settings}, "
    "fieldref: {fieldPath: data.IMAGE}}]\n"
)
REFERENCE = "varReference: [{path: spec/template/spec/containers/image}]\n"


@pytest.mark.parametrize("source", ["envs", "files"])
@pytest.mark.parametrize("options", ["", ", options: {delimiter: ':'}"])
def test_a_replacement_from_a_file_that_is_not_here_is_not_known(source: str, options: str) -> None:
    replacement = FROM_SETTINGS % (options, TARGET)
    assert not is_known(build(f"{OPEN.format(source)}replacements: [{replacement}]\n"))


@pytest.mark.parametrize("source", ["envs", "files"])
def test_a_var_from_a_file_that_is_not_here_is_not_known(source: str) -> None:
    web = DEPLOYMENT.replace("nginx:1.25", "$(IMAGE)")
    assert not is_known(build(OPEN.format(source) + IMAGE_VAR, web=web, c=REFERENCE))


def test_a_replacement_into_a_key_of_a_file_that_is_not_here_is_not_refused() -> None:
    target = "{select: {kind: ConfigMap, name: settings}, fieldPaths: [data.IMAGE]}"
    replacement = f"{{source: {{kind: Deployment}}, targets: [{target}]}}"
    assert build(f"{OPEN.format('envs')}replacements: [{replacement}]\n").refusals == ()


def test_what_no_file_can_hold_is_refused() -> None:
    replacement = (FROM_SETTINGS % ("", TARGET)).replace("data.IMAGE", "spec.IMAGE")
    refusals = build(f"{OPEN.format('envs')}replacements: [{replacement}]\n").refusals
    assert [found.split("` has no `")[1] for found in messages(refusals)] == ["spec.IMAGE` for this replacement"]


def test_a_key_that_is_not_in_the_file_is_refused() -> None:
    Path("made.env").write_text("OTHER=nginx\n", encoding="utf-8")
    replacement = FROM_SETTINGS % ("", TARGET)
    kustomization = f"{OPEN.format('envs')}replacements: [{replacement}]\n"
    assert len(build(kustomization).refusals) == 1
    assert len(build(OPEN.format("envs") + IMAGE_VAR, c=REFERENCE).refusals) == 1
