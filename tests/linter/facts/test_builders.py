"""An image that something builds is listed, and judged only for what its builder does not decide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from manifests import pod
from support import imagelint, index_of, lint

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.index.image_use import ImageUse


def use_of(image: str, **files: str) -> ImageUse:
    """The use of an image in a folder below that of the files of build tools."""
    (use,) = index_of("", **{**files, "app/k8s/web.yaml": json.dumps(pod(image))}).images
    return use


def skaffold(**build: Any) -> dict[str, str]:
    document = {"apiVersion": "skaffold/v4beta13", "kind": "Config", **build}
    return {"app/skaffold.yaml": json.dumps(document)}


def kbld(kind: str, field: str) -> str:
    images = [{"image": "web", "newImage": "acme/web"}]
    return json.dumps({"apiVersion": "kbld.k14s.io/v1alpha1", "kind": kind, field: images})


def artifacts(*images: str) -> dict[str, Any]:
    return {"artifacts": [{"image": image} for image in images]}


PATCH = {"op": "add", "path": "/build/artifacts/-", "value": {"image": "patched"}}
REPLACED = {"op": "replace", "path": "/build/artifacts", "value": [{"image": "listed"}]}
IMAGE_ALONE = {"op": "replace", "path": "/build/artifacts/0/image", "value": "acme/renamed:dev"}
SKAFFOLD = skaffold(
    build=artifacts("web", "acme/api", "gcr.io/acme/app", "ko://example.com/cmd/server"),
    profiles=[
        {"name": "debug", "build": artifacts("debugger")},
        {"name": "other", "patches": [PATCH, REPLACED, IMAGE_ALONE, {"op": "remove", "path": "/build/artifacts/1"}]},
    ],
)
TILT = """
NAME = 'acme/constant'
# docker_build('commented', '.')
docker_build("acme/web", context="apps/web#not-a-comment")  # docker_build('after')
custom_build(
    ref='acme/api',
    command='make'
)
docker_build_with_restart(NAME, '.')
podman_build('localhost:5000/acme/worker', '.')
REGISTRY = 'registry.corp.example'
TEAM = REGISTRY + "/team"
docker_build(ref=TEAM + '/added', context='.')
docker_build('%s/formatted' % REGISTRY, '.')
docker_build("{}/{}".format(TEAM, NAME), '.')
docker_build('acme/' + unknown, '.')
for service in ['cart', "checkout"]:
    docker_build('shop/%s' % service, service)
    docker_build(service, service)
"""
BAZEL = """
k8s_object(
    name = "web",  # images = {"commented": ":x"}
    images = {
        "gcr.io/acme/web:dev": "//web:image",
        "acme/api": "//api:image",
    },
)
"""
OCI = """
oci_push(name = "push", image = ":image", repository = "index.docker.io/acme/pushed")
oci_load(name = "load", image = ":image", repo_tags = ["acme/loaded:latest"])
"""
COMPOSE = """
name: shop
services:
  web: {build: ., image: "acme/web:1"}
  api: {build: {context: api}}
  db: {image: "postgres:17"}
"""
DEVSPACE = """
version: v2beta1
name: shop
images:
  web: {image: acme/web, dockerfile: ./Dockerfile}
  api: {image: "ghcr.io/acme/api:dev"}
