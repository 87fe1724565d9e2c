"""Entries that match nothing as what they are for is commented out or deleted, and overlays that are refused alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kustomizations import write
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

WEB = "ghcr.io/acme/web"
ABSENT = "the target of this patch matches no object"
SUBSTITUTED = "variables are substituted after kustomize has run (by Flux, for example)"


def deployment(name: str, image: str) -> str:
    pod = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": name, "image": f"{image}:1.0"}]}}
    spec = {"selector": {"matchLabels": {"app": name}}, "template": pod}
    return json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec})


def findings(folder: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    """The severity and the message of each finding."""
    (folder / ".git").mkdir()
    write(folder, files)
    done = imagelint("--isolated", "--format=json", ".", cwd=folder)
    return [(one["severity"], one["message"]) for one in json.loads(done.stdout)["findings"]]


OTHER = {"other.yaml": deployment("other", "quay.io/example/db")}
ENTRY = f"images: [{{name: {WEB}, newTag: '2.0'}}]\n"


@pytest.mark.parametrize(
    ("comment", "path"),
    [
        ("# - web.yaml", "web.yaml"),
        ("  #- ../app/web.yaml # for later", "web.yaml"),
        ("#  - 'base'", "base/deployment.yaml"),
        ("##- base/", "base/web.json"),
    ],
)
def test_what_an_entry_is_for_is_commented_out(tmp_path: Path, comment: str, path: str) -> None:
    named = comment.partition("- ")[2].partition(" #")[0].strip("'")
    text = f"resources:\n  - other.yaml\n{comment}\n{ENTRY}"
    files = {f"app/{name}": content for name, content in OTHER.items()}
    files |= {"app/kustomization.yaml": text, f"app/{path}": deployment("web", WEB)}
    (found, *others) = findings(tmp_path, files)
    assert found == (
        "info",
        f"no image is called `{WEB}`, except in `{named}`, which is commented out in line 3",
    )
    assert others == []


@pytest.mark.parametrize(
    ("comment", "image"),
    [
        ("# - missing.yaml", WEB),
        ("# - web.yaml", f"{WEB}-server"),
        ("# - web.yaml", f"mirror.example.com/{WEB}"),
        ("# See web.yaml", WEB),
        ("# - ../../../../../../etc", WEB),
        ("# - ../elsewhere", WEB),
    ],
)
def test_comments_that_do_not_have_the_image(tmp_path: Path, comment: str, image: str) -> None:
    files = {**OTHER, "kustomization.yaml": f"resources:\n  - other.yaml\n{comment}\n{ENTRY}"}
    files["web.yaml"] = deployment("web", image)
    ((severity, message), *_) = [one for one in findings(tmp_path, files) if "no image" in one[1]]
    assert (severity, message) == ("warning", f"no image is called `{WEB}`")


def test_the_target_of_a_patch_is_commented_out(tmp_path: Path) -> None:
    patch = '[{"op": "remove", "path": "/spec/replicas"}]'
    text = f"resources:\n  - other.yaml\n# - web.yaml\npatches:\n  - target: {{name: web}}\n    patch: '{patch}'\n"
    files = {**OTHER, "kustomization.yaml": text, "web.yaml": deployment("web", WEB)}
    message = "the target of this patch matches no object: `web` is in `web.yaml`, which is commented out in line 3"
    assert ("info", message) in findings(tmp_path, files)


DELETION = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, $patch: delete}"
WITHOUT = f"resources: [other.yaml, web.yaml]\npatches:\n  - patch: |\n      {DELETION}\n"


@pytest.mark.parametrize(
    "kustomizations",
    [
        {"app/kustomization.yaml": WITHOUT + ENTRY},
        {"app/kustomization.yaml": WITHOUT, "prod/kustomization.yaml": f"resources: [../app]\n{ENTRY}"},
    ],
    ids=["itself", "its base"],
)
def test_what_an_entry_is_for_is_deleted(tmp_path: Path, kustomizations: dict[str, str]) -> None:
    files = {"app/other.yaml": OTHER["other.yaml"], "app/web.yaml": deployment("web", WEB)}
    message = f"no image is called `{WEB}` any more: a patch deletes Deployment `web`, which has it"
    assert findings(tmp_path, {**files, **kustomizations}) == [("warning", message)]


VAR = (
    "vars: [{name: TAG, objref: {apiVersion: v1, kind: ConfigMap, name: settings}, fieldref: {fieldpath: data.tag}}]\n"
)


def test_a_var_that_several_overlays_lack_is_one_finding(tmp_path: Path) -> None:
    files = {f"base/{name}": content for name, content in OTHER.items()}
    files["base/kustomization.yaml"] = f"resources: [other.yaml]\n{VAR}"
    for folder, name in (("a", "setting"), ("b", "settingss")):
        generator = f"configMapGenerator: [{{name: {name}, literals: [tag=1]}}]\n"
        files[f"{folder}/kustomization.yaml"] = f"resources: [../base]\n{generator}"
    message = "the var `TAG` has no object `ConfigMap.v1.[noGrp]/settings.[noNs]`; did you mean `setting`?"
    assert findings(tmp_path, files) == [("error", f"kustomize refuses this: {message}")]


def test_a_base_with_a_var_that_is_there_twice_is_one_finding(tmp_path: Path) -> None:
    files = {f"base/{name}": content for name, content in OTHER.items()}
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {tag: '1'}\n"
    files |= {"base/kustomization.yaml": f"resources: [other.yaml, s.yaml]\n{VAR}", "base/s.yaml": settings}
    files |= {f"{folder}/kustomization.yaml": "resources: [../base]\n" for folder in "ab"}
    files["all/kustomization.yaml"] = "resources: [../a, ../b]\n"
    found = [message.rpartition("this: ")[2] for _, message in findings(tmp_path, files)]
    assert {message.partition(" `")[0] for message in found} == {"there are several objects"}


@pytest.mark.parametrize(
    ("entry", "name", "what"),
    [
        ("patches: [{target: {kind: Deployment, name: web}, patch: PATCH}]", "${APP}", "Deployment ${APP}"),
        ("patches: [{target: {name: web-api}, patch: PATCH}]", "${APP:=web}-api", "Deployment ${APP:=web}-api"),
        ("images: [{name: ghcr.io/acme/web, newTag: '2'}]", "web", "${REGISTRY}/web"),
    ],
)
def test_what_an_entry_is_for_has_a_variable_in_its_name(tmp_path: Path, entry: str, name: str, what: str) -> None:
    text = entry.replace("PATCH", "'[{op: remove, path: /spec/replicas}]'")
    image = "${REGISTRY}/web" if "images" in entry else "quay.io/example/db"
    files = {"kustomization.yaml": f"resources: [web.yaml]\n{text}\n", "web.yaml": deployment(name, image)}
    assert any(message.endswith(f"; there is `{what}`, but {SUBSTITUTED}") for _, message in findings(tmp_path, files))


def test_a_variable_that_cannot_become_the_name_is_not_mentioned(tmp_path: Path) -> None:
    text = "resources: [web.yaml]\npatches: [{target: {name: web}, patch: '[{op: remove, path: /a}]'}]\n"
    found = findings(tmp_path, {"kustomization.yaml": text, "web.yaml": deployment("${APP}-api", "quay.io/example/db")})
    assert ("warning", ABSENT) in found


FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web}
spec:
  path: ./app
  components: [../component]
  postBuild: {substitute: {APP: web}}
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec: {source: {repoURL: https://git.example/acme, path: app, kustomize: {components: [../component]}}}
"""


@pytest.mark.parametrize(
    ("deployment_of", "name", "expected"),
    [
        (
            FLUX,
            "${APP}",
            [f"{ABSENT}; there is `Deployment ${{APP}}`, but {SUBSTITUTED}"],
        ),
        (FLUX, "web", []),
        (APPLICATION, "web", []),
        (APPLICATION, "api", [ABSENT]),
    ],
)
def test_a_patch_is_for_an_added_component_too(
    tmp_path: Path, deployment_of: str, name: str, expected: list[str]
) -> None:
    patch = "{target: {kind: Deployment, name: web}, patch: '- {op: remove, path: /spec/replicas}'}"
    component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [web.yaml]\n"
    files = {
        "deploy.yaml": deployment_of,
        "app/kustomization.yaml": f"resources: [other.yaml]\npatches: [{patch}]\n",
        "app/other.yaml": OTHER["other.yaml"],
        "component/kustomization.yaml": component,
        "component/web.yaml": deployment(name, "quay.io/example/web"),
    }
    assert [message for _, message in findings(tmp_path, files) if "patch" in message] == expected
