"""The tools that build images, and what they do to the names in manifests."""

from __future__ import annotations

from imagelint.facts.model import Builder

BAZEL = Builder("Bazel", replaces=True)
# Its rules for OCI images push and load, and leave manifests alone.
BAZEL_OCI = BAZEL._replace(replaces=False)
BUILD_CONFIG = Builder("an OpenShift build", replaces=True)
COMPOSE = Builder("Compose", replaces=False)
DEVSPACE = Builder("DevSpace", replaces=True)
GARDEN = Builder("Garden", replaces=True)
IMAGE_STREAM = Builder("an OpenShift image stream", replaces=True)
JIB = Builder("jib", replaces=False)
KUBEBUILDER = Builder("Kubebuilder", replaces=True)
KO = Builder("ko", replaces=True, replaces_registry=True)
SKAFFOLD = Builder("Skaffold", replaces=True)
TILT = Builder("Tilt", replaces=True)
# Import paths of Go programs, which ko takes for images: no registry runs at these hosts.
PROGRAMS = ("github.com/*/cmd/*", "gitlab.com/*/cmd/*", "bitbucket.org/*/cmd/*")
IMPORT_PATHS = ("github.com/*", "gitlab.com/*", "bitbucket.org/*", "golang.org/*", "*.*/cmd/*")
