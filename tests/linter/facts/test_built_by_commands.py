"""What the commands of scripts and the steps of pipelines build, and what only looks like it."""

from __future__ import annotations

import pytest

from imagelint.facts.builders.commands import artifacts_of_commands
from imagelint.facts.builders.script_variables import Variables
from imagelint.facts.builders.tools import LOADED, SCRIPT


def built(text: str, *, is_pipeline: bool = False) -> set[str]:
    return {artifact.name for artifact in artifacts_of_commands(text, is_pipeline=is_pipeline)}


@pytest.mark.parametrize(
    "command",
    [
        "docker -H tcp://builder:2375 push r.example/acme/web",
        "docker manifest create r.example/acme/web:1 a b",
        "docker manifest push --purge r.example/acme/web:1",
        "docker commit $container r.example/acme/web",
        "docker buildx imagetools create -t r.example/acme/web:1 a b",
        "docker buildx build --output type=image,name=r.example/acme/web,push=true .",
        "buildctl build --frontend dockerfile.v0 --output 'type=image,\"name=r.example/acme/web:1\",push=true'",
        "buildctl build --output type=registry,name=r.example/acme/web:1",
        "buildah commit $container r.example/acme/web",
        "buildah push localhost/web docker://r.example/acme/web:1",
        "skopeo copy --all docker://r.example/base oci:x docker://r.example/acme/web:1",
        "crane push image.tar r.example/acme/web:1",
        "crane append -f layer.tar -t r.example/acme/web:1",
        "regctl image copy a r.example/acme/web:1",
        "pack build --builder some/builder --path . r.example/acme/web",
        "operator-sdk build r.example/acme/web:1",
        "func deploy --image r.example/acme/web",
        "mvn compile jib:build -Dimage=r.example/acme/web",
        "./mvnw spring-boot:build-image -Dspring-boot.build-image.imageName=r.example/acme/web",
        "./gradlew bootBuildImage --imageName=r.example/acme/web",
        "mvn package -Dquarkus.container-image.image=r.example/acme/web",
        "dotnet publish -t:PublishContainer -p:ContainerRegistry=r.example -p:ContainerRepository=acme/web",
        "KO_DOCKER_REPO=r.example/acme/web ko build --bare ./cmd/web",
        "make docker-build docker-push IMG=r.example/acme/web:1",
        "  SAVE IMAGE --push r.example/acme/other:1 r.example/acme/web:1",
        'dockerImage = docker.build("r.example/acme/web:${env.BUILD_ID}")',
        "environment { registry = 'r.example/acme/web' }\ndockerImage = docker.build registry + \":$BUILD_NUMBER\"",
        '    _, err := web.Publish(ctx, "r.example/acme/web:1")',
        "echo building && docker push r.example/acme/web",
        "docker build --build-arg COLOUR=a#b -t r.example/acme/web .",
    ],
)
def test_a_command_builds(command: str) -> None:
    assert "r.example/acme/web" in built(f"#!/bin/sh\n{command}\n")


@pytest.mark.parametrize(
    "text",
    [
        "# docker push acme/web\n",
        "make all # docker push acme/web\n",
        "image:\n\t#docker build -t acme/web .\n",
        "// sh 'docker push acme/web'\n",
        "REM docker push acme/web\n",
        'echo "docker push acme/web"\n',
        "\t@echo 'run docker push acme/web'\n",
        "if a; then echo run: docker push acme/web; fi\n",
        "printf 'docker build -t acme/web .\\n'\n",
        'Write-Host "docker push acme/web"\n',
        "usage() {\n  cat <<EOF\ndocker push acme/web\nEOF\n}\n",
        "cat <<'END' >&2\ndocker push acme/web\nEND\n",
        "git commit -m web acme/web\n",
        "jib -Djib.from.image=acme/web\n",
        "docker run --name x acme/web\n",
    ],
)
def test_what_is_a_comment_or_only_printed_builds_nothing(text: str) -> None:
    assert built(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "cat <<EOF\nhelp\nEOF\ndocker push acme/web\n",
        "ssh builder <<EOF\ndocker push acme/web\nEOF\n",
        "docker push acme/echo\ndocker push acme/web\n",
        'echo "IMAGE=acme/web" >> "$GITHUB_ENV"\ndocker push $IMAGE\n',
    ],
)
def test_what_is_not_printed_builds(text: str) -> None:
    assert "acme/web" in built(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # One variable in another, with both branches of a condition, and with a default.
        ("R = quay.io\nO := acme\nIMG ?= $(R)/$(O)/web:$(TAG)\nx:\n\tdocker push ${IMG}\n", {"quay.io/acme/web"}),
        (
            "ifeq ($(A),b)\nR = quay.io/one\nelse\nR = quay.io/two\nendif\nx:\n\tdocker push $(R)/web\n",
            {"quay.io/one/web", "quay.io/two/web"},
        ),
        ('IMG="${IMG:-${REG:-acme}/web}"\ndocker push "$IMG"\n', {"acme/web"}),
        (': "${REG:=quay.io/acme}"\ndocker push $REG/web\n', {"quay.io/acme/web"}),
        (
            "for name in web api; do docker push quay.io/acme/$name; done\n",
            {"quay.io/acme/web", "quay.io/acme/api", "quay.io/acme/*"},
        ),
        ('NAMES=(web api)\ndocker push "acme/${NAMES[@]}"\n', {"acme/web", "acme/api", "acme/*"}),
        # But not under a registry alone.
        ("for name in web api; do docker push quay.io/$name; done\n", {"quay.io/web", "quay.io/api"}),
        ("web api:\n\tdocker build -t acme/$@ $@\n", {"acme/*"}),
        ("build-%:\n\tdocker build -t acme/$* $*\n", {"acme/*"}),
        ("vars: {IMG: acme/web}\ntasks:\n  docker build -t {{.IMG}}:dev .\n", {"acme/web"}),
        ("set IMG=acme/web\ndocker build -t %IMG% .\n", {"acme/web"}),
        ('$env:IMG = "acme/web"\ndocker push $env:IMG\n', {"acme/web"}),
        # In circles, and nothing.
        ("A=$B\nB=$A\ndocker push acme/$A\n", {"acme/*"}),
        ("docker push $NAME\n", set[str]()),
    ],
)
def test_variables(text: str, names: set[str]) -> None:
    assert built(text) == names


