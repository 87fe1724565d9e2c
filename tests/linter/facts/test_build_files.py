"""Images in the files of build tools: Maven, Gradle, sbt, .NET, Nix, Bazel, and objects that build in a cluster."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imagelint.facts.builders import artifacts_of_script
from imagelint.facts.builders.build_files import artifacts_of_build_file
from imagelint.index.index import Index
from imagelint.session import Request, Session
from imagelint.world.world import World
from manifests import pod
from support import index_of

if TYPE_CHECKING:
    from pathlib import Path

    from imagelint.index.image_use import ImageUse


def use_of(image: str, **files: str) -> ImageUse:
    """The use of an image in a folder below that of some files."""
    (use,) = [
        use for use in index_of("", **{**files, "app/k8s/web.json": json.dumps(pod(image))}).images if _is_of_web(use)
    ]
    return use


def _is_of_web(use: ImageUse) -> bool:
    return use.place.path == "app/k8s/web.json"


def of_script(name: str, text: str) -> set[str]:
    return {artifact.name for artifact in artifacts_of_script(name, text.encode())}


def of_plugin(name: str, configuration: str) -> str:
    return (
        "<project><parent><artifactId>parent</artifactId></parent><artifactId>web</artifactId>"
        "<properties><team>acme</team><image>${team}/${project.artifactId}</image></properties>"
        f"<plugins><plugin><artifactId>{name}</artifactId><configuration>{configuration}</configuration></plugin>"
        "<plugin><artifactId>other</artifactId><configuration><to><image>acme/other</image></to></configuration></plugin>"
        "</plugins></project>"
    )


@pytest.mark.parametrize(
    ("plugin", "configuration"),
    [
        ("jib-maven-plugin", "<from><image>acme/base</image></from><to>\n <image>r.example/acme/web:1</image></to>"),
        ("jib-maven-plugin", "<to><auth><username>me</username></auth><image>r.example/${image}</image></to>"),
        (
            "spring-boot-maven-plugin",
            "<image><builder>acme/builder</builder><name>r.example/${team}/web</name></image>",
        ),
        (
            "spring-boot-maven-plugin",
            "<image>\n<name>\nr.example/acme/${project.artifactId}:${project.version}</name></image>",
        ),
        ("docker-maven-plugin", "<images><image><name>r.example/acme/web:%l</name><build/></image></images>"),
        ("kubernetes-maven-plugin", "<images><image><name>r.example/acme/web</name><build></build></image></images>"),
        ("dockerfile-maven-plugin", "<repository>r.example/acme/${project.artifactId}</repository>"),
        ("docker-maven-plugin", "<imageName>r.example/acme/web</imageName>"),
    ],
)
def test_plugins_of_maven(plugin: str, configuration: str) -> None:
    assert of_script("pom.xml", of_plugin(plugin, configuration)) == {"r.example/acme/web"}


@pytest.mark.parametrize(
    ("plugin", "configuration"),
    [
        ("jib-maven-plugin", "<from><image>acme/base</image></from>"),
        ("docker-maven-plugin", "<images><image><name>postgres</name><run/></image></images>"),
        ("maven-compiler-plugin", "<to><image>acme/web</image></to><image><name>acme/web</name></image>"),
    ],
)
def test_what_plugins_of_maven_do_not_build(plugin: str, configuration: str) -> None:
    assert of_script("pom.xml", of_plugin(plugin, configuration)) == set()


@pytest.mark.parametrize(
    ("configuration", "names"),
    [
        ("<executions><execution><goals><goal>build-image</goal></goals></execution></executions>", {"web"}),
        ("<goals><goal>build-image-no-fork</goal></goals><image><name>acme/api:1</name></image>", {"acme/api"}),
        ("<goals><goal>repackage</goal></goals>", set[str]()),
    ],
)
def test_spring_boot_has_a_name_for_images(configuration: str, names: set[str]) -> None:
    assert of_script("pom.xml", of_plugin("spring-boot-maven-plugin", configuration)) == names


@pytest.mark.parametrize(
    "name",
    ["jib.to.image", "spring-boot.build-image.imageName", "quarkus.container-image.image", "jkube.generator.name"],
)
def test_properties_of_maven(name: str) -> None:
    text = (
        f"<project><artifactId>web</artifactId><properties><{name}>acme/${{project.artifactId}}</{name}></properties>"
    )
    assert of_script("pom.xml", text) == {"acme/web"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "build.gradle",
            "jib {\n from { image = 'acme/base' }\n to {\n  auth { username = 'x' }\n  image = 'acme/web:1'\n }\n}",
        ),
        ("build.gradle", "jib.to.image = 'acme/web'\n"),
        ("build.gradle.kts", 'val team = "acme"\njib { to { image = "$team/web" } }\n'),
        ("build.gradle", "tasks.named('bootBuildImage') {\n builder = 'acme/builder'\n imageName = 'acme/web'\n}\n"),
        ("build.gradle.kts", 'tasks.named<BootBuildImage>("bootBuildImage") { imageName.set("acme/web:1") }\n'),
    ],
)
def test_plugins_of_gradle(name: str, text: str) -> None:
    assert of_script(name, text) == {"acme/web"}


@pytest.mark.parametrize(
    ("text", "images"),
    [
        (
            'container_push(\n  registry = "r.example",\n  repository = "acme/web",\n  tag = "x",\n)',
            {"r.example/acme/web"},
        ),
        ('docker_push(repository = "acme/web")\ncontainer_pull(repository = "acme/base")', {"acme/web"}),
        ('container_bundle(name = "b", images = {"acme/web:1": ":x"})', {"acme/web"}),
        ('container_image(name = "web", base = ":base", repository = "bazel/web")', set[str]()),
    ],
)
def test_rules_of_bazel(text: str, images: set[str]) -> None:
    assert of_script("BUILD.bazel", text) == images


@pytest.mark.parametrize(
    ("name", "text", "images"),
    [
        (
            "build.sbt",
            'name := "web"\ndockerRepository := Some("r.example")\ndockerUsername := Some("acme")\n',
            {"r.example/acme/web"},
        ),
        ("build.sbt", 'dockerRepository := Some("acme")\nDocker / packageName := "shop/web"\n', {"acme/shop/web"}),
        ("build.sbt", 'name := "web"\n', set[str]()),
        (
            "src/Web.csproj",
            "<ContainerRegistry>r.example</ContainerRegistry><ContainerRepository>acme/web</ContainerRepository>",
            {"r.example/acme/web"},
        ),
        ("Web.fsproj", "<ContainerImageName>acme/web</ContainerImageName>", {"acme/web"}),
        ("Web.csproj", "<ContainerBaseImage>acme/base</ContainerBaseImage>", set[str]()),
        ("flake.nix", 'x = pkgs.dockerTools.buildLayeredImage {\n tag = "1";\n name = "acme/web";\n};', {"acme/web"}),
        ("image.nix", 'dockerTools.streamLayeredImage rec { name = "acme/web"; }', {"acme/web"}),
        ("package.nix", 'mkDerivation { name = "acme/web"; }', set[str]()),
        (
            "application.properties",
            "quarkus.container-image.registry=quay.io\nquarkus.container-image.group=acme\n",
            {"quay.io/acme/*"},
        ),
        ("application.properties", "%prod.quarkus.container-image.image = acme/web:1\n", {"acme/web"}),
        ("application.properties", "quarkus.http.port=1\n", set[str]()),
    ],
)
def test_other_build_files(name: str, text: str, images: set[str]) -> None:
    assert {artifact.name for artifact in artifacts_of_build_file(name, text)} == images


def test_build_files_are_read_beside_manifests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Web.csproj").write_text("<ContainerRepository>acme/web</ContainerRepository>")
    (tmp_path / "web.json").write_text(json.dumps(pod("acme/web:latest")))
    (use,) = Index(Session().read(Request(["."])).deployed, World()).images
    assert use.builder is not None


def an_object(api_version: str, kind: str, **spec: Any) -> str:
    return json.dumps({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}, **spec})


IMAGE = "r.example/acme/web"
PARAMETERS = [{"name": "IMAGE", "value": IMAGE}]
RUN = ("tekton.dev/v1", "TaskRun")


@pytest.mark.parametrize(
    ("file", "text", "builder"),
    [
        ("x.json", an_object("kpack.io/v1alpha2", "Image", spec={"tag": IMAGE}), "kpack"),
        (
            "x.json",
            an_object("kpack.io/v1alpha2", "Image", spec={"tag": "a/b", "additionalTags": [f"{IMAGE}:1"]}),
            "kpack",
        ),
        ("x.json", an_object("shipwright.io/v1beta1", "Build", spec={"output": {"image": f"{IMAGE}:1"}}), "Shipwright"),
        (
            "x.json",
            an_object("shipwright.io/v1beta1", "BuildRun", spec={"build": {"spec": {"output": {"image": IMAGE}}}}),
            "Shipwright",
        ),
        ("x.json", an_object("kbld.k14s.io/v1alpha1", "Config", sources=[{"image": IMAGE, "path": "."}]), "kbld"),
        ("x.json", an_object(*RUN, spec={"taskRef": {"name": "kaniko"}, "params": PARAMETERS}), "a script"),
        (
            "x.json",
            an_object(
                "tekton.dev/v1", "PipelineRun", spec={"pipelineRef": {"name": "build-push"}, "params": PARAMETERS}
            ),
            "a script",
        ),
        ("okteto.yml", f"build: {{web: {{context: ., image: '{IMAGE}:dev'}}}}", "Okteto"),
        ("stack.yml", f"functions: {{web: {{lang: go, handler: ., image: {IMAGE}}}}}", "the build of a function"),
        ("func.yaml", f"specVersion: 0.36.0\nname: web\nimage: {IMAGE}\n", "the build of a function"),
        ("devspace.yaml", f"profiles: [{{name: a, merge: {{images: {{web: {{image: {IMAGE}}}}}}}}}]", "DevSpace"),
        ("compose.yaml", "services: {web: {build: ., image: '${REG:-r.example}/acme/web:${TAG}'}}", "Compose"),
        ("compose.yaml", f"services: {{web: {{build: {{context: ., tags: ['{IMAGE}:1']}}}}}}", "Compose"),
        ("Tiltfile", f"pack('{IMAGE}')", "Tilt"),
        ("Tiltfile", f"local_resource('x', 'docker build -t {IMAGE} .')", "a script"),
    ],
)
def test_what_builds(file: str, text: str, builder: str) -> None:
    use = use_of(IMAGE, **{f"app/{file}": text})
    assert use.builder is not None
    assert use.builder.name.startswith(builder) or builder == "a script"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("x.json", an_object("kpack.io/v1alpha2", "Builder", spec={"tag": IMAGE})),
        ("x.json", an_object(*RUN, spec={"taskRef": {"name": "scan"}, "params": PARAMETERS})),
        (
            "x.json",
            an_object(*RUN, spec={"taskRef": {"name": "kaniko"}, "params": [{"name": "BUILDER", "value": IMAGE}]}),
        ),
        ("okteto.yml", f"dev: {{web: {{image: {IMAGE}}}}}"),
        ("func.yaml", f"image: {IMAGE}\n"),
        ("compose.yaml", f"services: {{web: {{image: {IMAGE}}}}}"),
    ],
)
def test_what_does_not_build(file: str, text: str) -> None:
    assert use_of(IMAGE, **{f"app/{file}": text}).builder is None


@pytest.mark.parametrize(
    "container",
    [
        {"image": "gcr.io/kaniko-project/executor:v1.9.0", "args": ["--context=.", f"--destination={IMAGE}:1"]},
        {"image": "quay.io/buildah/stable:v1", "command": ["sh", "-c", f"buildah push {IMAGE}"]},
    ],
)
def test_a_pod_builds(container: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build.json").write_text(json.dumps(pod(**container)))
    (tmp_path / "web.json").write_text(json.dumps(pod(f"{IMAGE}:latest")))
    uses = Index(Session().read(Request(["."])).deployed, World()).images
    assert [use.builder is not None for use in uses if use.place.path == "web.json"] == [True]


def skaffold(*artifacts: str, **more: Any) -> str:
    build = {"artifacts": [{"image": image} for image in artifacts]}
    return json.dumps({"apiVersion": "skaffold/v4beta13", "kind": "Config", "build": build, **more})


@pytest.mark.parametrize(
    ("required", "is_built"),
    [
        ({"path": "../services/web"}, True),
        ({"path": "../services/web/skaffold.yaml", "configs": ["web"]}, True),
        ({"path": "../services"}, True),
        ({"path": "../services/none"}, False),
        ({"git": {"repo": "https://github.com/acme/web"}}, False),
    ],
)
def test_skaffold_requires_other_configurations(required: dict[str, Any], is_built: bool) -> None:
    files = {
        "app/skaffold.yaml": skaffold(requires=[required], manifests={"rawYaml": ["k8s/*.json"]}),
        # By way of another one, which requires the first.
        "services/skaffold.yml": skaffold("other", requires=[{"path": "web"}, {"path": "../app"}]),
        "services/web/skaffold.yaml": skaffold("web"),
    }
    assert (use_of("web", **files).builder is not None) is is_built


def test_skaffold_deploys_what_it_requires_from_other_folders() -> None:
    files = {
        "dev/skaffold.yaml": skaffold(requires=[{"path": "../web"}], manifests={"rawYaml": ["../app/k8s/*.json"]}),
        "web/skaffold.yaml": skaffold("web"),
    }
    assert use_of("web", **files).builder is not None
    assert use_of("other", **files).builder is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pom.xml", "<plugin>jib-maven-plugin<to>" * 10_000),
        ("pom.xml", "<parent>" * 20_000),
        ("pom.xml", "<a>${a}${a}</a>" * 10_000 + of_plugin("jib-maven-plugin", "<to><image>${a}</image></to>")),
        ("build.gradle", "jib to {" * 20_000),
        ("build.gradle", "jib to { " + "{" * 100_000),
        ("BUILD", "container_push(" * 10_000),
    ],
)
def test_a_hostile_build_file_costs_little(name: str, text: str) -> None:
    assert all(len(image) <= 255 for image in of_script(name, text))


@pytest.mark.parametrize("name", ["build.sbt", "x.csproj", "x.nix", "application.properties"])
def test_a_hostile_file_of_a_project_costs_little(name: str) -> None:
    for text in ('name := "', "<ContainerRegistry ", "dockerTools.buildImage { ", "quarkus.container-image.", "$(a)"):
        assert len([*artifacts_of_build_file(name, text * 20_000)]) == 0