"""
VARIABLES = "vars: {IMAGE: {default: registry.corp.example/team}}\nimages: {app: {image: '${IMAGE}/app'}}"
LISTED_VARIABLES = "vars: [{name: IMAGE, value: registry.corp.example/team/app}]\nimages: {app: {image: '${IMAGE}'}}"
GARDEN = """
kind: Build
name: web
type: container
---
kind: Module
type: container
name: api
image: acme/api:1
"""
MAVEN = "<project><plugin>jib-maven-plugin<to>\n<image>acme/web</image></to></plugin></project>"
BARE = MAVEN.replace("acme/", "")
MODULE = "<project><parent>{parent}</parent><artifactId>web</artifactId>{version}</project>"
SNAPSHOT = "<version>1.0-SNAPSHOT</version>"
REVISION = "<version>${revision}</version><properties><revision>1.0-SNAPSHOT</revision></properties>"
GRADLE = "plugins { id 'com.google.cloud.tools.jib' }\njib { to { image = 'acme/web:1' } }"
BUILD_CONFIG = {
    "apiVersion": "build.openshift.io/v1",
    "kind": "BuildConfig",
    "metadata": {"name": "web"},
    "spec": {"output": {"to": {"kind": "ImageStreamTag", "name": "web:latest"}}},
}
IMAGE_STREAM = {
    "apiVersion": "image.openshift.io/v1",
    "kind": "ImageStream",
    "metadata": {"name": "web"},
    "spec": {"lookupPolicy": {"local": True}},
}


@pytest.mark.parametrize(
    ("file", "content", "tool", "image"),
    [
        *(
            ("app/skaffold.yaml", SKAFFOLD["app/skaffold.yaml"], "Skaffold", image)
            for image in ("web", "web:dev", "acme/api", "docker.io/acme/api", "debugger", "patched", "listed")
        ),
        ("app/skaffold.yaml", SKAFFOLD["app/skaffold.yaml"], "Skaffold", "acme/renamed"),
        *(
            ("app/Tiltfile", TILT, "Tilt", image)
            for image in (
                *("acme/web", "acme/api:dev", "acme/constant", "localhost:5000/acme/worker"),
                *("registry.corp.example/team/added", "registry.corp.example/formatted:1"),
                *("registry.corp.example/team/acme/constant", "shop/cart", "checkout:dev"),
            )
        ),
        ("app/dev.Tiltfile", TILT, "Tilt", "acme/web"),
        ("app/BUILD.bazel", BAZEL, "Bazel", "gcr.io/acme/web:dev"),
        ("app/BUILD", BAZEL, "Bazel", "acme/api"),
        ("app/BUILD", BAZEL.replace("k8s_object", "k8s_deploy"), "Bazel", "acme/api"),
        ("app/BUILD.bazel", OCI, "Bazel", "acme/pushed:1"),
        ("app/BUILD.bazel", OCI, "Bazel", "acme/loaded:dev"),
        ("app/docker-compose.yml", COMPOSE, "Compose", "acme/web"),
        ("app/compose.yaml", COMPOSE, "Compose", "shop-api"),
        ("app/docker-compose.dev.yaml", "services: {api: {build: .}}", "Compose", "app_api"),
        ("app/devspace.yaml", DEVSPACE, "DevSpace", "acme/web:1"),
        ("app/devspace.yaml", DEVSPACE, "DevSpace", "ghcr.io/acme/api"),
        ("app/devspace.yaml", VARIABLES, "DevSpace", "registry.corp.example/team/app"),
        ("app/devspace.yaml", LISTED_VARIABLES, "DevSpace", "registry.corp.example/team/app"),
        ("app/garden.yml", GARDEN, "Garden", "web"),
        ("app/garden.yml", GARDEN, "Garden", "${actions.build.web.outputs.deploymentImageId}"),
        ("app/api.garden.yml", GARDEN, "Garden", "acme/api"),
        ("app/.ko.yaml", "defaultBaseImage: alpine", "ko", "github.com/acme/shop/cmd/web"),
        ("app/pom.xml", MAVEN, "jib", "acme/web:1"),
        ("app/build.gradle.kts", GRADLE, "jib", "acme/web"),
        # What has the name and the version of a project, in whichever folder.
        ("web/pom.xml", MODULE.format(parent="", version=SNAPSHOT), "Maven", "web:1.0-SNAPSHOT"),
        ("web/pom.xml", MODULE.format(parent=SNAPSHOT, version=""), "Maven", "web:1.0-SNAPSHOT"),
        ("web/pom.xml", MODULE.format(parent="", version=REVISION), "Maven", "web:1.0-SNAPSHOT"),
        ("src/web/build.gradle", "version = '1.0-SNAPSHOT'", "Gradle", "web:1.0-SNAPSHOT"),
        ("src/web/build.gradle.kts", 'version = "1.0-SNAPSHOT"', "Gradle", "web:1.0-SNAPSHOT"),
        # A module is built for the folder of the project that it belongs to.
        ("app/web/pom.xml", f"<parent><groupId>acme</groupId></parent>{BARE}", "jib", "web:1"),
        ("app/a/b/pom.xml", f"<parent><relativePath>../../pom.xml</relativePath></parent>{BARE}", "jib", "web:1"),
        *(
            (f"app/{file}.json", kbld(kind, field), "kbld", "web")
            for file, kind, field in (
                ("config-release/build", "Config", "sources"),
                ("config-dev/kbld", "Config", "destinations"),
                ("config/kbld", "ImageDestinations", "destinations"),
                ("kbld", "ImageOverrides", "overrides"),
            )
        ),
        ("app/bc.json", json.dumps(BUILD_CONFIG), "an OpenShift build", "web:latest"),
        ("app/is.json", json.dumps(IMAGE_STREAM), "an OpenShift image stream", "web:1"),
    ],
)
def test_what_is_built(file: str, content: str, tool: str, image: str) -> None:
    use = use_of(image, **{file: content})
    assert use.builder is not None
    assert use.builder.name == tool


@pytest.mark.parametrize(
    ("file", "content", "image"),
    [
        ("app/skaffold.yaml", SKAFFOLD["app/skaffold.yaml"], "other"),
        ("app/skaffold.yaml", SKAFFOLD["app/skaffold.yaml"], "localhost:5000/web"),
        ("app/skaffold.yaml", SKAFFOLD["app/skaffold.yaml"], f"web@sha256:{'a' * 64}"),
        ("application/skaffold.yaml", SKAFFOLD["app/skaffold.yaml"], "web"),
        ("app/Tiltfile", TILT, "commented"),
        ("app/Tiltfile", TILT, "after"),
        ("app/Tiltfile", "docker_build(registry + '/x', '.')", "x"),
        ("app/BUILD", BAZEL, "commented"),
        ("app/compose.yaml", COMPOSE, "postgres:17"),
        ("app/k8s.yaml", COMPOSE, "acme/web"),
        ("app/pom.xml", MAVEN.replace("jib", "other"), "acme/web"),
        ("app/pom.xml", MODULE.format(parent="", version=SNAPSHOT), "web:2.0-SNAPSHOT"),
        ("app/pom.xml", MODULE.format(parent="", version="<version>1.0</version>"), "web:1.0"),
        ("app/pom.xml", f"<artifactId>web</artifactId><dependencies>{SNAPSHOT}</dependencies>", "web:1.0-SNAPSHOT"),
        ("app/web/pom.xml", BARE, "web"),
        ("app/web/pom.xml", f"<parent><relativePath/></parent>{BARE}", "web"),
        ("app/x/build.gradle", "version = '1.0-SNAPSHOT'", "web:1.0-SNAPSHOT"),
        ("app/x/kbld.json", kbld("Config", "overrides"), "web"),
        ("app/Tiltfile", TILT, "acme/unknown"),
        ("app/Tiltfile", "docker_build('%s/%s' % REGISTRY, '.')", "%s/%s"),
        ("app/devspace.yaml", VARIABLES.replace("IMAGE:", "OTHER:"), "registry.corp.example/team/app"),
        ("app/none.yaml", "{}", "github.com/acme/shop/web"),
        ("app/.ko.yaml", "{}", "ghcr.io/acme/web"),
    ],
)
def test_what_is_not_built(file: str, content: str, image: str) -> None:
    assert use_of(image, **{file: content}).builder is None


def test_skaffold_deploys_from_other_folders() -> None:
    config = skaffold(
        build=artifacts("web"),
        manifests={"rawYaml": ["k8s/*.yaml", "../deploy/*.yaml"], "kustomize": {"paths": ["../../overlays/dev"]}},
    )
    index = index_of("", **config, **{f"{path}/web.json": json.dumps(pod("web")) for path in DEPLOYED})
    found = {use.place.path: use.builder is not None for use in index.images}
    assert found == {f"{path}/web.json": is_built for path, is_built in DEPLOYED.items()}


DEPLOYED = {"app/k8s": True, "deploy": True, "../overlays/dev": True, "other": False}


def test_a_project_of_compose_is_called_like_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "My.Shop"
    folder.mkdir()
    (folder / "compose.yaml").write_text("services: {api: {build: .}}")
    (folder / "api.json").write_text(json.dumps(pod("myshop-api")))
    (entry,) = json.loads(imagelint("images", "--format", "json", ".", cwd=folder).stdout)
    assert entry["built_by"] == "Compose"


def test_ko_shows_by_its_scheme_alone() -> None:
    files = {"a.yaml": json.dumps(pod("ko://example.com/cmd/app")), "b.yaml": json.dumps(pod("github.com/acme/app"))}
    uses = index_of("", **files).images
    assert [use.builder and use.builder.name for use in uses] == ["ko", "ko"]
    assert lint(files) == []


def test_a_bare_name_is_known_to_no_registry() -> None:
    use = use_of("web", **SKAFFOLD)
    assert (use.named, use.pulled, use.tagged) == (None, None, None)


def test_a_registry_is_as_written_and_the_tag_is_not() -> None:
    use = use_of("gcr.io/acme/app", **SKAFFOLD)
    assert use.named is not None
    assert use.pulled == use.named
    assert use.tagged is None


def test_compose_decides_no_tag() -> None:
    use = use_of("acme/web", **{"app/compose.yaml": COMPOSE})
    assert use.tagged is not None
    assert use.pulled is None


@pytest.mark.parametrize("push", [False, True])
def test_what_is_not_pushed_is_not_pulled(push: bool) -> None:
    build = {**artifacts("gcr.io/acme/app"), "local": {"push": push}}
    use = use_of("gcr.io/acme/app", **skaffold(build=build))
    assert (use.pulled is None) is not push


LOCAL = {**artifacts("web", "gcr.io/acme/app"), "local": {"push": False}}
SKIPPED = "images:\n  web: {image: acme/web, docker: {skipPush: true}}\n  api: {image: acme/api}\n"


@pytest.mark.parametrize(
    ("files", "container", "is_found"),
    [
        (skaffold(build=LOCAL), {"image": "web", "imagePullPolicy": "Always"}, True),
        (skaffold(build=LOCAL), {"image": "gcr.io/acme/app:1", "imagePullPolicy": "Always"}, True),
        (skaffold(build=LOCAL), {"image": "web:latest"}, False),
        (skaffold(build=LOCAL), {"image": "web", "imagePullPolicy": "IfNotPresent"}, False),
        (skaffold(build=artifacts("web")), {"image": "web", "imagePullPolicy": "Always"}, False),
        ({"app/devspace.yaml": SKIPPED}, {"image": "acme/web", "imagePullPolicy": "Always"}, True),
        ({"app/devspace.yaml": SKIPPED}, {"image": "acme/api", "imagePullPolicy": "Always"}, False),
        ({"app/compose.yaml": COMPOSE}, {"image": "shop-api"}, True),
        ({"app/compose.yaml": COMPOSE}, {"image": "shop-api:latest"}, True),
        ({"app/compose.yaml": COMPOSE}, {"image": "shop-api:1"}, False),
        ({"app/compose.yaml": COMPOSE}, {"image": "acme/web", "imagePullPolicy": "Always"}, False),
        ({"app/compose.yaml": "services: {x: {build: ., image: nginx}}"}, {"image": "nginx"}, False),
        ({"app/Tiltfile": TILT}, {"image": "acme/web", "imagePullPolicy": "Always"}, False),
    ],
)
def test_a_build_that_stays_on_the_node_is_not_pulled(
    files: dict[str, str], container: dict[str, Any], is_found: bool
) -> None:
    findings = [f for f in lint({**files, "app/k8s/web.json": json.dumps(pod(**container))}) if f.rule == "dead-image"]
    assert [(finding.severity, finding.confidence) for finding in findings] == [("warning", "likely")] * is_found


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Tiltfile", "docker_build('" * 100_000),
        ("Tiltfile", "A0 = 'a'\n" + "".join(f"A{n + 1} = A{n} + A{n}\n" for n in range(200)) + "docker_build(A200)"),
        ("BUILD", "k8s_object images={" * 100_000),
        ("BUILD", "repo_tags = [" * 20_000),
    ],
)
def test_a_hostile_script_costs_little(name: str, script: str) -> None:
    assert index_of("", **{name: script}).images == ()


def test_a_walk_reads_scripts_and_does_not_report_them(tmp_path: Path) -> None:
    (tmp_path / "Tiltfile").write_text("docker_build('web', '.')")
    (tmp_path / "web.json").write_text(json.dumps(pod("web")))
    done = imagelint("images", "--format", "json", ".", cwd=tmp_path)
    (entry,) = json.loads(done.stdout)
    assert (entry["image"], entry["built_by"]) == ("web", "Tilt")
    assert "1 file" in imagelint(".", cwd=tmp_path).stderr
