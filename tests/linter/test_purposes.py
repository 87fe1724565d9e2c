"""What is tried out, and what has to be filled in, counts less than what is deployed as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from imagelint.linting.finding import Severity
from imagelint.linting.selection import RuleSetting, Selection
from imagelint.session import Request, Session
from imagelint.sources.maven_filtering import filtered_folders
from imagelint.world.world import World
from manifests import pod
from support import TODAY, imagelint, judge

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


FOLDERS = [
    *("examples", "docs/guide", "config/samples", "code-samples/web", "web-example", "tutorials", "tests", "e2e"),
    "Documentation",
]
TRIED_OUT = {"missing-tag": "info", "dead-image": "error", "unrendered-template": "info"}


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    name: str = request.param
    write(tmp_path, f"{name}/untagged.json", json.dumps(pod("quay.io/acme/web")))
    write(tmp_path, f"{name}/gone.json", json.dumps(pod("docker.io/bitnami/kubectl:1.33.4")))
    write(tmp_path, f"{name}/placeholder.json", json.dumps(pod("ghcr.io/{username}/web:1")))
    return name


def test_what_is_only_tried_out(folder: str) -> None:
    as_deployed = {"missing-tag": "warning", "dead-image": "error", "unrendered-template": "error"}
    assert severities() == TRIED_OUT
    assert severities(Selection(tells_all=True)) == as_deployed
    assert severities(path=folder) == as_deployed
    own = Selection(rules={"missing-tag": RuleSetting(True, Severity.ERROR)})
    assert severities(own) == TRIED_OUT | {"missing-tag": "error"}


def test_a_kustomization_deploys_an_example(folder: str, tmp_path: Path) -> None:
    write(tmp_path, "kustomization.yaml", f"resources: [{folder}/untagged.json]\n")
    assert severities() == TRIED_OUT | {"missing-tag": "warning"}


@pytest.mark.parametrize(
    ("path", "beside", "severity"),
    [
        ("overlays/test/pod.json", "overlays/prod/README", "warning"),
        ("test/pod.json", "test/e2e/README", "info"),
        ("pkg/test/pod.json", "pkg/test/pod_test.go", "info"),
        ("pkg/test/datasets/pod.json", "pkg/README", "info"),
        ("test-tools/mock/pod.json", "README", "info"),
        ("apps/test-db/pod.json", "README", "warning"),
        ("apps/example-api/pod.json", "apps/README", "warning"),
        ("demo/pod.json", "demo/README", "warning"),
    ],
)
def test_an_environment_is_deployed(tmp_path: Path, path: str, beside: str, severity: str) -> None:
    write(tmp_path, path, json.dumps(pod("quay.io/acme/web")))
    write(tmp_path, beside, "")
    assert severities() == {"missing-tag": severity}


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


LOOP = """\
$vars = @(
  "VAR_DOMAIN"
  "VAR_REGISTRY"
)
for ($i = 0; $i -lt $vars.Count; $i++) { $content = $content -replace $vars[$i], $values[$i] }
"""


def filtering(folder: str, *, delimiter: str = "", include: str = "", exclude: str = "") -> str:
    """A POM that copies a folder with filtering."""
    delimiters = f"<delimiters>\n<delimiter>{delimiter}</delimiter>\n</delimiters>\n" if delimiter else ""
    files = f"<includes><include>{include}</include></includes>\n" if include else ""
    files += f"<excludes><exclude>{exclude}</exclude></excludes>\n" if exclude else ""
    resource = f"<directory>{folder}</directory>\n<filtering>true</filtering>\n{files}"
    return f"<project>\n{delimiters}<resources><resource>\n{resource}</resource></resources>\n</project>\n"


SED = '- bash: |\n    sed -e "s|\\$(REG)|${REG}|g" "$SOURCE" > "$TARGET"\n'


@pytest.mark.parametrize(
    ("image", "path", "instruction", "severity"),
    [
        ("ghcr.io/acme/web:${TAG}", "deploy.sh", "export TAG=1\nenvsubst < k8s/web.yaml\n", "info"),
        ("ghcr.io/acme/web:${TAG}", "deploy.sh", "envsubst < other.yaml\n", "error"),
        ("ghcr.io/acme/web:${TAG}", "k8s/other.yaml", "# envsubst < web.yaml | kubectl apply -f -\n", "error"),
        ("ghcr.io/acme/web:${TAG}", "deploy.sh", "echo $TAG\n", "error"),
        ("ghcr.io/{username}/web:1", "k8s/README.md", "Replace `{username}` with your name.\n", "info"),
        ("ghcr.io/{username}/web:1", "k8s/README.md", "image: ghcr.io/{username}/web:1\n", "error"),
        ("DOCKER_REPO/web:1", "Makefile", "\tsed s/DOCKER_REPO/acme/ k8s/web.yaml\n", "info"),
        ("IMAGE_URL", ".github/workflows/cd.yml", "run: sed -i s,IMAGE_URL,$IMAGE, k8s/web.yaml\n", "info"),
        # A list of placeholders, and a loop over it.
        ("VAR_REGISTRY/web:1", "k8s/scripts/aks/bake.ps1", LOOP, "info"),
        ("VAR_REGISTRY/web:1", "AzurePipelines/templates/deploy.yml", LOOP, "info"),
        ("VAR_REGISTRY/web:1", "azure-pipelines.cd.yml", LOOP.replace('"', "- "), "info"),
        ("${REGISTRY}/web:1", "deploy.sh", 'names=(\n  "${REGISTRY}"\n)\nsed -i "s|$name|$value|" web.yaml\n', "info"),
        ("VAR_REGISTRY/web:1", "k8s/scripts/aks/bake.ps1", LOOP.replace("-replace", "-match"), "warning"),
        ("VAR_REGISTRY/web:1", "k8s/scripts/aks/bake.ps1", LOOP.replace("VAR_REGISTRY", "VAR_REGISTRY_TAG"), "warning"),
        ("VAR_REGISTRY/web:1", "other/scripts/aks/bake.ps1", LOOP, "warning"),
        ("VAR_REGISTRY/web:1", "k8s/scripts/README.md", LOOP, "warning"),
        ("your-registry/web:1", "README.md", "push it to your-registry\n", "warning"),
        # Commands that edit the image of a manifest, which they name from a folder of their own.
        (
            "<your-image>",
            "docs/guide.md",
            "yq e '.spec.template.spec.containers[0].image = env(A)' -i k8s/web.yaml",
            "info",
        ),
        ("$IMAGE", "ci/deploy.sh", "yq w -i web.yaml spec.template.spec.containers[0].image $1\n", "error"),
        ("$IMAGE", "k8s/deploy.sh", "yq w -i web.yaml 'spec.template.spec.containers[0].image' $1\n", "info"),
        ("$IMAGE", "deploy.sh", 'sed -i \\\n  "s|image: .*|image: $REGISTRY/web|" k8s/web.yaml\n', "info"),
        ("$IMAGE", "deploy.sh", "yq '.spec.template.spec.containers[0].image' k8s/web.yaml\n", "error"),
        ("$IMAGE", "deploy.sh", 'sed -i "s|replicas: .*|replicas: 2|" k8s/web.yaml\n', "error"),
        ("$IMAGE", "deploy.sh", "yq -i '.spec.containers[0].image = env(IMAGE)' k8s/api.yaml\n", "error"),
        # Programs that make manifests.
        ("web:placeholder", "build_manifests.py", "pod['image'] = tag()\nfile = 'k8s/web.yaml'\n", "info"),
        ("web:placeholder", "k8s/scripts/render.py", 'pod["image"] = tag()\nfile = "web.yaml"\n', "info"),
        ("web:placeholder", "build_manifests.py", "pod['image'] == tag()\nfile = 'k8s/web.yaml'\n", "warning"),
        ("web:placeholder", "build_manifests.py", "pod['image'] = tag()\nfile = 'k8s/api.yaml'\n", "warning"),
        ("web:placeholder", "server.py", "pod['image'] = tag()\nfile = 'k8s/web.yaml'\n", "warning"),
        ("<image:tag>", "docs/guide.md", "Replace the `<image:tag>` in the `web.yaml` file, line 9.\n", "info"),
        ("<image:tag>", "docs/guide.md", "Replace the `<image:tag>` in the `api.yaml` file, line 9.\n", "warning"),
        ("your-registry/web:1", "k8s/deploy_steps.txt", "change your-registry in web.yaml\n", "info"),
        ("your-registry/web:1", "k8s/requirements.txt", "change your-registry in web.yaml\n", "warning"),
        # Azure runs every pipeline at the root of the repository.
        ("$(REG).azurecr.io/web:1", "shared infra/pipelines/templates/deploy.yml", SED, "info"),
        ("$(REG).azurecr.io/web:1", "order/azure-pipelines.cd.yaml", SED, "info"),
        ("$(REG).azurecr.io/web:1", "pipelines/README.md", SED, "error"),
        ("$(REG).azurecr.io/web:1", "shared infra/pipelines/deploy.yml", SED.replace("(REG)", "(TAG)"), "error"),
        ("$(REG).azurecr.io/web:1", "order/deploy.sh", SED, "error"),
        # What Gradle copies with the values of variables.
        ("acme/web:${tag}", "build.gradle", "filesMatching('web.yaml') {\n expand tag: project.version\n}\n", "info"),
        ("acme/web:${tag}", "k8s/build.gradle.kts", 'expand(\n  "tag" to project.version,\n)\n', "info"),
        ("acme/web:${version}", "build.gradle", "expand(project.properties)\n", "info"),
        ("acme/web:${tag}", "build.gradle", "expand(project.properties)\n", "error"),
        ("acme/web:${tag}", "build.gradle", "expand version: project.version\n", "error"),
        ("acme/web:${tag}", "other/build.gradle", "expand tag: project.version\n", "error"),
        ("acme/web:${tag}", "build.gradle", "tag: project.version\n", "error"),
        # What Maven copies with the values of properties.
        ("${web.image}", "pom.xml", filtering("k8s"), "info"),
        ("acme/web:@project.version@", "pom.xml", filtering("${project.basedir}/k8s"), "info"),
        ("$[web.image]", "k8s/pom.xml", filtering(".", delimiter="$[*]"), "info"),
        ("${web.image}", "pom.xml", filtering("k8s", include="**/*.yaml"), "info"),
        ("$[web.image]", "pom.xml", filtering("k8s"), "error"),
        ("${web.image}", "pom.xml", filtering("src/main/resources"), "error"),
        ("${web.image}", "k8s/pom.xml", filtering("k8s"), "error"),
        ("${web.image}", "pom.xml", filtering("${folder}"), "error"),
        ("${web.image}", "pom.xml", filtering("k8s", include="*.properties"), "error"),
        ("${web.image}", "pom.xml", filtering("k8s", exclude="web.yaml"), "error"),
        ("${web.image}", "pom.xml", filtering("k8s").replace("true", "false"), "error"),
        ("${web.image}", "pom.xml", f"<!-- {filtering('k8s')} -->", "error"),
    ],
)
def test_what_a_script_or_a_text_says(tmp_path: Path, image: str, path: str, instruction: str, severity: str) -> None:
    write(tmp_path, "k8s/web.yaml", deployment(f'"{image}"'))
    write(tmp_path, path, instruction)
    assert severities()["unrendered-template"] == severity


@pytest.mark.parametrize(
    ("program", "pattern", "severity"),
    [
        ("pkg/assets.go", "manifests", "info"),
        ("pkg/assets.go", "all:manifests other/*.yaml", "info"),
        ("pkg/manifests/web.go", "*.yaml", "info"),
        ("assets.go", "pkg/manifests/web.yaml", "info"),
        ("pkg/assets.go", "manifests/api.yaml", "error"),
        ("pkg/assets_test.go", "manifests", "error"),
        ("cmd/assets.go", "manifests", "error"),
    ],
)
def test_what_a_program_embeds(tmp_path: Path, program: str, pattern: str, severity: str) -> None:
    bare = deployment('""').replace("name: web", "name: bare")
    write(tmp_path, "pkg/manifests/web.yaml", f"{deployment('quay.io/acme/web:${TAG}')}---\n{bare}")
    write(tmp_path, program, f"package assets\n\n//go:embed {pattern}\nvar files embed.FS\n")
    assert severities() == {"unrendered-template": severity, "missing-image": severity}


def test_a_hostile_pom_costs_little() -> None:
    filtered = "<resource><filtering>true</filtering>"
    for text in ("<!--", "<resource>", "<resource><directory>a", "<delimiter>", filtered):
        assert not [*filtered_folders("<filtering>" + text * 100_000)]


def test_a_script_replaces_what_a_kustomization_sets(tmp_path: Path) -> None:
    images = "images: [{name: web, newName: VAR_REGISTRY/web}]\nresources: [web.yaml, api.yaml]\n"
    write(tmp_path, "k8s/kustomization.yaml", images)
    write(tmp_path, "k8s/web.yaml", deployment("web:1"))
    write(tmp_path, "k8s/api.yaml", deployment("quay.io/Acme/api:1").replace("name: web", "name: api"))
    found = severities()
    assert (found["unrendered-template"], found["invalid-image-reference"]) == ("warning", "error")
    write(tmp_path, "scripts/bake.sh", "kubectl kustomize k8s | sed s/VAR_REGISTRY/acme/ | kubectl apply -f -\n")
    found = severities()
    assert (found["unrendered-template"], found["invalid-image-reference"]) == ("info", "error")


@pytest.mark.parametrize(
    ("path", "command", "severity"),
    [
        ("ci/scripts/e2e.sh", "envsubst < k8s/web.yaml | kubectl apply -f -", "info"),
        ("ci/scripts/e2e.sh", "TAG=1 envsubst '${TAG}' \\\n  < k8s/web.yaml | kubectl apply -f -", "info"),
        ("ci/scripts/e2e.sh", 'envsubst < "$ROOT/k8s/web.yaml" >/tmp/web.yaml', "info"),
        ("ci/scripts/e2e.sh", "envsubst < ../../k8s/web.yaml", "info"),
        ("ci/scripts/e2e.sh", "envsubst '${OTHER}' < k8s/web.yaml", "error"),
        ("ci/scripts/e2e.sh", "envsubst < k8s/api.yaml", "error"),
        ("ci/scripts/e2e.sh", "kubectl apply -f k8s/web.yaml", "error"),
        ("docs/setup.md", "    envsubst < k8s/web.yaml | kubectl apply -f -", "info"),
    ],
)
def test_a_command_of_another_folder_names_the_manifest(tmp_path: Path, path: str, command: str, severity: str) -> None:
    write(tmp_path, "k8s/web.yaml", deployment("ghcr.io/acme/web:${TAG}"))
    write(tmp_path, path, f"{command}\n")
    assert severities()["unrendered-template"] == severity


HOOKED = {"missing-tag": "warning", "dead-image": "error"}
LOWERED = {"missing-tag": "info", "dead-image": "error"}


@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        ("test", LOWERED),
        ("test-success", LOWERED),
        ("test-success, test-failure", LOWERED),
        ("pre-install,test", HOOKED),
        ("post-upgrade", HOOKED),
        ("", HOOKED),
    ],
)
def test_what_only_helm_test_creates(tmp_path: Path, hook: str, expected: dict[str, str]) -> None:
    for name, image in (("untagged", "quay.io/acme/web"), ("gone", "docker.io/bitnami/kubectl:1.33.4")):
        document = pod(image)
        document["metadata"]["annotations"] = {"helm.sh/hook": hook}
        write(tmp_path, f"rendered/{name}.json", json.dumps(document))
    assert severities() == expected


@pytest.mark.parametrize(
    ("image", "comment", "severity"),
    [
        ("ghcr.io/acme/web:${TAG}", "# envsubst < k8s/web.yaml | kubectl apply -f -\n", "info"),
        ("$IMAGE", "# Apply with:\n#   export IMAGE=web; envsubst <web.yaml | kubectl apply -f -\n", "info"),
        ("<your-registry>/web:1", "# envsubst < k8s/web.yaml | kubectl apply -f -\n", "warning"),
        ("ghcr.io/acme/web:${TAG}", "# kubectl apply -f web.yaml\n", "error"),
    ],
)
def test_what_a_comment_says(tmp_path: Path, image: str, comment: str, severity: str) -> None:
    write(tmp_path, "k8s/web.yaml", comment + deployment(f'"{image}"'))
    assert severities()["unrendered-template"] == severity


@pytest.mark.parametrize(
    ("image", "comment", "severity"),
    [
        ("ghcr.io/acme/web:${TAG}", '# {"$imagepolicy": "flux-system:web:tag"}', "info"),
        ("IMAGE_URL", '#{ "$imagepolicy": "flux-system:web"}', "info"),
        ("${IMAGE}", "# kpt-set: ${image}", "info"),
        ("ghcr.io/acme/web:__TAG__", '# {"$kpt-set":"tag"}', "info"),
        ("ghcr.io/acme/web:${TAG}", '# {"$openapi":"tag"}', "info"),
        ("ghcr.io/acme/web:${TAG}", "# imagepolicy: flux-system:web", "error"),
    ],
)
def test_a_comment_of_a_program_that_sets_the_image(tmp_path: Path, image: str, comment: str, severity: str) -> None:
    write(tmp_path, "k8s/web.yaml", deployment(f'"{image}" {comment}'))
    assert severities()["unrendered-template"] == severity


def test_a_setter_is_for_its_own_line(tmp_path: Path) -> None:
    text = deployment("web:1") + '# {"$imagepolicy": "flux-system:web"}\n---\n' + deployment("ghcr.io/acme/web:${TAG}")
    write(tmp_path, "k8s/web.yaml", text)
    assert severities()["unrendered-template"] == "error"


@pytest.mark.parametrize(
    ("image", "comments", "severity"),
    [
        ("IMAGE_URL", "# Change the value of image field below to your controller image URL\n", "info"),
        ("<your-registry>/web:1", "# edit this:\n          # the registry of your company\n", "info"),
        ("IMAGE_URL", "# the image of the controller\n", "warning"),
        ("IMAGE_URL", "# Change the value below\n          imagePullPolicy: Always\n", "warning"),
        ("ghcr.io/acme/web:${TAG}", "# updated by nobody\n", "error"),
    ],
)
def test_a_comment_above_asks_to_change_the_line(tmp_path: Path, image: str, comments: str, severity: str) -> None:
    above = f"          {comments}"
    text = deployment(f'"{image}"').replace("          image:", f"{above}          image:")
    write(tmp_path, "k8s/web.yaml", text)
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


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("<ISSUER_ANNOTATION_1>", None),
        ("  <INGRESS_ANNOTATIONS>  ", None),
        ("<html>", "error"),
        ("<BODY>", "error"),
        ("key <THE_VALUE>", "error"),
    ],
)
def test_a_line_that_a_program_replaces_is_not_yaml(tmp_path: Path, line: str, severity: str | None) -> None:
    text = f"apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    {line}\n    a: b\n"
    write(tmp_path, "k8s/a.yaml", text)
    write(tmp_path, "chart/values.yaml", f"ingress:\n  annotations:\n    {line}\n    a: b\n")
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


UNTAGGED = json.dumps(pod("quay.io/acme/web"))
GONE = json.dumps(pod("docker.io/bitnami/kubectl:1.33.4"))


@pytest.mark.parametrize(
    "folder",
    [
        *("Chapter02", "book/chapter-3-pods", "lesson4/k8s", "course/Exercise 1", "ch05/web", "apps/deprecated"),
        *(
            "old/telos",
            "apps/disabled/web",
            "unused",
            "resources/trash/web",
            "_disabled",
            "retired",
            "k8s.bak",
            "DEPRECATED/web",
            "apps/Old",
        ),
        *(
            "hack/local",
            ".taskfiles/rook",
            "site/_site/labs",
            "old-docs/k8s",
            "new-cluster/templates",
            "skeleton",
            "{{cookiecutter.name}}",
        ),
    ],
)
def test_what_is_not_certain_is_an_info_where_somebody_sees_it_or_completes_it(tmp_path: Path, folder: str) -> None:
    write(tmp_path, f"{folder}/untagged.json", UNTAGGED)
    write(tmp_path, f"{folder}/gone.json", GONE)
    assert severities() == {"missing-tag": "info", "dead-image": "error"}


@pytest.mark.parametrize("folder", ["old/web", "apps/disabled"])
@pytest.mark.parametrize("name", ["kustomization.yaml", "README.md"])
def test_what_argo_cd_deploys_is_not_set_aside(tmp_path: Path, folder: str, name: str) -> None:
    write(tmp_path, ".git/HEAD", "")
    write(tmp_path, f"{folder}/untagged.yaml", UNTAGGED)
    write(tmp_path, f"{folder}/{name}", "resources: [untagged.yaml]\n")
    assert severities() == {"missing-tag": "info"}
    source = {"repoURL": "https://git.acme.example/deploy.git", "path": folder}
    metadata = {"name": "web", "namespace": "argocd"}
    application = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata}
    write(tmp_path, "argocd/web.json", json.dumps({**application, "spec": {"source": source}}))
    assert severities() == {"missing-tag": "warning"}


@pytest.mark.parametrize(
    "folder",
    ["pkg/testfiles", "test-fixtures/pods", "2-test-data", "spec/test-resources", "ui/__mocks__", "archived-tasks/a"],
)
def test_folders_of_test_data(tmp_path: Path, folder: str) -> None:
    write(tmp_path, f"{folder}/gone.json", GONE)
    assert severities() == {}


@pytest.mark.parametrize(
    ("path", "beside"),
    [
        ("spec/test1.yaml", "spec/bundle_spec.sh"),
        ("spec/support/pods.yaml", "spec/web_spec.rb"),
        ("parse/test_release.yaml", "parse/test_parse.py"),
        ("pkg/web-test.yaml", "pkg/render_test.go"),
        ("ui/page.test.yaml", "ui/page.test.ts"),
    ],
)
def test_files_of_the_tests_beside_them(tmp_path: Path, path: str, beside: str) -> None:
    write(tmp_path, path, GONE)
    assert severities() == {"dead-image": "error"}
    write(tmp_path, beside, "")
    assert severities() == {}


@pytest.mark.parametrize("code", ["server_test.go", "test_server.py", "server.spec.ts"])
def test_a_folder_beside_the_code_of_tests(tmp_path: Path, code: str) -> None:
    write(tmp_path, "server/test/web.json", UNTAGGED)
    write(tmp_path, "server/next/web.json", UNTAGGED)
    assert severities() == {"missing-tag": "warning"}
    write(tmp_path, f"server/{code}", "")
    assert [(one.at.source.path, str(one.severity)) for one in outcome().findings] == [
        ("server/next/web.json", "warning"),
        ("server/test/web.json", "info"),
    ]


@pytest.mark.parametrize("name", ["web.example.json", "web-example.yaml", "values.sample.yml", "EXAMPLE.yaml"])
def test_files_to_copy(tmp_path: Path, name: str) -> None:
    write(tmp_path, f"k8s/{name}", UNTAGGED)
    assert severities().get("missing-tag", "warning") == ("warning" if name.endswith("json") else "info")


@pytest.mark.parametrize(
    "folder",
    [
        *("hackathon", "templated", "docs-site", "base", "apps/skeletal"),
        *("chapters", "ch1", "lab1", "spec", "web-archive", "undeprecated", "older", "old-web"),
        *("backup", "backups", "archive", "attic", "legacy", "cache-disabled", "trashcan", "taskfiles", "bak"),
    ],
)
def test_other_names_mean_nothing(tmp_path: Path, folder: str) -> None:
    write(tmp_path, f"{folder}/untagged.json", UNTAGGED)
    assert severities() == {"missing-tag": "warning"}


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("archive/README.md", "Items in this folder are no longer used.\n", "info"),
        ("apps/legacy/readme.md", "# Deprecated\n\nSee [web](../web).\n", "info"),
        ("archive/README.md", "# Archive\n\nMails are archived for ten years, and no longer.\n", "warning"),
        ("apps/web/README.md", "The old API is no longer used.\n", "warning"),
    ],
)
def test_a_folder_whose_readme_says_that_nobody_uses_it(tmp_path: Path, path: str, text: str, severity: str) -> None:
    write(tmp_path, f"{path.rpartition('/')[0]}/web/untagged.json", UNTAGGED)
    write(tmp_path, path, text)
    assert severities() == {"missing-tag": severity}


def as_deployed(folder: Path) -> dict[str, str]:
    """The severity of each rule in a run over what is deployed."""
    report = json.loads(imagelint("--isolated", "--format=json", "--today=2026-11-24", ".", cwd=folder).stdout)
    return {finding["rule"]: finding["severity"] for finding in report["findings"]}


PACKAGE = """\
apiVersion: operators.coreos.com/v1alpha1
kind: ClusterServiceVersion
metadata: {name: op, namespace: placeholder}
spec: {install: {strategy: deployment, spec: {deployments: []}}}
"""
ACCOUNT = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: op, namespace: system}\n"


@pytest.mark.parametrize(
    ("package", "listed"),
    [("config/manifests/csv.yaml", ", csv.yaml"), ("config/manifests/bases/op.clusterserviceversion.yaml", "")],
)
def test_a_bundle_puts_all_into_one_namespace(tmp_path: Path, package: str, listed: str) -> None:
    operator = pod("quay.io/acme/operator:1", namespace="other")
    operator["spec"] |= {"serviceAccountName": "op"}
    write(tmp_path, "config/manifests/kustomization.yaml", "resources: [pod.json, account.yaml]\n")
    write(tmp_path, "config/manifests/pod.json", json.dumps(operator))
    write(tmp_path, "config/manifests/account.yaml", ACCOUNT)
    assert as_deployed(tmp_path) == {"service-account-undefined": "error"}
    write(tmp_path, package, PACKAGE)
    write(tmp_path, "config/manifests/kustomization.yaml", f"resources: [pod.json, account.yaml{listed}]\n")
    assert as_deployed(tmp_path) == {"service-account-undefined": "info"}


PATCH = "apiVersion: v1\nkind: Pod\nmetadata: {name: elsewhere}\nspec: {hostNetwork: true}\n"


@pytest.mark.parametrize(
    ("bundle", "listed", "package", "folder", "severity"),
    [
        ("config/manifests", "../default", "bases/op.clusterserviceversion.yaml", "config/default", "error"),
        ("olm", "../deploy, op.clusterserviceversion.yaml", "op.clusterserviceversion.yaml", "deploy", "error"),
        ("config/manifests", "../scorecard", "bases/op.clusterserviceversion.yaml", "config/scorecard", "info"),
        ("config/manifests", "../olm-default", "bases/op.clusterserviceversion.yaml", "config/olm-default", "info"),
        ("config/manifests", "pod.json", "bases/op.clusterserviceversion.yaml", "config/manifests", "info"),
    ],
)
def test_what_a_bundle_lists_is_deployed_without_it(
    tmp_path: Path, bundle: str, listed: str, package: str, folder: str, severity: str
) -> None:
    write(tmp_path, f"{bundle}/{package}", PACKAGE)
    write(tmp_path, f"{bundle}/kustomization.yaml", f"resources: [{listed}]\n")
    write(tmp_path, f"{folder}/kustomization.yaml", "resources: [pod.json]\npatches: [{path: patch.yaml}]\n")
    write(tmp_path, f"{folder}/pod.json", json.dumps(pod("quay.io/acme/operator:1")))
    write(tmp_path, f"{folder}/patch.yaml", PATCH)
    assert severities() == {"kustomize-refuses": severity}


def test_an_account_may_come_from_a_part_that_is_elsewhere(tmp_path: Path) -> None:
    operator = pod("quay.io/acme/operator:1")
    operator["spec"] |= {"serviceAccountName": "op"}
    other = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: other}\n"
    write(tmp_path, "pod.json", json.dumps(operator))
    write(tmp_path, "account.yaml", other)
    write(tmp_path, "kustomization.yaml", "namespace: shop\nresources: [pod.json, account.yaml]\n")
    assert as_deployed(tmp_path) == {"service-account-undefined": "error"}
    remote = "https://github.com/acme/operator//config/default?ref=v1"
    write(tmp_path, "kustomization.yaml", f"namespace: shop\nresources: [pod.json, account.yaml, '{remote}']\n")
    assert as_deployed(tmp_path) == {"service-account-undefined": "info"}


def test_another_kustomization_may_have_the_accounts_of_an_application(tmp_path: Path) -> None:
    operator = pod("quay.io/acme/operator:1")
    operator["spec"] |= {"serviceAccountName": "op"}
    write(tmp_path, "operator/pod.json", json.dumps(operator))
    write(tmp_path, "operator/kustomization.yaml", "namespace: shop\nresources: [pod.json]\n")
    assert as_deployed(tmp_path) == {"service-account-undefined": "error"}
    write(tmp_path, "roles/account.yaml", ACCOUNT)
    write(tmp_path, "roles/kustomization.yaml", "namespace: shop\nnamePrefix: acme-\nresources: [account.yaml]\n")
    assert as_deployed(tmp_path) == {"service-account-undefined": "warning"}


def test_an_overlay_may_have_an_account_under_a_longer_name(tmp_path: Path) -> None:
    server = pod("quay.io/acme/server:1", namespace=None)
    server["spec"] |= {"serviceAccountName": "op"}
    write(tmp_path, "server/pod.json", json.dumps(server))
    write(tmp_path, "server/kustomization.yaml", "resources: [pod.json]\n")
    assert as_deployed(tmp_path) == {"service-account-undefined": "error"}
    write(tmp_path, "all/account.yaml", ACCOUNT)
    for affix in ("namePrefix: acme-", "nameSuffix: -v2-eu"):
        write(tmp_path, "all/kustomization.yaml", f"namespace: shop\n{affix}\nresources: [account.yaml]\n")
        assert as_deployed(tmp_path) == {"service-account-undefined": "info"}


@pytest.mark.parametrize(
    ("path", "text", "severity"),
    [
        ("README.md", "nothing", "error"),
        ("README.md", "kubectl apply -f generated.yaml", "error"),
        ("Makefile", "gen:\n\tcontroller-gen crd > config/generated.yaml\n", "info"),
        ("hack/render.sh", "helm template x -o generated.yaml\n", "info"),
        ("docs/install.md", "Create a file `generated.yaml` with your login.\n", "info"),
        ("Makefile", "gen:\n\techo x > other-generated.yaml\n", "error"),
    ],
)
def test_a_missing_file_that_a_script_writes(tmp_path: Path, path: str, text: str, severity: str) -> None:
    write(tmp_path, "config/kustomization.yaml", "resources: [generated.yaml, pod.json]\n")
    write(tmp_path, "config/pod.json", json.dumps(pod("quay.io/acme/web:1")))
    write(tmp_path, path, text)
    assert severities() == {"kustomize-refuses": severity}


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("bases/apps.acme.example_webs.yaml", "info"),
        ("postgres-secret.yaml", "info"),
        ("./secret.yml", "info"),
        ("gotk-sync.yaml", "info"),
        ("../flux-system/gotk-components.yaml", "info"),
        ("bases/web-operator.clusterserviceversion.yaml", "info"),
        ("gotk-patches.yaml", "error"),
        ("clusterserviceversion.yaml", "error"),
        ("secret.sops.yaml", "error"),
        ("secretary.yaml", "error"),
        ("web_api.yaml", "error"),
    ],
)
def test_a_missing_file_that_nobody_commits(tmp_path: Path, name: str, severity: str) -> None:
    write(tmp_path, "config/kustomization.yaml", f"resources: [{name}, pod.json]\n")
    write(tmp_path, "config/pod.json", json.dumps(pod("quay.io/acme/web:1")))
    assert severities() == {"kustomize-refuses": severity}


@pytest.mark.parametrize(("folder", "severity"), [("e2e/config", "info"), ("templates/app", "info"), ("app", "error")])
def test_tests_and_scaffolds_are_completed_before_they_are_built(tmp_path: Path, folder: str, severity: str) -> None:
    write(tmp_path, f"{folder}/kustomization.yaml", "resources: [../../nowhere]\n")
    assert severities() == {"kustomize-refuses": severity}


@pytest.mark.parametrize(
    ("path", "severity"), [("tests/bad.yaml", "info"), ("e2e/x/bad.yaml", "info"), ("a/bad.yaml", "error")]
)
def test_tests_have_files_that_are_wrong_on_purpose(tmp_path: Path, path: str, severity: str) -> None:
    write(tmp_path, path, "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n - name: [\n")
    assert severities() == {"syntax-error": severity}


@pytest.mark.parametrize(
    ("image", "severity"),
    [
        ("your-registry/web:1  # Remember to replace", "info"),
        ("DOCKER_REPO/web:1  # make replaces DOCKER_REPO", "info"),
        ("your-registry/web:1  # the shop", "warning"),
    ],
)
def test_a_comment_says_that_a_placeholder_is_replaced(tmp_path: Path, image: str, severity: str) -> None:
    write(tmp_path, "k8s/web.yaml", deployment(image))
    assert severities() == {"unrendered-template": severity}


@pytest.mark.parametrize(("folder", "severity"), [(".", "info"), ("overlays/dev", "info"), (None, "warning")])
def test_a_bare_name_in_a_kustomization_gets_its_image_at_deployment(
    tmp_path: Path, folder: str | None, severity: str
) -> None:
    write(tmp_path, "base/web.json", json.dumps(pod("shop-api:1")))
    if folder is not None:
        path = "base" if folder == "." else "../../base"
        write(tmp_path, "base/kustomization.yaml", "resources: [web.json]\n")
        write(tmp_path, f"{folder}/kustomization.yaml", f"resources: [{path}]\n")
    assert as_deployed(tmp_path) == {"dead-image": severity}
