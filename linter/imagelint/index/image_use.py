"""Pods as they are deployed, and the images in them as the kubelet sees them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.facts.kinds import custom_kind
from imagelint.facts.model import ContainerType
from imagelint.kubelet.placeholders import find_placeholder
from imagelint.kubelet.pull_policy import NEVER, effective_policy
from imagelint.kubelet.reference import InvalidReferenceError, parse_reference
from imagelint.text.places import Place, Related
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Part

if TYPE_CHECKING:
    from imagelint.facts.builders.tools import Builder
    from imagelint.facts.model import Container, PodSpec, Resource
    from imagelint.kubelet.reference import ImageReference
    from imagelint.text.places import SourceId, Span

DEFAULT_ACCOUNT = "default"


class Pod:
    """A PodSpec as it is deployed; compared by identity.

    `namespace` is None if neither a file nor the settings state it. `in_partial_unit`: parts of the overlay that
    deploys it are not known, so that it may get pull secrets which the input does not show.
    """

    __slots__ = ("in_partial_unit", "is_of_values", "namespace", "source", "spec")

    def __init__(
        self, source: SourceId, spec: PodSpec, namespace: str | None, *, in_partial_unit: bool = False
    ) -> None:
        self.source = source
        self.spec = spec
        self.namespace = namespace
        self.in_partial_unit = in_partial_unit
        self.is_of_values = spec.is_of_values

    @property
    def resource(self) -> Resource:
        """The object that the PodSpec is in."""
        return self.spec.resource

    @property
    def runs_images(self) -> bool:
        """Whether the kubelet pulls some of the images, or there are none; otherwise a controller fetches them."""
        containers = self.spec.containers
        return not containers or any(container.type is not ContainerType.ARTIFACT for container in containers)

    @property
    def is_guessed(self) -> bool:
        """Whether it is in a custom resource of an unknown kind, which only looks as if it holds a pod."""
        return not self.spec.core and custom_kind(self.resource.api_version, self.resource.kind) is None

    @property
    def account_name(self) -> str:
        """The service account that the pod runs as."""
        return self.spec.service_account.value if self.spec.service_account else DEFAULT_ACCOUNT


class ImageUse(NamedTuple):
    """One image of one pod: what is written, and what it means to the kubelet."""

    pod: Pod
    container: Container
    written: str
    span: Span
    # What is pulled: as written, or with the parameters of the object in it.
    effective: str
    reference: ImageReference | None
    error: InvalidReferenceError | None
    placeholder: str | None
    # What builds it, so that no registry has to have it under the name that is written.
    builder: Builder | None = None

    @property
    def declared_policy(self) -> str | None:
        """`imagePullPolicy` as written."""
        return self.container.pull_policy.value if self.container.pull_policy else None

    @property
    def pull_policy(self) -> str | None:
        """The effective pull policy, None if the API server refuses what is written."""
        return effective_policy(self.reference, self.declared_policy)

    @property
    def place(self) -> Place:
        """The scalar that names the image."""
        return Place(self.pod.source, self.span)

    def place_of(self, part: Part, *, is_about_host: bool = False) -> Place:
        """Where a part of the image was written: the values of charts have a key for each."""
        value = self.container.value
        if value is None:
            return self.place
        parts = {
            Part.NAME: (value.registry if is_about_host else None, value.name),
            Part.TAG: (value.tag, value.digest),
            Part.DIGEST: (value.digest, value.tag),
        }
        found = next((text for text in parts.get(part, ()) if text is not None), None)
        return Place(self.pod.source, found.span) if found is not None else self.place

    @property
    def named(self) -> ImageReference | None:
        """The reference, if it can be judged: it parses, contains no placeholder, and no build tool replaces it.

        A text that only seems to be an image is known by nothing.
        """
        is_open = self.placeholder is not None or self.is_renamed or self.container.type is ContainerType.POSSIBLE
        return None if is_open else self.reference

    @property
    def is_renamed(self) -> bool:
        """Whether what builds the image writes another one here, with a registry of its own choice."""
        if self.builder is None or not self.builder.replaces:
            return False
        return self.builder.replaces_registry or self.reference is None or self.reference.is_short

    @property
    def tagged(self) -> ImageReference | None:
        """`named`, if its tag is the one that is pulled: no other field and no build tool adds one."""
        reference = self.named
        # An image stream imports again what a tag means by then, and its pods pull by digest.
        is_followed = self.pod.resource.kind == "ImageStream"
        if reference is None or self.container.type is ContainerType.ARTIFACT or is_followed:
            return None
        is_written = reference.tag is not None or reference.digest is not None
        if self.builder is not None and self.builder.replaces:
            return None
        return reference if is_written or not self.container.tag_elsewhere else None

    @property
    def pulled(self) -> ImageReference | None:
        """What the kubelet pulls: `named`, unless the policy is `Never` or no registry has to have the image."""
        if self.declared_policy == NEVER or self.container.type is ContainerType.ARTIFACT or self._is_at_hand:
            return None
        return self.named

    @property
    def _is_at_hand(self) -> bool:
        """Whether what builds the image leaves it where the pod runs, as far as its name shows."""
        if self.builder is None or self.builder.is_published:
            return False
        return self.builder.is_local or self.reference is None or self.reference.is_short

    @property
    def rewrites(self) -> tuple[Related, ...]:
        """What parameters make of the image, as a related place."""
        if self.effective == self.written:
            return ()
        return (Related(self.place, f"its parameters make it `{self.effective}`"),)


@lru_cache(maxsize=65536)
def read_image(image: str) -> tuple[ImageReference | None, InvalidReferenceError | None, str | None]:
    """What an image refers to, or why it is not a reference; and the first placeholder in it."""
    placeholder = find_placeholder(image)
    try:
        return parse_reference(image), None, placeholder
    except InvalidReferenceError as error:
        return None, error, placeholder
