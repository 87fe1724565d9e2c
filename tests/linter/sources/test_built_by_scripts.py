"""What scripts, Makefiles, pipelines and texts build, set and load counts as built."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from imagelint.facts.builders.commands import artifacts_of_commands
from imagelint.facts.builders.projects import artifacts_of_project
from imagelint.facts.builders.tools import PROJECT
from imagelint.index.index import Index
from imagelint.session import Request, Session
from imagelint.sources import built_images, instructions
from imagelint.text.places import SourceId
from imagelint.text.source import read_small
from imagelint.world.world import World
from manifests import pod
from support import TODAY, judge


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def builder_of(image: str, folder: Path, files: dict[str, str], path: str = ".") -> str | None:
    """What builds an image of `deploy/web.json`, beside some files."""
    write(folder, {**files, "deploy/web.json": json.dumps(pod(image))})
    (use,) = Index(Session().read(Request([path])).deployed, World()).images
    return use.builder.name if use.builder else None


MAKEFILE = """\
REGISTRY ?= quay.io
IMAGE_TAG_BASE ?= $(REGISTRY)/acme/operator
IMG ?= $(IMAGE_TAG_BASE):$(VERSION)

docker-build: ## build it
\tdocker build --platform linux/amd64 \\
\t  -t ${IMG} .
deploy:
\tcd config/manager && $(KUSTOMIZE) edit set image controller=${IMG} "sidecar=${SIDECAR}"
"""
WORKFLOW = """\
on: {push: {tags: ["v*"]}}
env:
  IMAGE_NAME: acme/shop
jobs:
  build:
    container: node:latest
    services: {db: {image: acme/database}}
    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: |
            ghcr.io/${{ env.IMAGE_NAME }}:latest
            ghcr.io/${{ github.repository_owner }}/worker:${{ github.sha }}
      - uses: docker/metadata-action@v5
        with:
          images: acme/meta
"""
CLOUD_BUILD = """\
steps:
- name: gcr.io/cloud-builders/docker
  args:
  - build
  - -t
  - gcr.io/$PROJECT_ID/listed
- name: gcr.io/cloud-builders/docker
  args: ['build', '-t', 'gcr.io/$PROJECT_ID/inline', '.']
