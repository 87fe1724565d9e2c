"""What is tried out, and what has to be filled in, counts less than what is deployed as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imagelint.linting.finding import Severity
from imagelint.linting.selection import RuleSetting, Selection
from imagelint.session import Request, Session
from imagelint.world.world import World
from manifests import pod
from support import TODAY, judge

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.linting.check import Outcome


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def outcome(selection: Selection | None = None, path: str = ".") -> Outcome:
    return judge(Session().read(Request([path])), World(today=TODAY), selection)


def severities(selection: Selection | None = None, path: str = ".") -> dict[str, str]:
    """The severity of each rule that finds something in the working folder."""
    return {finding.rule: finding.severity for finding in outcome(selection, path).findings}


@pytest.mark.parametrize(
    ("path", "case"),
    [
        ("test_data/workflows/pod.yaml", None),
        ("api/src/test/resources/pod.yaml", None),
        ("tests/testdata/pod.yaml", None),
        ("docs/_archived/pod.yaml", None),
        (".archive/apps/pod.yaml", None),
        ("e2e/upgrade/pod.yaml", "e2e/upgrade/chainsaw-test.yaml"),
        ("e2e/upgrade/templates/pod.yaml", "e2e/upgrade/chainsaw-test.yml"),
        ("e2e/upgrade/00-install.yaml", "e2e/upgrade/01-assert.yaml"),
        ("e2e/upgrade/files/pod.yaml", "e2e/upgrade/02-errors.yml"),
    ],
)
def test_what_nobody_deploys(tmp_path: Path, path: str, case: str | None) -> None:
    write(tmp_path, path, json.dumps(pod("quay.io/acme/App:1")))
    if case is not None:
        write(tmp_path, case, "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n")
    found = outcome()
    assert found.findings == []
    assert {purpose for _, purpose in found.set_aside} <= {"test data", "archives"}
    assert [finding.rule for finding in outcome(Selection(tells_all=True)).findings] == ["invalid-image-reference"]


FOLDERS = ["examples", "docs/guide", "config/samples", "code-samples/web", "tutorials", "tests", "e2e", "Documentation"]
TRIED_OUT = {"latest-tag": "info", "dead-image": "error", "unrendered-template": "info"}


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    name: str = request.param
    write(tmp_path, f"{name}/latest.json", json.dumps(pod("quay.io/acme/web:latest")))
    write(tmp_path, f"{name}/gone.json", json.dumps(pod("docker.io/bitnami/kubectl:1.33.4")))
    write(tmp_path, f"{name}/placeholder.json", json.dumps(pod("ghcr.io/{username}/web:1")))
    return name


def test_what_is_only_tried_out(folder: str) -> None:
    as_deployed = {"latest-tag": "warning", "dead-image": "error", "unrendered-template": "error"}
    assert severities() == TRIED_OUT
    assert severities(Selection(tells_all=True)) == as_deployed
    assert severities(path=folder) == as_deployed
    own = Selection(rules={"latest-tag": RuleSetting(True, Severity.ERROR)})
    assert severities(own) == TRIED_OUT | {"latest-tag": "error"}


def test_a_kustomization_deploys_an_example(folder: str, tmp_path: Path) -> None:
    write(tmp_path, "kustomization.yaml", f"resources: [{folder}/latest.json]\n")
    assert severities() == TRIED_OUT | {"latest-tag": "warning"}


@pytest.mark.parametrize(
    ("path", "beside", "severity"),
    [
        ("overlays/test/pod.json", "overlays/prod/README", "warning"),
        ("test/pod.json", "test/e2e/README", "info"),
        ("pkg/test/pod.json", "pkg/test/pod_test.go", "info"),
        ("apps/example-api/pod.json", "apps/README", "warning"),
        ("demo/pod.json", "demo/README", "warning"),
    ],
)
def test_an_environment_is_deployed(tmp_path: Path, path: str, beside: str, severity: str) -> None:
    write(tmp_path, path, json.dumps(pod("quay.io/acme/web:latest")))
    write(tmp_path, beside, "")
    assert severities() == {"latest-tag": severity}


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: REPLICAS
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: IMAGE
          args: [ARGUMENT]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: SPACE}
"""


def deployment(image: str, *, replicas: str = "2", argument: str = "--serve", space: str = "shop") -> str:
    text = DEPLOYMENT.replace("IMAGE", image).replace("REPLICAS", replicas).replace("ARGUMENT", argument)
    return text.replace("SPACE", space)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        (deployment("ghcr.io/acme/web:${TAG}"), "error"),
        (deployment("ghcr.io/acme/web:${TAG}", replicas="${COUNT}"), "info"),
        (deployment("ghcr.io/acme/web:${TAG}", space='"${NAMESPACE}"'), "info"),
        (deployment('"{{ .Image }}"', replicas='"{{ .Count }}"'), "info"),
        (deployment('"@TAG@"', space='"@NAMESPACE@"'), "info"),
        (deployment("ghcr.io/acme/web:${TAG}", argument='"${PORT}"'), "error"),
        (deployment('"{{ .Image }}"', argument='"{{ range .Hosts }}{{ . }}{{ end }}"'), "info"),
        (deployment('"{{ .Image }}"', argument='"{{.Names}}"'), "error"),
    ],
)
def test_a_template_is_to_be_rendered(tmp_path: Path, text: str, severity: str) -> None:
    write(tmp_path, "k8s/web.yaml", text)
    assert severities() == {"unrendered-template": severity}
    assert severities(path="k8s/web.yaml") == {"unrendered-template": "error"}


