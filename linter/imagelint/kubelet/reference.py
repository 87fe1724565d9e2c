"""Image references, read as the kubelet reads them: normalised first, then matched against the grammar.

Source: distribution/reference v0.6.0 `normalize.go`, `regexp.go`, `reference.go`; opencontainers/go-digest v1.0.0;
Kubernetes v1.36 `pkg/util/parsers/parsers.go`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container

DOCKER_HUB = "docker.io"
# Registries that are never pull-through mirrors, so a second host in the path is a mistake.
_NO_MIRRORS = frozenset(
    {DOCKER_HUB, "registry-1.docker.io", "ghcr.io", "quay.io", "gcr.io", "mcr.microsoft.com", "public.ecr.aws"}
    | {"registry.gitlab.com", "registry.k8s.io", "k8s.gcr.io"}
)
# No name of an organisation of these has a dot.
_NO_DOTS = frozenset({DOCKER_HUB, "registry-1.docker.io", "ghcr.io"})
MAX_PATH = 255
# Host, path, tag and digest at their longest are far below; nothing longer is looked at.
MAX_TEXT = 4096

# Words with the separators between labels or components, and within them: the pattern of the specification, which has
# these apart, matches the same texts and takes longer to compile.
_HOST = r"(?:[a-zA-Z0-9]+(?:(?:\.|-+)[a-zA-Z0-9]+)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PATH = r"[a-z0-9]+(?:(?:\.|__?|-+|/)[a-z0-9]+)*"
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE = re.compile(rf"(?:({_HOST})/)?({_PATH})(?::({_TAG}))?(?:@({_DIGEST}))?", re.ASCII)
_IMAGE_ID = r"[a-f0-9]{64}"
_LENGTH_OF_ID = 64
DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}


class InvalidReferenceError(ValueError):
    """A text that is not an image reference.

    `kind` is a stable slug, `reason` one clause for people, `repair` the reference that was certainly meant.
    """

    def __init__(self, kind: str, reason: str, repair: str | None = None) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.repair = repair


class ImageReference(NamedTuple):
    """A reference after normalisation: `nginx` is `docker.io/library/nginx`."""

    # None for a host with an underscore and no port: the grammar reads it as a part of the path.
    registry: str | None
    repository: str
    tag: str | None
    digest: str | None
    # The text named no registry, so that Docker Hub is implied (or, under CRI-O, a search list).
    is_short: bool

    @property
    def host(self) -> str:
        """The registry as people would name it: also if the grammar reads it as a part of the path."""
        return self.registry or self.repository.partition("/")[0]

    @property
    def normalized(self) -> str:
        """Registry and repository, by which credentials are looked up."""
        return f"{self.registry}/{self.repository}" if self.registry else self.repository

    @property
    def is_official(self) -> bool:
        """Whether Docker itself publishes it, for all to pull."""
        return self.registry == DOCKER_HUB and self.repository.startswith("library/")

    @property
    def effective_tag(self) -> str | None:
        """`latest` if both tag and digest are absent (Kubernetes v1.36 `ParseImageName`)."""
        return "latest" if self.tag is None and self.digest is None else self.tag

    @property
    def runtime_ref(self) -> str:
        """What the runtime pulls: by digest alone if there is one."""
        return f"{self.normalized}@{self.digest}" if self.digest else f"{self.normalized}:{self.effective_tag}"


class ImageParts(NamedTuple):
    """The name, tag and digest of an image as it is written; those that it does not have are empty."""

    name: str
    tag: str
    digest: str


def image_parts(image: str) -> ImageParts:
    """The parts of an image, whether it is valid or not (kustomize v5.8 `api/internal/image/image.go`).

    What is before the first slash is part of the name, with its port.
    """
    slash = max(image.find("/"), 0)
    at, colon = image.find("@", slash), image.find(":", slash)
    if at >= 0 and (colon < 0 or at < colon):
        return ImageParts(image[:at], "", image[at + 1 :])
    if colon < 0:
        return ImageParts(image, "", "")
    end = at if at >= 0 else len(image)
    return ImageParts(image[:colon], image[colon + 1 : end], image[at + 1 :] if at >= 0 else "")


def has_version(image: str) -> bool:
    """Whether an image has a tag or a digest, as it is written."""
    return "@" in image or ":" in image.rpartition("/")[2]


def parse_reference(text: str) -> ImageReference:
    """The reference that `text` names. Raises InvalidReferenceError."""
    found = _match(text)
    if found is None:
        from imagelint.kubelet.diagnosis import diagnose

        raise diagnose(text)
    return found


def repository_of(image: str | None) -> str | None:
    """An image without its tag, which stays the same when it is updated; as written if it does not parse."""
    found = _match(image) if image is not None else None
    return found.normalized if found is not None else image


def is_reference(text: str) -> bool:
    """Whether the kubelet can parse `text`."""
    return _match(text) is not None


def doubled_registry(reference: ImageReference, known_hosts: Container[str]) -> str | None:
    """A second registry host, in the path: `quay.io` in `docker.io/quay.io/org/app`.

    A mirror or cache keeps the original host in its paths on purpose, so only registries that are none, and a host that
    repeats itself, count.
    """
    first, slash, _ = reference.repository.partition("/")
    if reference.registry in reference.repository.split("/")[:-1]:
        return reference.registry
    is_host = first == "localhost" or ("." in first and (first in known_hosts or reference.registry in _NO_DOTS))
    return first if slash and reference.registry in _NO_MIRRORS and is_host else None


def split_domain(text: str) -> tuple[str, str, bool]:
    """Registry, remainder and whether the registry is implied (normalize.go, `splitDockerDomain`)."""
    first, slash, rest = text.partition("/")
    if not slash:
        return DOCKER_HUB, f"library/{text}", True
    if first == "index.docker.io":
        first = DOCKER_HUB
    if not (first == "localhost" or "." in first or ":" in first or first.lower() != first):
        return DOCKER_HUB, text, True
    return first, f"library/{rest}" if first == DOCKER_HUB and "/" not in rest else rest, False


def _match(text: str) -> ImageReference | None:
    if len(text) > MAX_TEXT or (len(text) == _LENGTH_OF_ID and re.fullmatch(_IMAGE_ID, text)):
        return None
    domain, remainder, is_short = split_domain(text)
    path = remainder.partition(":")[0]
    if path.lower() != path:
        return None
    match = _REFERENCE.fullmatch(f"{domain}/{remainder}")
    if match is None or len(match[2]) > MAX_PATH or not _is_digest(match[4]):
        return None
    return ImageReference(match[1], match[2], match[3], match[4], is_short)


def _is_digest(digest: str | None) -> bool:
    """go-digest: a known algorithm, the right length, lower case."""
    if digest is None:
        return True
    algorithm, _, value = digest.partition(":")
    return DIGEST_LENGTHS.get(algorithm) == len(value) and value.lower() == value
