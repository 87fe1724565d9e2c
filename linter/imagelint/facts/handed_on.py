"""Images that a pod hands to others: to its programs, in environment and arguments, and to what injects sidecars.

Source: the Operator Lifecycle Manager's convention `RELATED_IMAGE_*`. Other names are a habit, so that only a text with
a tag or digest counts, and with a registry, or at least an organisation where the name ends in `image`.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING

from imagelint.data import load_data
from imagelint.facts.model import Container, ContainerType, PodSpec
from imagelint.facts.podspecs import CONTAINER_LISTS
from imagelint.kubelet.placeholders import find_placeholder, is_filled_in
from imagelint.kubelet.platforms import NodePlatform
from imagelint.kubelet.reference import InvalidReferenceError, image_parts, is_reference, parse_reference
from imagelint.text.nodes import Mapping, Scalar, as_text, items, mapping, text
from imagelint.text.places import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.facts.model import Resource
    from imagelint.text.places import Span

    Json = dict[str, "Json"] | list["Json"] | str | float | bool | None

_RELATED = "RELATED_IMAGE_"
_ARGUMENT = r"(?ai)--?[a-z0-9._-]*image[a-z0-9._-]*"
# The name of one image: `--kubectl-image`, `--sidecarImageName`, `worker.image`; and of several: `IMAGES`.
_OF_AN_IMAGE = r"(?ai)[a-z0-9_.-]*image(?:[_.-]?(?:name|ref(?:erence)?|url))?"
_OF_IMAGES = r"(?ai)[a-z0-9_.-]*images?(?:[_.-]?(?:name|ref(?:erence)?|url|list)s?)?"
_QUOTES = "\"'"
_JSON = ("{", "[")
# What separates the items of a list, and the name that an item may begin with: `web=quay.io/acme/web:1`.
_SEPARATOR, _KEY = r"[,;\s]+", r"\A[A-Za-z0-9_.-]{1,100}="
# Nobody hands on more, or longer JSON.
_MOST_ITEMS, _LONGEST_JSON = 1000, 100_000


def handed_on(pod: Mapping, resource: Resource, metadata: Mapping | None) -> Iterator[PodSpec]:
    """The images that a PodSpec hands on, as a PodSpec of nobody's making: others run them.

    They are in the environment and arguments of its containers, and in annotations for what injects a sidecar.
    """
    listed = (item for key, _ in CONTAINER_LISTS for item in items(pod, key))
    found = (*(container for item in listed for container in _of(item)), *_injected(mapping(metadata, "annotations")))
    if found:
        yield nobodys(resource, found, pod.span)


@cache
def injected_images() -> dict[str, bool]:
    """The annotations of pods that choose the image of a sidecar, each with whether its tag is in another one."""
    return {row["annotation"]: row.get("untagged", False) for row in load_data("injected_images.json")}


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


def _injected(annotations: Mapping | None) -> Iterator[Container]:
    """The images of sidecars that annotations of a pod choose."""
    for key, value in annotations.pairs() if annotations is not None else ():
        is_untagged = injected_images().get(key.value)
        image = as_text(value)
        if is_untagged is not None and image is not None and "/" in image.value and not find_placeholder(image.value):
            yield Container(ContainerType.HANDED_ON, None, image, None, image.span, tag_elsewhere=is_untagged)


def _in_environment(container: Mapping) -> Iterator[Text]:
    for variable in items(container, "env"):
        name = variable.get("name") if isinstance(variable, Mapping) else None
        value = variable.get("value") if isinstance(variable, Mapping) else None
        if not isinstance(name, Scalar) or not isinstance(value, Scalar) or value.is_null:
            continue
        if "image" not in name.value.lower() and not value.value.startswith(_JSON):  # as most
            continue
        if name.value.startswith(_RELATED) and "/" in value.value and not find_placeholder(value.value):
            yield Text(value.value, value.span)
        else:
            yield from (Text(image, value.span) for image in images_of(name.value, value.value))


def _in_arguments(container: Mapping) -> Iterator[Text]:
    """`--x-image=NAME`, and `--x-image NAME`, also in a script; quotes that no shell takes away are left out."""
    for key in ("command", "args"):
        if not any(isinstance(item, Scalar) and "image" in item.value.lower() for item in items(container, key)):
            continue  # as most
        arguments = [argument for item in items(container, key) if (argument := as_text(item)) is not None]
        words = [argument._replace(value=word) for argument in arguments for word in argument.value.split()]
        for word in words:
            yield from _assigned(word)
        yield from _separate(words)


def _assigned(argument: Text) -> Iterator[Text]:
    flag, equals, value = argument.value.partition("=") if argument.value.startswith("-") else ("", "", "")
    if equals and re.fullmatch(_ARGUMENT, flag):
        yield from (argument._replace(value=image) for image in images_of(flag, value.strip(_QUOTES)))


def _separate(words: Iterable[Text]) -> Iterator[Text]:
    before = ""
    for word in words:
        if before.startswith("-") and re.fullmatch(_ARGUMENT, before):
            yield from (word._replace(value=image) for image in images_of(before, word.value.strip(_QUOTES)))
        before = word.value


def images_of(name: str, value: str) -> Iterator[str]:
    """The images in the value of a flag, variable or key: one, the items of a list, or texts in JSON.

    There are none in a list of which an item can be something else.
    """
    if value.startswith(_JSON):
        yield from _in_json(name, value)
        return
    parts = [part for part in re.split(_SEPARATOR, value) if part]
    images = [re.sub(_KEY, "", part).strip(_QUOTES) for part in parts[: _MOST_ITEMS + 1]]
    is_named = re.fullmatch(_OF_AN_IMAGE if len(images) == 1 else _OF_IMAGES, name) is not None
    if len(images) <= _MOST_ITEMS and all(_is_image(image, is_named=is_named) for image in images):
        yield from images


def _in_json(name: str, value: str) -> Iterator[str]:
    """The texts that a key says are images, and all of them where none can be anything else."""
    try:
        root: Json = json.loads(value) if len(value) <= _LONGEST_JSON else None
    except (ValueError, RecursionError):
        return
    texts: list[tuple[str, bool]] = []
    pending: list[tuple[Json, bool]] = [(root, "image" in name.lower())]
    while pending:
        node, is_named = pending.pop()
        if isinstance(node, str):
            texts.append((node, is_named))
        elif isinstance(node, list):
            pending += [(item, is_named) for item in reversed(node)]
        elif isinstance(node, dict):
            pending += [(item, is_named or "image" in key.lower()) for key, item in reversed(node.items())]
    full = [(text, is_named) for text, is_named in texts if is_full_name(text) and not find_placeholder(text)]
    yield from (text for text, is_named in full if is_named or len(full) == len(texts))


def _is_image(value: str, *, is_named: bool) -> bool:
    """Whether a text is an image, with `is_named` that of a name for one; upper-case letters in it are a mistake."""
    if find_placeholder(value):
        return False
    if is_full_name(value):
        return True
    if not is_named or "/" not in value or is_filled_in(value):
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
