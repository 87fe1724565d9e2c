"""The tools that build images, what they build, and what they do to the names in manifests."""

from __future__ import annotations

from imagelint.text.records import NamedTuple


class Builder(NamedTuple):
    """A tool that builds images from the repository that the manifests are in."""

    name: str
    # It replaces the name with what it built, with a tag or digest of its own, when it deploys.
    replaces: bool
    # Also if the name has a registry.
    replaces_registry: bool = False
    # It leaves the image where it was built, and no registry gets it.
    is_local: bool = False
    # It leaves the image in a registry, also where something else builds it.
    is_published: bool = False


class Artifact(NamedTuple):
    """An image that is built; `name` is a glob, without tag and digest but for a tag that only one project has.

    `folder`, relative to that of the file that says so, has the manifests that it is built for.
    """

    name: str
    builder: Builder
    folder: str = "."


class RequiredBuilds(NamedTuple):
    """Another file whose artifacts are built for the manifests in a folder as well.

    Both are relative to the folder of the file that says so; `path` may be that of the folder the other file is in.
    """

    path: str
    folder: str


BAZEL = Builder("Bazel", replaces=True)
# Its rules for OCI images push and load, and leave manifests alone.
BAZEL_OCI = BAZEL._replace(replaces=False)
BUILD_CONFIG = Builder("an OpenShift build", replaces=True)
COMPOSE = Builder("Compose", replaces=False)
DEVSPACE = Builder("DevSpace", replaces=True)
GARDEN = Builder("Garden", replaces=True)
GRADLE = Builder("Gradle", replaces=False)
IMAGE_STREAM = Builder("an OpenShift image stream", replaces=True)
JIB = Builder("jib", replaces=False)
DOTNET = Builder("the .NET SDK", replaces=False)
FUNCTION = Builder("the build of a function", replaces=False)
# It replaces every image of a manifest with a digest.
KBLD = Builder("kbld", replaces=True, replaces_registry=True)
KPACK = Builder("kpack", replaces=False)
MAVEN = Builder("Maven", replaces=False)
NIX = Builder("Nix", replaces=False)
OKTETO = Builder("Okteto", replaces=False)
QUARKUS = Builder("Quarkus", replaces=False)
SBT = Builder("sbt", replaces=False)
SHIPWRIGHT = Builder("Shipwright", replaces=False)
SPRING_BOOT = Builder("Spring Boot", replaces=False)
KUBEBUILDER = Builder("Kubebuilder", replaces=True)
KO = Builder("ko", replaces=True, replaces_registry=True)
# Commands of scripts, pipelines and texts: what they build they push, or load into a local cluster.
SCRIPT = Builder("a script", replaces=False)
LOADED = SCRIPT._replace(is_local=True)
SET_BY_SCRIPT = Builder("a script", replaces=True, replaces_registry=True)
# The project of the repository: what its organisation publishes follows the manifests, and they follow it.
PROJECT = Builder("the owner of this repository", replaces=False, is_published=True)
SKAFFOLD = Builder("Skaffold", replaces=True)
TILT = Builder("Tilt", replaces=True)
# Import paths of Go programs, which ko takes for images: no registry runs at these hosts.
PROGRAMS = ("github.com/*/cmd/*", "gitlab.com/*/cmd/*", "bitbucket.org/*/cmd/*")
IMPORT_PATHS = ("github.com/*", "gitlab.com/*", "bitbucket.org/*", "golang.org/*", "*.*/cmd/*")
