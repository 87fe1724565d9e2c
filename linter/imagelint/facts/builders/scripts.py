"""Images in build scripts that are not YAML: only literals are read, nothing is run.

Sources: the API of Tilt (docs.tilt.dev/api.html), `k8s_object` of Bazel's rules_k8s, `to.image` of the jib plugins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.builders.tools import BAZEL, JIB, TILT, without_tag
from imagelint.facts.model import Artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagelint.facts.model import Builder


# Of Starlark: strings, so that what looks like a comment in one is none, and comments.
_STRING_OR_COMMENT = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*")
# `docker_build`, `custom_build`, and those of extensions: `podman_build`, `docker_build_with_restart`.
_BUILD = re.compile(
    r"(?<![A-Za-z0-9_])(?:[a-z0-9]+_)*build(?:_with_restart)?\s*\(\s*(?:ref\s*=\s*|name\s*=\s*)?"
    r"(?:[\"']([^\"'\n]{1,255})[\"']|([A-Za-z_]\w{0,60})\s*[,)])"
)
_CONSTANT = re.compile(r"^([A-Za-z_]\w{0,60})[ \t]*=[ \t]*[\"']([^\"'\n]{1,255})[\"'][ \t]*$", re.MULTILINE)
_IMAGES = re.compile(r"\bimages\s*=\s*\{((?:[^{}\"']|\"[^\"\n]*\"|'[^'\n]*')*)\}")
_KEY = re.compile(r"[\"']([^\"'\n]{1,255})[\"']\s*:")
_MAVEN = re.compile(r"<to>\s*<image>\s*([^<\s]{1,255})\s*</image>")
_GRADLE = re.compile(r"\bto(?:\s*\{\s*|\.)image\s*=?\s*[\"']([^\"'\n]{1,255})[\"']")


def _tilt(text: str) -> Iterator[Artifact]:
    script = _without_comments(text)
    constants = dict(_CONSTANT.findall(script))
    for literal, variable in _BUILD.findall(script):
        yield from _named(literal or constants.get(variable, ""), TILT)


def _bazel(text: str) -> Iterator[Artifact]:
    if "k8s_object" not in text:
        return
    for images in _IMAGES.findall(_without_comments(text)):
        for name in _KEY.findall(images):
            yield from _named(name, BAZEL)


def _jib_of_maven(text: str) -> Iterator[Artifact]:
    if "jib" in text:
        for name in _MAVEN.findall(text):
            yield from _named(name, JIB)


def _jib_of_gradle(text: str) -> Iterator[Artifact]:
    if "jib" in text:
        for name in _GRADLE.findall(text):
            yield from _named(name, JIB)


def _without_comments(text: str) -> str:
    return _STRING_OR_COMMENT.sub(lambda found: "" if found[0].startswith("#") else found[0], text)


def _named(image: str, builder: Builder) -> Iterator[Artifact]:
    name = without_tag(image)
    if name and "$" not in name and "{" not in name:
        yield Artifact(name, builder)


READERS: dict[str, Callable[[str], Iterator[Artifact]]] = {
    "tiltfile": _tilt,
    "build": _bazel,
    "pom.xml": _jib_of_maven,
    "build.gradle": _jib_of_gradle,
}
