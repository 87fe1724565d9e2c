"""Parameters of Tekton: an image that names them is pulled with their values, else with their defaults.

Source: Tekton v1 `docs/variables.md`, `docs/taskruns.md` (values), `docs/pipelineruns.md` (propagated parameters).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.nodes import Mapping, Sequence, items, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Values

    from imagelint.facts.model import Container, PodSpec
    from imagelint.text.nodes import Node
    from imagelint.text.places import Span, Text

_PARAMETER = re.compile(r"\$\((?:inputs\.)?params(?:\.([\w-]+)|\[[\"']([^\"'\]]+)[\"']\])\)")
# A value may name a parameter of the object around it.
_MOST_STEPS = 8


def with_parameters(node: Mapping, specs: Iterable[PodSpec]) -> Iterator[PodSpec]:
    """The PodSpecs of an object, with its parameters in their images if a value or a default is known."""
    images: dict[Span, tuple[Text, Text | str]] = {}
    for image, resolved in _resolved(node):
        images[image.span] = (image, resolved)
    for spec in specs:
        containers = tuple(_with_image(container, images) for container in spec.containers)
        yield spec._replace(containers=containers) if images else spec


def _with_image(container: Container, images: Values[Span, tuple[Text, Text | str]]) -> Container:
    _, resolved = images.get(container.image.span, (None, None)) if container.image else (None, None)
    if resolved is None:
        return container
    return container._replace(resolved=resolved) if isinstance(resolved, str) else container._replace(image=resolved)


def _resolved(root: Mapping) -> Iterator[tuple[Text, Text | str]]:
    """Images that name parameters, each with the value of its only parameter, or with the text that several make."""
    pending: list[tuple[Node, dict[str, Text], frozenset[str]]] = [(root, {}, frozenset())]
    while pending:
        node, known, given = pending.pop()
        if isinstance(node, Sequence):
            pending.extend((item, known, given) for item in node.items)
        elif isinstance(node, Mapping):
            known, given = _parameters(node, known, given)
            image = text(node, "image")
            found = _image(image.value, known) if image is not None and "$(" in image.value else None
            if image is not None and found is not None:
                yield image, found
            pending.extend((child, known, given) for _, child in node.pairs())


def _parameters(node: Mapping, known: dict[str, Text], given: frozenset[str]) -> tuple[dict[str, Text], frozenset[str]]:
    """What is known of parameters inside a mapping: values given around it count before the defaults in it."""
    entries = items(node, "params")
    if not entries:
        return known, given
    inner, values = dict(known), set[str]()
    for item in entries:
        named = text(item, "name")
        if named is None:
            continue
        name = named.value
        default, value = text(item, "default"), text(item, "value")
        if default is not None and name not in given:
            inner[name] = default
        if value is not None:
            values.add(name)
            inner[name] = _alone(value, known)
    return inner, frozenset(values)


def _alone(value: Text, known: Values[str, Text]) -> Text:
    """The value of the parameter, if a value is one parameter and nothing else."""
    match = _PARAMETER.fullmatch(value.value)
    return known.get(match[1] or match[2], value) if match else value


def _image(written: str, known: Values[str, Text]) -> Text | str | None:
    alone = _PARAMETER.fullmatch(written)
    if alone:
        found = known.get(alone[1] or alone[2])
        return found if found is not None and found.value and "$(" not in found.value else None
    for _ in range(_MOST_STEPS):
        replaced = _PARAMETER.sub(lambda match: _value(match, known), written)
        if replaced == written:
            break
        written = replaced[:4096]
    return None if "$(" in written else written


def _value(match: re.Match[str], known: Values[str, Text]) -> str:
    found = known.get(match[1] or match[2])
    return found.value if found is not None else match[0]
