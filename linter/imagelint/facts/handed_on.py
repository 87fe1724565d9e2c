"""Images that a container hands to its program in its environment and arguments, as operators do.

Source: the Operator Lifecycle Manager's convention `RELATED_IMAGE_*`. Other names are a habit, so that only a text with
a tag or digest counts, and with a registry, or at least an organisation where the name ends in `image`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import Container, ContainerType, PodSpec
from imagelint.facts.podspecs import CONTAINER_LISTS
from imagelint.kubelet.placeholders import find_placeholder, is_filled_in
from imagelint.kubelet.platforms import NodePlatform
from imagelint.kubelet.reference import InvalidReferenceError, image_parts, is_reference, parse_reference
from imagelint.text.nodes import Mapping, Scalar, as_text, items, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import Resource
    from imagelint.text.places import Span, Text

_RELATED = "RELATED_IMAGE_"
_VARIABLE = r"(?:[A-Z0-9_]+_)?IMAGE(?:_NAME|_REF|_URL)?"
_ARGUMENT = r"(?ai)--?[a-z0-9-]*image[a-z0-9-]*"
# The name of one image: `--kubectl-image`, `--sidecarImageName`, `worker.image`.
_OF_AN_IMAGE = r"(?ai)[a-z0-9_.-]*image(?:[_.-]?(?:name|ref(?:erence)?|url))?"
_QUOTES = "\"'"


def handed_on(pod: Mapping, resource: Resource) -> Iterator[PodSpec]:
    """The images that the containers of a PodSpec hand on, as a PodSpec of nobody's making: others run them."""
    found = tuple(container for key, _ in CONTAINER_LISTS for item in items(pod, key) for container in _of(item))
    if found:
        yield nobodys(resource, found, pod.span)


def nobodys(resource: Resource, containers: Iterable[Container], span: Span) -> PodSpec:
    """A PodSpec for images of which others make pods, with pull secrets and accounts that are not known."""
    return PodSpec(
        resource=resource,
        containers=tuple(containers),
        pull_secrets=(),
        service_account=None,
        nodes=NodePlatform(),
        span=span,
        path="",
        core=False,
        complete=False,
    )


def _of(container: object) -> Iterator[Container]:
    if not isinstance(container, Mapping):
        return
    name = text(container, "name")
    for image in (*_in_environment(container), *_in_arguments(container)):
        yield Container(ContainerType.HANDED_ON, name.value if name else None, image, None, container.span)


def _in_environment(container: Mapping) -> Iterator[Text]:
    for variable in items(container, "env"):
        name = variable.get("name") if isinstance(variable, Mapping) else None
        if not isinstance(name, Scalar) or "IMAGE" not in name.value:  # most of them
            continue
        value = text(variable, "value")
        if value is None or find_placeholder(value.value):
            continue
        is_related = name.value.startswith(_RELATED) and "/" in value.value
        if is_related or (re.fullmatch(_VARIABLE, name.value) and is_image_of(name.value, value.value)):
            yield value


def _in_arguments(container: Mapping) -> Iterator[Text]:
    """`--x-image=NAME`, and `--x-image NAME`, also in a script; quotes that no shell takes away are left out."""
    for key in ("command", "args"):
        if not any(isinstance(item, Scalar) and "image" in item.value.lower() for item in items(container, key)):
            continue  # as most
        arguments = [argument for item in items(container, key) if (argument := as_text(item)) is not None]
        words = [argument._replace(value=word) for argument in arguments for word in argument.value.split()]
        yield from filter(None, map(_assigned, words))
        yield from _separate(words)


def _assigned(argument: Text) -> Text | None:
    if not argument.value.startswith("-"):
        return None
    flag, equals, value = argument.value.partition("=")
    image = value.strip(_QUOTES)
    is_image = equals and re.fullmatch(_ARGUMENT, flag) and is_image_of(flag, image)
    return argument._replace(value=image) if is_image else None


def _separate(words: Iterable[Text]) -> Iterator[Text]:
    before = ""
    for word in words:
        image = word.value.strip(_QUOTES)
        if before.startswith("-") and re.fullmatch(_ARGUMENT, before) and is_image_of(before, image):
            yield word._replace(value=image)
        before = word.value


def is_image_of(name: str, value: str) -> bool:
    """Whether the value of a flag, variable or key is an image; upper-case letters in it are a mistake."""
    if is_full_name(value):
        return True
    if "/" not in value or is_filled_in(value) or find_placeholder(value) or not re.fullmatch(_OF_AN_IMAGE, name):
        return False
    parts = image_parts(value)
    return bool(parts.tag or parts.digest) and is_reference(value.replace(parts.name, parts.name.lower(), 1))


def is_full_name(image: str) -> bool:
    """Whether a text can be nothing but an image: it has a registry, and a tag or a digest."""
    if is_filled_in(image):
        return False
    try:
        found = parse_reference(image)
    except InvalidReferenceError:
        return False
    return not found.is_short and (found.tag is not None or found.digest is not None)