images:
- gcr.io/acme/pushed
"""
SCRIPT = """\
#!/bin/sh
set -e
NAME="acme/api"; export TAG=1
docker buildx build --push --tag "$NAME:$TAG" .
docker tag acme/api "${MIRROR:-registry.example.com}/mirror/api"
podman push "$WHERE/team/pushed:$TAG"
kind load docker-image --name dev localhost/acme/loaded:dev
minikube image load in-minikube
docker run -t acme/only-run
"""


@pytest.mark.parametrize(
    ("path", "text", "image"),
    [
        ("Makefile", MAKEFILE, "quay.io/acme/operator:latest"),
        ("Makefile", MAKEFILE, "controller"),
        ("Makefile", MAKEFILE, "sidecar:1"),
        ("hack/build.sh", SCRIPT, "acme/api"),
        ("hack/ci/build.sh", SCRIPT, "registry.example.com/mirror/api"),
        ("deploy/build.sh", SCRIPT, "harbor.example.com/team/pushed"),
        ("scripts/local.bash", SCRIPT, "localhost/acme/loaded:latest"),
        ("scripts/local.bash", SCRIPT, "in-minikube"),
        ("scripts/local.bash", SCRIPT, "localhost/in-minikube"),
        ("README.md", "    minikube image load acme/web:dev\n", "localhost/acme/web:dev"),
        (".github/workflows/cd.yaml", WORKFLOW, "ghcr.io/acme/shop"),
        (".github/workflows/cd.yaml", WORKFLOW, "ghcr.io/acme/worker:latest"),
        (".github/workflows/cd.yaml", WORKFLOW, "acme/meta"),
        ("cloudbuild.yaml", CLOUD_BUILD, "gcr.io/acme/listed"),
        ("cloudbuild.yaml", CLOUD_BUILD, "gcr.io/acme/inline"),
        ("cloudbuild.yaml", CLOUD_BUILD, "gcr.io/acme/pushed"),
        ("docker-bake.hcl", 'target "x" {\n  build = 1\n  tags = ["acme/baked:latest"]\n}\n', "acme/baked"),
        (
            ".goreleaser.yaml",
            'dockers:\n  - image_templates:\n    - "ghcr.io/acme/cli:{{ .Tag }}"\n',
            "ghcr.io/acme/cli",
        ),
        (".gitlab-ci.yml", "run:\n  - /kaniko/executor --destination=acme/lab:$CI_COMMIT_SHA\n", "acme/lab"),
        ("package.json", '{"scripts": {"image": "docker build -t acme/node ."}}', "acme/node"),
        ("docker-bake.hcl", 'target "x" {\n  tags = [\n    "acme/listed:dev",\n  ]\n}\n', "acme/listed"),
        ("docker-bake.json", '{"target": {"x": {"tags": ["acme/json:dev"]}}}', "acme/json"),
        ("docker-bake.json", '{"target": {"x": {\n"tags":\n[\n"acme/json:dev"\n]}}}', "acme/json"),
        ("Earthfile", "VERSION 0.8\nimage:\n  SAVE IMAGE --push acme/earth:latest\n", "acme/earth"),
        ("README.md", "    pack build acme/pack --builder heroku/builder\n", "acme/pack"),
        ("hack/s2i.sh", "s2i build . centos/python-36 acme/source\n", "acme/source"),
        ("README.md", "1. Run `docker build -t acme/guide .`\n", "acme/guide"),
        ("azure.yaml", "hooks: {run: set image worker=${WORKER}}\nbuild: {}\n", "worker"),
        # Whose name has an organisation is the same image in all folders.
        ("shop/Makefile", MAKEFILE, "quay.io/acme/operator"),
        ("shop/build.sh", SCRIPT, "acme/api"),
        ("run.sh", "docker push acme/$NAME:$TAG\n", "acme/web"),
        # All of a registry that is the project's own.
        ("run.sh", "docker push registry.example.com/$NAME:$TAG\n", "registry.example.com/acme/web"),
        ("shop/b.sh", 'REG="reg.example.com:5000"\ndocker build -t "$REG/$1" .\n', "reg.example.com:5000/web"),
        ("b.sh", 'podman push "${REG:-registry.example.com}/$(basename $PWD)"\n', "registry.example.com/web:latest"),
        ("a/Makefile", "REG?=docker.io/acme\nx:\n\t$(DOCKER) build . -t $(REG)/$(PREFIX)$(1):dev\n", "acme/web-a"),
        ("run.sh", "docker push acme/$NAME:$TAG\n", "docker.io/acme/web"),
        ("run.sh", 'IMAGE="${IMAGE:-quay.io/acme/own}"\ndocker build -t "$IMAGE" .\n', "quay.io/acme/own"),
        ("shop/images.sh", "docker build -t $REGISTRY/acme/$(basename $1) .\n", "quay.io/acme/web"),
        (".github/workflows/cd.yaml", "with:\n  image-names: |\n    acme/web\n# build\n", "acme/web"),
        (".github/workflows/cd.yml", "build:\n  tags: quay.io/acme/${{ matrix.image }}:dev\n", "quay.io/acme/web"),
    ],
)
def test_what_commands_build(tmp_path: Path, path: str, text: str, image: str) -> None:
    assert builder_of(image, tmp_path, {path: text}) == "a script"


@pytest.mark.parametrize(
    ("path", "text", "image"),
    [
        ("Makefile", MAKEFILE, "quay.io/acme/other"),
        ("hack/build.sh", SCRIPT, "acme/only-run"),
        (".github/workflows/cd.yaml", WORKFLOW, "node:latest"),
        (".github/workflows/cd.yaml", WORKFLOW, "acme/database"),
        ("shop/build.sh", SCRIPT, "in-minikube"),
        ("shop/build.sh", SCRIPT, "localhost/acme/loaded"),
        ("shop/build.sh", "docker build -t api .\n", "api"),
        ("shop/build.sh", "docker build -t api .\n", "localhost/api"),
        ("build.sh", "podman build -t api .\n", "localhost:5000/api"),
        ("build.sh", "podman build -t api .\n", "localhost/acme/api"),
        ("run.sh", "docker push acme/$NAME:$TAG\n", "quay.io/acme/web"),
        # Registries that many share, what is mirrored, and a part of a registry.
        ("run.sh", "docker push quay.io/$NAME:$TAG\n", "quay.io/acme/web"),
        ("run.sh", "docker push ghcr.io/$NAME:$TAG\n", "ghcr.io/web"),
        ("run.sh", "docker push $REGISTRY/$NAME:$TAG\n", "registry.example.com/acme/web"),
        ("run.sh", "docker push 127.0.0.1:5000/$NAME:$TAG\n", "127.0.0.1:5000/web"),
        ("run.sh", "docker pull $NAME\ndocker push registry.example.com/$NAME\n", "registry.example.com/acme/web"),
        ("run.sh", "skopeo copy docker://$A docker://registry.example.com/$A\n", "registry.example.com/acme/web"),
        ("run.sh", "docker push registry.example.com/$NAME:$TAG\n", "mirror.example.com/acme/web"),
        ("run.sh", "docker push registry.example.com/web:$TAG\n", "registry.example.com/other"),
        ("notes.txt", SCRIPT, "acme/api"),
        ("run.sh", "kubectl set image deployment/web web=acme/web:2 # build\n", "web"),
        ("run.sh", "docker build -t $IMAGE .\n", "anything/at-all"),
        ("run.sh", "docker build -t $REGISTRY/nginx .\n", "nginx"),
        ("Makefile", "image:\n\tdocker push $(REG)/$(NAME)/redis:$(TAG)\n", "redis:latest"),
        ("run.sh", "docker build -t $OWNER/$NAME .\n", "anything/at-all"),
        ("README.md", "We push changes to main.\n", "changes"),
    ],
)
def test_what_commands_do_not_build(tmp_path: Path, path: str, text: str, image: str) -> None:
    assert builder_of(image, tmp_path, {path: text}) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "deploy:\n\tko resolve -f deploy/ | kubectl apply -f -\n"),
        ("hack/deploy.sh", "ko apply -Rf deploy\n"),
        ("README.md", "```\nKO_DOCKER_REPO=kind.local ko build ./cmd/web\n```\n"),
    ],
)
def test_programs_that_ko_builds(tmp_path: Path, path: str, text: str) -> None:
    assert builder_of("sigs.k8s.io/shop/cmd/web", tmp_path, {path: text}) == "ko"
    assert builder_of("quay.io/acme/web", tmp_path, {path: text}) is None
    assert builder_of("sigs.k8s.io/shop/cmd/web", tmp_path, {path: "go build ./cmd/web\n"}) is None


@pytest.mark.parametrize(("path", "cwd"), [("deploy", "."), (".", "deploy"), ("../deploy/web.json", "hack")])
def test_scripts_around_the_input_count(tmp_path: Path, path: str, cwd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    write(tmp_path, {"hack/build.sh": SCRIPT, "deploy/web.json": json.dumps(pod("acme/api"))})
    monkeypatch.chdir(tmp_path / cwd)
    (use,) = Index(Session().read(Request([path])).deployed, World()).images
    assert use.builder is not None


def findings(folder: Path, image: str, files: dict[str, str]) -> list[tuple[str, str]]:
    write(folder, {**files, "deploy/web.json": json.dumps(pod(image))})
    found = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    return [(finding.rule, finding.severity) for finding in found]


@pytest.mark.parametrize(
    ("image", "without", "beside"),
    [
        ("acme/api", [("missing-tag", "warning")], [("missing-tag", "info")]),
        ("acme/api:latest", [("latest-tag", "warning")], [("latest-tag", "info")]),
        ("in-minikube:dev", [("dead-image", "warning"), ("stale-image", "info")], [("stale-image", "info")]),
    ],
)
def test_how_bad_a_built_image_is(
    tmp_path: Path, image: str, without: list[tuple[str, str]], beside: list[tuple[str, str]]
) -> None:
    assert findings(tmp_path, image, {}) == without
    assert findings(tmp_path, image, {"build.sh": SCRIPT}) == beside


@pytest.mark.parametrize(
    ("path", "text", "images"),
    [
        ("go.mod", "module acme.example/operator\n", ["registry.acme.example/testing/web:latest", "acme.example/web"]),
        ("go.mod", "module github.com/Acme/operator/v2\n\ngo 1.25\n", ["acme/web", "ghcr.io/acme/shop/web:latest"]),
        ("PROJECT", "layout: go\nrepo: github.com/acme/operator\n", ["quay.io/acme/web"]),
        ("package.json", '{"repository": {"type": "git", "url": "git+https://github.com/acme/web.git"}}', ["acme/web"]),
        ("package.json", '{"name": "web", "repository": "acme/web"}', ["docker.io/acme/web"]),
        ("package.json", '{"repository": "gitlab:acme/web"}', ["registry.gitlab.com/acme/web/api"]),
        ("Cargo.toml", '[package]\nname = "web"\nrepository = "https://github.com/acme/web"\n', ["acme/web"]),
        ("pyproject.toml", '[project.urls]\nSource = "https://gitlab.com/acme/team/web"\n', ["acme/web:latest"]),
        ("pom.xml", "<scm>\n <connection>scm:git:git://github.com/acme/web.git</connection></scm>", ["quay.io/acme/x"]),
    ],
)
def test_a_project_builds_the_images_of_its_organisation(
    tmp_path: Path, path: str, text: str, images: list[str]
) -> None:
    for image in images:
        assert builder_of(image, tmp_path, {path: text, "Dockerfile": "FROM scratch\n"}) == PROJECT.name
    assert builder_of("other/web", tmp_path, {}) is None
    assert builder_of("acme.example.com/acme/web", tmp_path, {}) is None
    (tmp_path / "Dockerfile").unlink()
    assert builder_of(images[0], tmp_path, {}) is None


SKAFFOLD = """\
apiVersion: skaffold/v4beta13
kind: Config
build:
  artifacts:
    - image: acme/cart
    - image: IMAGE
