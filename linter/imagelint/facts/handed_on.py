"""Images that a container hands to its program in its environment and arguments, as operators do.

Source: the Operator Lifecycle Manager's convention `RELATED_IMAGE_*`. Other names are a habit, so that only a text with
a registry and a tag or digest counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.model import Container, ContainerType, PodSpec
from imagelint.facts.podspecs import CONTAINER_LISTS
from imagelint.kubelet.placeholders import find_placeholder, is_filled_in
from imagelint.kubelet.platforms import NodePlatform
from imagelint.kubelet.reference import InvalidReferenceError, parse_reference
from imagelint.text.nodes import Mapping, Scalar, as_text, items, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import Resource
    from imagelint.text.places import Span, Text

_RELATED = "RELATED_IMAGE_"
_VARIABLE = r"(?:[A-Z0-9_]+_)?IMAGE(?:_NAME|_REF|_URL)?"
_ARGUMENT = r"(?ai)--?[a-z0-9-]*image[a-z0-9-]*"
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
        if is_related or (re.fullmatch(_VARIABLE, name.value) and is_full_name(value.value)):
            yield value


def _in_arguments(container: Mapping) -> Iterator[Text]:
    """`--x-image=NAME`, and `--x-image NAME` as two arguments; quotes that no shell takes away are left out."""
    for key in ("command", "args"):
        if not any(isinstance(item, Scalar) and "image" in item.value.lower() for item in items(container, key)):
            continue  # as most
        arguments = [argument for item in items(container, key) if (argument := as_text(item)) is not None]
        yield from filter(None, map(_assigned, arguments))
        yield from _separate(arguments)


def _assigned(argument: Text) -> Text | None:
    if not argument.value.startswith("-"):
        return None
    flag, equals, value = argument.value.partition("=")
    image = value.strip(_QUOTES)
    is_image = equals and re.fullmatch(_ARGUMENT, flag) and is_full_name(image)
    return argument._replace(value=image) if is_image else None


def _separate(arguments: Iterable[Text]) -> Iterator[Text]:
    before = ""
    for argument in arguments:
        if before.startswith("-") and re.fullmatch(_ARGUMENT, before) and is_full_name(argument.value):
            yield argument
        before = argument.value


def is_full_name(image: str) -> bool:
    """Whether a text can be nothing but an image: it has a registry, and a tag or a digest."""
    if is_filled_in(image):
        return False
    try:
        found = parse_reference(image)
    except InvalidReferenceError:
        return False
    return not found.is_short and (found.tag is not None or found.digest is not None)