@pytest.mark.parametrize(
    ("image", "path", "instruction", "severity"),
    [
        ("ghcr.io/acme/web:${TAG}", "deploy.sh", "export TAG=1\nenvsubst < k8s/web.yaml\n", "info"),
        ("ghcr.io/acme/web:${TAG}", "deploy.sh", "envsubst < other.yaml\n", "error"),
        ("ghcr.io/acme/web:${TAG}", "deploy.sh", "echo $TAG\n", "error"),
        ("ghcr.io/{username}/web:1", "k8s/README.md", "Replace `{username}` with your name.\n", "info"),
        ("ghcr.io/{username}/web:1", "k8s/README.md", "image: ghcr.io/{username}/web:1\n", "error"),
        ("DOCKER_REPO/web:1", "Makefile", "\tsed s/DOCKER_REPO/acme/ k8s/web.yaml\n", "info"),
        ("IMAGE_URL", ".github/workflows/cd.yml", "run: sed -i s,IMAGE_URL,$IMAGE, k8s/web.yaml\n", "info"),
        ("your-registry/web:1", "README.md", "push it to your-registry\n", "warning"),
    ],
)
def test_what_a_script_or_a_text_says(tmp_path: Path, image: str, path: str, instruction: str, severity: str) -> None:
    write(tmp_path, "k8s/web.yaml", deployment(f'"{image}"'))
    write(tmp_path, path, instruction)
    assert severities()["unrendered-template"] == severity


def test_a_template_that_is_not_yaml_is_named(tmp_path: Path) -> None:
    write(tmp_path, "k8s/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: @NAME@\n")
    assert severities() == {}
    assert "k8s/a.yaml: template source, not linted before it is rendered" in Session().read(Request(["."])).notes


@pytest.mark.parametrize(
    ("path", "image", "severity"),
    [
        ("k8s/web.yaml", "{user}/web", "error"),
        ("docs/web.yaml", "{user}/web", "info"),
        ("docs/web.yaml", "{user}", None),
        ("docs/web.yaml", "[user}", "error"),
    ],
)
def test_a_placeholder_that_is_not_yaml(tmp_path: Path, path: str, image: str, severity: str | None) -> None:
    write(tmp_path, path, deployment(image))
    assert severities().get("syntax-error") == severity


def bare(*names: str) -> str:
    containers = [{"name": name} for name in names]
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    return json.dumps({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec})


@pytest.mark.parametrize(
    ("workloads", "severity"),
    [
        ([bare("web", "proxy"), bare("db"), bare("cache")], "info"),
        ([bare("web", "proxy"), bare("db")], "error"),
        ([bare("web"), bare("db"), bare("cache")], "error"),
    ],
)
def test_assets_without_images_are_filled_in(tmp_path: Path, workloads: list[str], severity: str) -> None:
    for number, workload in enumerate(workloads):
        write(tmp_path, f"assets/{number}.json", workload)
    assert severities() == {"missing-image": severity}


@pytest.mark.parametrize(
    "image", ["gcr.io/acme/should-be-overridden-during-runtime", "placeholder.url.oc.will.replace.this.org/x:mco"]
)
def test_a_name_that_says_it_is_replaced(tmp_path: Path, image: str) -> None:
    write(tmp_path, "web.json", json.dumps(pod(image)))
    assert severities() == {}


@pytest.mark.parametrize(("image", "found"), [("controller:latest", set[str]()), ("manager:latest", {"dead-image"})])
def test_the_image_of_a_kubebuilder_project(tmp_path: Path, image: str, found: set[str]) -> None:
    write(tmp_path, "config/manager/manager.yaml", deployment(image))
    write(tmp_path, "config/overlays/webhook.yaml", deployment(image))
    assert severities().keys() == found


def test_an_image_stream_follows_its_tags(tmp_path: Path) -> None:
    tags = [
        {"name": "1", "from": {"kind": "DockerImage", "name": name}} for name in ("quay.io/a/b", "quay.io/a/b:latest")
    ]
    stream = {"apiVersion": "image.openshift.io/v1", "kind": "ImageStream", "metadata": {"name": "b"}}
    write(tmp_path, "stream.json", json.dumps({**stream, "spec": {"tags": tags}}))
    assert severities() == {}