"""


def pushing(image: str) -> str:
    return f"steps:\n  - uses: docker/build-push-action@v6\n    with: {{push: true}}\n    tags: {image}:dev\n"


@pytest.mark.parametrize(
    ("files", "image"),
    [
        ({"skaffold.yaml": SKAFFOLD.replace("IMAGE", "acme/orders")}, "acme/web"),
        ({"skaffold.yaml": SKAFFOLD.replace("IMAGE", "docker.io/acme/orders")}, "docker.io/acme/web:latest"),
        ({f".github/workflows/{one}.yaml": pushing(f"ghcr.io/acme/{one}") for one in "ab"}, "ghcr.io/acme/web"),
        ({f"{one}/push.sh": f"docker push acme/{one}\n" for one in ("api", "cart")}, "acme/web:latest"),
    ],
)
def test_other_images_of_an_account_that_the_repository_publishes_in(
    tmp_path: Path, files: dict[str, str], image: str
) -> None:
    assert builder_of(image, tmp_path, files) == PROJECT.name
    assert builder_of("quay.io/acme/web", tmp_path, {}) is None
    assert builder_of("other/web", tmp_path, {}) is None


@pytest.mark.parametrize(
    "files",
    [
        # One image, the same one twice, and images of several accounts.
        {"skaffold.yaml": SKAFFOLD.replace("    - image: IMAGE\n", "")},
        {f".github/workflows/{one}.yaml": pushing("acme/api") for one in "ab"},
        {"skaffold.yaml": SKAFFOLD.replace("IMAGE", "other/orders")},
        # What others have made, and what a text shows.
        {"mirror.sh": "docker pull acme/a\ndocker push acme/a\ndocker push acme/b\n"},
        {"README.md": "    docker push acme/a\n    docker push acme/b\n"},
        {"a.sh": "docker build -t acme/a .\ndocker build -t acme/b .\n"},
        {"kustomization.yaml": "images: [{name: acme/a, newTag: '1'}, {name: acme/b, newTag: '1'}]\n"},
    ],
)
def test_what_does_not_show_that_a_repository_publishes_in_an_account(tmp_path: Path, files: dict[str, str]) -> None:
    assert builder_of("acme/web:latest", tmp_path, files) is None


@pytest.mark.parametrize(
    "image", ["minio/minio:RELEASE.2024-01-01T00-00-00Z", "docker.io/minio/mc:RELEASE.2024-01-01T00-00-00Z"]
)
def test_what_a_project_has_deleted_stays_an_error(tmp_path: Path, image: str) -> None:
    files = {"go.mod": "module github.com/minio/operator\n", "Dockerfile": "FROM scratch\n"}
    assert ("dead-image", "error") in findings(tmp_path, image, files)


@pytest.mark.parametrize(
    "files",
    [
        # A copy of another project, a tool of those who deploy, and homes that are none.
        {"lib/x/go.mod": "module github.com/acme/x\n", "Dockerfile": ""},
        {"go.mod": "module github.com/acme/x\n", ".devcontainer/Dockerfile": ""},
        {"go.mod": "module example.com/acme/x\n", "Dockerfile": ""},
        {"go.mod": "module k8s.io/x\n", "Dockerfile": ""},
        {"go.mod": "module x\n\nrequire github.com/acme/y v1.0.0\n", "Dockerfile": ""},
        {"package.json": '{"repository": "https://example.com/acme/x"}', "Dockerfile": ""},
        {"pom.xml": "<url>https://github.com/acme/x</url>", "Dockerfile": ""},
        {"README.md": "https://github.com/acme/x", "Dockerfile": ""},
    ],
)
def test_what_does_not_show_the_organisation_of_a_project(tmp_path: Path, files: dict[str, str]) -> None:
    assert builder_of("acme/web", tmp_path, files) is None


def test_a_project_is_found_around_the_input(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    files = {"go.mod": "module github.com/acme/x\n", "build/web.Dockerfile": ""}
    assert builder_of("ghcr.io/acme/web:latest", tmp_path, files, "deploy") == PROJECT.name


def test_the_organisation_of_an_image_does_not_show_a_push(tmp_path: Path) -> None:
    files = {
        "go.mod": "module github.com/acme/x\n",
        "Dockerfile": "FROM scratch\n",
        "a.sh": "kind load docker-image acme/web:dev\n",
    }
    assert ("dead-image", "warning") in findings(tmp_path, "acme/web:latest", files)
    pushed = {".github/workflows/cd.yaml": "build:\n  tags: acme/${{ matrix.image }}\n"}
    assert findings(tmp_path, "acme/web:latest", pushed) == [("latest-tag", "info")]


@pytest.mark.parametrize("image", ["nginx:latest", "docker.io/acme/web", "localhost:5000/acme/web:latest"])
def test_a_tag_of_what_is_never_pulled_is_an_info(tmp_path: Path, image: str) -> None:
    write(tmp_path, {"web.json": json.dumps(pod(image, imagePullPolicy="Never"))})
    found = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    (tag,) = [finding for finding in found if finding.rule in {"latest-tag", "missing-tag"}]
    assert (tag.severity, tag.prediction) == ("info", None)


@pytest.mark.parametrize(
    "image",
    [
        "image-registry.openshift-image-registry.svc:5000/openshift/cli:latest",
        "image-registry.openshift-image-registry.svc/a/web",
    ],
)
def test_a_tag_of_an_image_stream_is_an_info(tmp_path: Path, image: str) -> None:
    found = [one for one in findings(tmp_path, image, {}) if one[0] in {"latest-tag", "missing-tag"}]
    assert [severity for _, severity in found] == ["info"]


def test_a_registry_that_no_node_reaches_needs_no_remark_about_the_tag(tmp_path: Path) -> None:
    assert findings(tmp_path, "localhost:5000/acme/web:latest", {}) == [("unreachable-registry", "warning")]
    assert ("missing-tag", "warning") in findings(tmp_path, "quay.io/acme/web", {})


def test_what_one_script_loads_another_pushes(tmp_path: Path) -> None:
    files = {"a.sh": "kind load docker-image quay.io/acme/web\n", "b.sh": "docker push quay.io/acme/web\n"}
    assert findings(tmp_path, "quay.io/acme/web:latest", files) == [("latest-tag", "info")]
    (tmp_path / "b.sh").unlink()
    assert ("dead-image", "warning") in findings(tmp_path, "quay.io/acme/web:latest", {})


@pytest.mark.parametrize(
    "text",
    [
        "docker build -t " * 20_000,
        "build " + "$(A)" * 50_000,
        "A=$B$B$B$B$B$B$B$B\nB=$A$A$A$A$A$A$A$A\ndocker build -t $A/x .\n",
        "tags:\n" * 30_000 + "build",
        "push " * 40_000,
        "kind load " * 20_000,
        " set image " + "a=" * 60_000,
        "docker tag " + "${{a}}" * 30_000,
        "tags:\n  - " + "-" * 150_000 + "!",
        "A=" + "a" * 150_000 + "\n" + ("docker push " + "$A" * 1000 + "\n") * 20,
    ],
)
def test_a_hostile_script_costs_little(text: str) -> None:
    found = [*artifacts_of_commands(text, is_pipeline=True)]
    assert len(found) <= 500
    assert all(len(artifact.name) <= 255 for artifact in found)


@pytest.mark.parametrize("name", ["go.mod", "PROJECT", "package.json", "Cargo.toml", "pyproject.toml", "pom.xml"])
def test_a_hostile_file_of_a_project_costs_little(name: str) -> None:
    for text in (
        "module ",
        "repo: ",
        '"repository": {',
        '"repository" ' + " " * 200,
        "<scm>",
        "repository = ",
        "source=",
    ):
        assert not [*artifacts_of_project(name, text * 30_000)]


STREAM = (
    "kind: ImageStream\napiVersion: image.openshift.io/v1\nmetadata: {name: web}\nspec: {lookupPolicy: {local: true}}\n"
)


@pytest.mark.parametrize("overlay", ["overlays/prod", "clusters/a/prod"])
def test_an_image_stream_of_a_base_is_deployed_with_it(tmp_path: Path, overlay: str) -> None:
    up = "../" * (overlay.count("/") + 1)
    write(
        tmp_path,
        {
            "base/kustomization.yaml": "resources: [web.json, stream.yaml]\n",
            "base/stream.yaml": STREAM,
            "base/web.json": json.dumps(pod("web")),
            f"{overlay}/kustomization.yaml": f"resources: ['{up}base']\n",
        },
    )
    (use,) = [use for use in Index(Session().read(Request(["."])).deployed, World()).images if use.pod.source.part]
    assert use.builder is not None


@pytest.mark.parametrize(
    ("path", "text", "included"),
    [
        ("Makefile", "include build/vars.mk\nx:\n\tdocker push $(IMG)\n", "build/vars.mk"),
        ("Makefile", "-include images.env\nx:\n\tdocker push $(REG)\n", "images.env"),
        ("hack/a.sh", 'source "$(dirname "$0")/lib.sh"\ndocker push "$IMG"\n', "hack/lib.sh"),
        ("hack/a.sh", ". ${HERE}/common.env # all\ndocker push $IMG\n", "hack/common.env"),
    ],
)
def test_variables_of_included_files(tmp_path: Path, path: str, text: str, included: str) -> None:
    assert builder_of("quay.io/acme/web", tmp_path, {path: text}) is None
    values = "REG = quay.io/acme/web\nIMG=quay.io/acme/web\n"
    assert builder_of("quay.io/acme/web", tmp_path, {path: text, included: values}) == "a script"


def test_what_is_outside_of_the_input_is_not_included(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vars.mk").write_text("IMG = quay.io/acme/web\n")
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "link.mk").symlink_to(tmp_path / "vars.mk")
    monkeypatch.chdir(folder)
    for path in ("../vars.mk", str(tmp_path / "vars.mk"), "link.mk", "/dev/zero"):
        text = f"include {path}\nx:\n\tdocker push $(IMG)\n"
        assert builder_of("quay.io/acme/web", folder, {"Makefile": text}) is None


def test_what_is_included_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built_images, "_MOST_INCLUDED", 60)
    files = {"a.mk": "include vars.mk\n", "vars.mk": f"# {'x' * 58}\nIMG = quay.io/acme/web\n"}
    files["b.mk"] = "include vars.mk\nx:\n\tdocker push $(IMG)\n"
    assert builder_of("quay.io/acme/web", tmp_path, files) is None
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert builder_of("quay.io/acme/web", tmp_path, files) == "a script"


def test_what_is_searched_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "docker push quay.io/acme/web\n"
    monkeypatch.setattr(instructions, "_MOST_CHARACTERS", len(text))
    assert builder_of("quay.io/acme/web", tmp_path, {"b.sh": text}) == "a script"
    assert builder_of("quay.io/acme/web", tmp_path, {"a.sh": f"# {text}"}) is None


def test_folders_around_many_files_are_listed_once(tmp_path: Path) -> None:
    texts = {".git/HEAD": "", "hack/build.sh": "", "deploy/README.md": "", "deploy/a.json": "", "deploy/b.json": ""}
    write(tmp_path, texts)
    found = [*instructions.instructions_around(["deploy/a.json", "deploy/b.json"])]
    assert found == ["deploy/README.md", "hack/build.sh"]


def test_instructions_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(path: str) -> bytes:
        read.append(path)
        return read_small(path)

    monkeypatch.setattr(instructions, "read_small", counted)
    text = "docker build -t acme/web .\nsed s/@TAG@/1/ pod.json > made.json\n"
    write(
        tmp_path,
        {
            "build.sh": text,
            "kustomization.yaml": "resources: [made.json]\n",
            "a.json": json.dumps(pod("acme/web:@TAG@")),
            "b.json": json.dumps(pod("acme/web")),
        },
    )
    found = Session().read(Request(["."]))
    assert [Path(path).name for path in read] == ["build.sh"]
    assert [source.path for source in found.filled_in] == ["a.json"]
    assert found.files[SourceId("build.sh")].artifacts


BUILT = "docker build -t registry.acme.local/web:test .\n"


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        (f'{BUILT}kind --name "$CLUSTER" load docker-image registry.acme.local/web:test\n', []),
        (f"{BUILT}minikube -p shop image load registry.acme.local/web:test\n", []),
        (BUILT, ["warning"]),
        (f"{BUILT}docker push registry.acme.local/web:test\n", ["warning"]),
        (f"{BUILT}kind load docker-image registry.acme.local/api:test\n", ["warning"]),
    ],
)
def test_an_image_that_is_loaded_needs_no_registry(tmp_path: Path, text: str, severities: list[str]) -> None:
    write(tmp_path, {"deploy/web.json": json.dumps(pod("registry.acme.local/web:test")), "up.sh": text})
    found = judge(Session().read(Request(["."])), World(today=TODAY)).findings
    assert [one.severity.value for one in found if one.rule == "unreachable-registry"] == severities
