"""Images that Maven and Gradle build, by their plugins.

Sources: `to.image` of jib; `image.name` of Spring Boot's `build-image` and `imageName` of its `bootBuildImage`;
`images.image.name` of the Docker plugins of fabric8 and JKube, with `build`; `repository` and `imageName` of Spotify's;
`quarkus.container-image.image`, `jib.to.image` and `jkube.generator.name` among the properties of a project.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.commands import named
from imagelint.facts.builders.script_variables import LONGEST_NAME, NOTHING, Variables
from imagelint.facts.builders.tools import GRADLE, JIB, MAVEN, SPRING_BOOT, Artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.facts.builders.tools import Builder

_MOST_BLOCKS, _LONGEST_BLOCK = 100, 4000
_ELEMENT = re.compile(r"<([\w.-]{1,80})>\s{0,80}([^<>\s]{1,255})\s{0,80}</")
_REFERENCE = re.compile(r"\$\{([\w.-]{1,80})\}")
_OF_PROJECT = ("project.", "pom.")
# Where a parent is if a module says nothing (maven.apache.org/ref/current/maven-model/maven.html), and one of others
# that most projects have.
_PARENT, _SPRING_GROUP = "../pom.xml", "org.springframework.boot"
_DEPTH = 4
_PROPERTIES = {
    "jib.to.image": JIB,
    "spring-boot.build-image.imageName": SPRING_BOOT,
    "quarkus.container-image.image": MAVEN,
    "jkube.generator.name": MAVEN,
    "fabric8.generator.name": MAVEN,
}
_JIB_IN_MAVEN = re.compile(r"<image>\s{0,80}([^<\s]{1,255})")
_NAME = re.compile(r"<name>\s{0,80}([^<\s]{1,255})")
_DOCKER_PLUGINS = (
    *("docker-maven-plugin", "dockerfile-maven-plugin", "kubernetes-maven-plugin", "openshift-maven-plugin"),
    "fabric8-maven-plugin",
)
_OF_SPOTIFY = re.compile(r"<(?:repository|imageName)>\s{0,80}([^<\s]{1,255})")
_BLOCK_IN_GRADLE = re.compile(r"\bto\s{0,20}\{")
_INNER_BLOCK = re.compile(r"\{[^{}]*\}")
_SET = r"(?:\.set)?\s{0,20}[=(]?\s{0,20}[\"']([^\"'\n]{1,255})[\"']"
_IMAGE_IN_GRADLE = re.compile(rf"\b(?:image|setImage){_SET}")
_JIB_IN_GRADLE = re.compile(rf"\bto\.image{_SET}")
_SPRING_IN_GRADLE = re.compile(rf"\bimageName{_SET}")
# What is below the name and the version of a project.
_BELOW = r"<(?:dependenc|build|profiles|modules)"
_SNAPSHOT = r"(?a)[a-z0-9][a-z0-9._-]{0,99}:[\w.-]{1,100}-SNAPSHOT"
_VERSION_IN_GRADLE = rf"(?m)^version\b{_SET}"


def of_maven(text: str, _path: str) -> Iterator[Artifact]:
    """The images of a `pom.xml`, with its own properties in them, and what has its name and version."""
    before, _, rest = text.partition("<parent>")
    parent, _, after = rest.partition("</parent>")
    text = before + after
    elements: dict[str, str] = dict(reversed(_ELEMENT.findall(text)))
    # A module without a version has that of its parent.
    own: dict[str, str] = dict(_ELEMENT.findall(parent)) | dict(reversed(_ELEMENT.findall(re.split(_BELOW, text)[0])))
    version = _REFERENCE.sub(lambda found: _property(found[1], elements), own.get("version", ""))
    yield from _snapshot(elements.get("artifactId", ""), version, MAVEN)
    folder = _folder_of_parent(parent)
    for artifact in _of_plugins(text, elements):
        yield artifact._replace(folder=folder)


def _folder_of_parent(parent: str) -> str:
    """The folder that modules of a project are in, for whose manifests they are built; their own without a parent."""
    elements: dict[str, str] = dict(_ELEMENT.findall(parent))
    is_elsewhere = re.search(r"<relativePath\s{0,80}(?:/|>\s{0,80}<)", parent) is not None
    if not parent or is_elsewhere or elements.get("groupId") == _SPRING_GROUP:
        return "."
    path = elements.get("relativePath", _PARENT)
    return posixpath.normpath(posixpath.dirname(path) if path.endswith(".xml") else path)


def _of_plugins(text: str, elements: dict[str, str]) -> Iterator[Artifact]:
    for name, builder in _PROPERTIES.items():
        if name in elements:
            yield from _of_project(elements[name], elements, builder)
    for plugin in text.split("<plugin>")[:_MOST_BLOCKS]:
        for image, builder in _of_plugin(plugin.partition("</plugin>")[0]):
            yield from _of_project(image, elements, builder)


def _of_plugin(plugin: str) -> Iterator[tuple[str, Builder]]:
    if "jib-maven-plugin" in plugin:
        for block in _blocks(plugin, "to"):
            yield from ((image, JIB) for image in _JIB_IN_MAVEN.findall(block))
    elif "spring-boot-maven-plugin" in plugin:
        images = [image for block in _blocks(plugin, "image") for image in _NAME.findall(block)]
        if "build-image" in plugin:
            # What it is called without a name: `docker.io/library/${project.artifactId}:${project.version}`. Modules
            # have the version of their parent.
            images = images or ["${project.artifactId}:*"]
        yield from ((image, SPRING_BOOT) for image in images)
    elif any(name in plugin for name in _DOCKER_PLUGINS):
        yield from ((image, MAVEN) for image in _OF_SPOTIFY.findall(plugin))
        # What has no `build` is only run, as a database for tests.
        for block in _blocks(plugin, "image"):
            yield from ((image, MAVEN) for image in (_NAME.findall(block)[:1] if "<build" in block else ()))


def _blocks(text: str, name: str) -> Iterator[str]:
    for block in text.split(f"<{name}>")[1 : _MOST_BLOCKS + 1]:
        # An image of jib is an element that is called like the block of others.
        yield block.partition(f"</{name}>")[0][:_LONGEST_BLOCK]


def _of_project(image: str, elements: dict[str, str], builder: Builder) -> Iterator[Artifact]:
    for _ in range(_DEPTH):
        image = _REFERENCE.sub(lambda found: _property(found[1], elements), image)[:LONGEST_NAME]
    yield from named(re.sub(r"%[a-z]\b", "*", image), NOTHING, builder)


def _property(name: str, elements: dict[str, str]) -> str:
    start = next((start for start in _OF_PROJECT if name.startswith(start)), "")
    return elements.get(name) or elements.get(name.removeprefix(start)) or "*"


def _snapshot(name: str, version: str, builder: Builder) -> Iterator[Artifact]:
    """What a project of this name and version is built as: nothing else has a version that is not released."""
    image = f"{name}:{version}"
    if re.fullmatch(_SNAPSHOT, image) is not None:
        yield Artifact(image, builder)


def of_gradle(text: str, path: str) -> Iterator[Artifact]:
    """The images of a `build.gradle`, in Groovy or Kotlin, and what has its version and the name of its folder."""
    variables = Variables(text)
    folder = path.rpartition("/")[0].rpartition("/")[2]
    for version in re.findall(_VERSION_IN_GRADLE, text)[:1]:
        yield from _snapshot(folder, version, GRADLE)
    if "jib" in text:
        images = _JIB_IN_GRADLE.findall(text)
        for found in [*_BLOCK_IN_GRADLE.finditer(text)][:_MOST_BLOCKS]:
            block = _INNER_BLOCK.sub("", text[found.end() : found.end() + _LONGEST_BLOCK]).partition("}")[0]
            images += _IMAGE_IN_GRADLE.findall(block)
        for image in images:
            yield from named(image, variables, JIB)
    for image in _SPRING_IN_GRADLE.findall(text) if "bootBuildImage" in text else ():
        yield from named(image, variables, SPRING_BOOT)


READERS: dict[str, Callable[[str, str], Iterator[Artifact]]] = {"pom.xml": of_maven, "build.gradle": of_gradle}