USES = "jobs:\n  b:\n    steps:\n      - uses: {}\n        with:\n{}      - uses: actions/checkout@v5\n"
MATRIX = (
    "jobs:\n  b:\n    strategy:\n      matrix:\n        {}\n    steps: [run: 'docker push ${{{{ matrix.image }}}}']\n"
)
DRONE = "kind: pipeline\nsteps:\n- name: push\n  image: plugins/docker\n  settings:\n    repo: r.example/acme/web\n"
WOODPECKER = """\
steps:
  push:
    image: woodpeckerci/plugin-docker-buildx:2
    settings:
      registry: r.example
      repo: acme/web
"""
CONCOURSE = """\
resources:
- name: web
  type: registry-image
  source: {repository: r.example/acme/web}
jobs:
- plan: [put: web]
"""
SERVICE = """\
jobs:
  b:
    services: {db: {image: 'acme/database:1'}}
    steps:
      - run: docker push ${{ matrix.image }}
"""


@pytest.mark.parametrize(
    "text",
    [
        USES.format(
            "docker/build-push-action@v1", "          repository: acme/web\n          registry: https://r.example/\n"
        ),
        USES.format("redhat-actions/push-to-registry@v2", "          image: web\n          registry: r.example/acme\n"),
        USES.format("./.github/actions/docker-build", "          image-name: r.example/acme/web\n"),
        USES.format("elgohr/Publish-Docker-Github-Action@v5", "          name: r.example/acme/web\n"),
        MATRIX.format("image: [r.example/acme/web, acme/api]"),
        MATRIX.format("image:\n          - acme/api\n          - r.example/acme/web"),
        MATRIX.format("include:\n          - {image: acme/api}\n          - image: r.example/acme/web"),
        DRONE,
        WOODPECKER,
        "jobs:\n  b:\n    steps:\n      - docker/push: {image: r.example/acme/web}\n",
        "jobs:\n  b:\n    steps:\n      - aws-ecr/build-and-push-image:\n          repo: r.example/acme/web\n",
        CONCOURSE,
        "docker_manifests:\n- image_templates: ['r.example/acme/web:1']\n",
        "kos:\n- repositories:\n  - r.example/acme/web\n",
        "env:\n  - REG=r.example/acme\ndockers_v2:\n- images: ['{{ .Env.REG }}/web']\n",
        'variable "REG" {\n  default = "r.example/acme"\n}\ntarget "x" {\n  tags = ["${REG}/web:1"]\n}\n',
        '{"variable": {"REG": {"default": "r.example/acme"}}, "target": {"x": {"tags": ["${REG}/web:1"]}}}',
        "spec:\n  params:\n    - name: output-image\n      value: r.example/acme/web:{{revision}}\n",
        "substitutions:\n  _REG: r.example/acme\nimages: ['${_REG}/web']\n",
    ],
)
def test_a_step_of_a_pipeline_builds(text: str) -> None:
    found = built(text, is_pipeline=True)
    assert "r.example/acme/web" in found
    assert not found & {"plugins/docker", "woodpeckerci/plugin-docker-buildx", "*"}


def test_a_task_of_azure_pushes_to_a_registry_of_its_settings() -> None:
    text = "variables:\n- name: repo\n  value: web\nsteps:\n- task: Docker@2\n  inputs:\n    repository: $(repo)\n"
    assert "*.azurecr.io/web" in built(text, is_pipeline=True)
    assert built("az acr build --registry acme --image web:1 .\n") >= {"*.azurecr.io/web"}


@pytest.mark.parametrize(
    "text",
    [
        USES.format("docker/setup-qemu-action@v3", "          image: tonistiigi/binfmt:latest\n"),
        USES.format("docker/build-push-action@v6", "          # tags: acme/web\n"),
        "jobs:\n  b:\n    container: {image: acme/tools}\n    services: {db: {image: acme/database}}\n",
        "steps:\n- name: test\n  image: golang:latest\n  settings:\n    repo: acme/web\n",
        CONCOURSE.replace("put:", "get:"),
        SERVICE,
    ],
)
def test_a_step_that_builds_nothing(text: str) -> None:
    assert built(text, is_pipeline=True) == set()


def test_what_one_variable_may_be_has_a_limit() -> None:
    values = Variables("".join(f"A={number}$B\nB={number}$C\nC={number}\n" for number in range(50))).values("$A/$A/$B")
    assert len(values) <= 32


def test_ko_pushes_below_its_repository() -> None:
    text = "export KO_DOCKER_REPO=r.example/acme\nko build -B ./cmd/web\n"
    assert built(text) >= {"r.example/acme", "r.example/acme/*"}
    assert built("KO_DOCKER_REPO=ghcr.io\n") == {"ghcr.io"}


def test_what_is_loaded_and_pushed() -> None:
    found = {*artifacts_of_commands("kind load docker-image acme/web\ndocker push acme/api\n")}
    assert {(artifact.name, artifact.builder) for artifact in found} == {("acme/web", LOADED), ("acme/api", SCRIPT)}
