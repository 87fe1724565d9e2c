"""Parameters of Tekton: an image that names them is pulled with their values, else with their defaults.

Source: Tekton v1 `docs/variables.md`, `docs/taskruns.md` (values), `docs/pipelineruns.md` (propagated parameters);
Tekton Triggers v1beta1 `docs/triggertemplates.md`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.text.nodes import Mapping, Sequence, as_text, items, mapping, select, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Values

    from imagelint.facts.model import Container, PodSpec
    from imagelint.text.nodes import Node
    from imagelint.text.places import Span, Text

    # A text at its place, or one that several make.
    _Value = Text | str

# `$(params.image)`, `$(params["image"])`, of an object `$(params.image.tag)` and of an array `$(params.images[0])`.
_PARAMETER = re.compile(r"\$\((?:inputs\.|(tt\.))?params(?:\.([\w.-]+)|\[[\"']([^\"'\]]+)[\"']\])(\[\d+\])?\)")
# A value may name a parameter of the object around it.
_MOST_STEPS = 8
# Of a text with values; no reference is longer.
_LONGEST = 4096


def with_parameters(node: Mapping, specs: Iterable[PodSpec]) -> Iterator[PodSpec]:
    """The PodSpecs of an object, with its parameters in their images if a value or a default is known."""
    images: dict[Span, tuple[Text, _Value]] = {}
    for image, resolved in _resolved(node):
        images[image.span] = (image, resolved)
    for spec in specs:
        containers = tuple(_with_image(container, images) for container in spec.containers)
        yield spec._replace(containers=containers) if images else spec


def _with_image(container: Container, images: Values[Span, tuple[Text, _Value]]) -> Container:
    _, resolved = images.get(container.image.span, (None, None)) if container.image else (None, None)
    if resolved is None:
        return container
    return container._replace(resolved=resolved) if isinstance(resolved, str) else container._replace(image=resolved)


def _resolved(root: Mapping) -> Iterator[tuple[Text, _Value]]:
    """Images that name parameters, each with the value of its only parameter, or with the text that several make."""
    pending: list[tuple[Node, dict[str, _Value], frozenset[str]]] = [*_roots(root)]
    while pending:
        node, known, given = pending.pop()
        if isinstance(node, Sequence):
            pending.extend((item, known, given) for item in node.items)
        elif isinstance(node, Mapping):
            known, given = _parameters(node, known, given)
            image = text(node, "image")
            found = _image(image, known) if image is not None and "$(" in image.value else None
            if image is not None and found is not None:
                yield image, found
            pending.extend((child, known, given) for _, child in node.pairs())


def _roots(root: Mapping) -> Iterator[tuple[Node, dict[str, _Value], frozenset[str]]]:
    """What to search for images, with what is known there: in a TriggerTemplate `$(tt.params.NAME)`."""
    templates = select(root, "spec.resourcetemplates[]")
    known: dict[str, _Value] = {
        f"tt.{part}": value
        for item in (select(root, "spec.params[]") if templates else ())
        if isinstance(item, Mapping) and (name := text(item, "name")) is not None
        for part, value in _parts(name.value, item.get("default"))
    }
    for node in templates or [root]:
        yield node, known, frozenset[str]()


def _parameters(
    node: Mapping, known: dict[str, _Value], given: frozenset[str]
) -> tuple[dict[str, _Value], frozenset[str]]:
    """What is known of parameters inside a mapping: values given around it count before the defaults in it."""
    entries = items(node, "params") or items(mapping(node, "inputs"), "params")
    if not entries:
        return known, given
    inner, values = dict(known), set[str]()
    for item in entries:
        named = text(item, "name")
        if named is None or not isinstance(item, Mapping):
            continue
        name = named.value
        if name not in given:
            inner.update(_parts(name, item.get("default")))
        for part, value in _parts(name, item.get("value")):
            values.add(name)
            inner[part] = _image(value, known) or value
    return inner, frozenset(values)


def _parts(name: str, value: Node | None) -> Iterator[tuple[str, Text]]:
    """The texts of a parameter by what selects them: `image`, `image.tag` of an object, `images[0]` of an array."""
    nodes: Iterable[tuple[str, Node | None]] = [(name, value)]
    if isinstance(value, Mapping):
        nodes = ((f"{name}.{key.value}", part) for key, part in value.pairs())
    elif isinstance(value, Sequence):
        nodes = ((f"{name}[{number}]", part) for number, part in enumerate(value.items))
    texts = ((part, as_text(node)) for part, node in nodes)
    yield from ((part, one) for part, one in texts if one is not None and len(one.value) <= _LONGEST)


def _image(written: Text, known: Values[str, _Value]) -> _Value | None:
    """A text with the values of its parameters: at the place of the only one, if it is nothing else."""
    alone = _PARAMETER.fullmatch(written.value)
    if alone:
        found = known.get(_selected(alone))
        return found if found is not None and _text_of(found) and "$(" not in _text_of(found) else None
    resolved = written.value[:_LONGEST]
    for _ in range(_MOST_STEPS):
        replaced = _PARAMETER.sub(lambda match: _text_of(known.get(_selected(match), match[0])), resolved)
        if replaced == resolved:
            break
        resolved = replaced[:_LONGEST]
    return None if "$(" in resolved else resolved if resolved != written.value else written


def _selected(match: re.Match[str]) -> str:
    return f"{match[1] or ''}{match[2] or match[3]}{match[4] or ''}"


def _text_of(value: _Value) -> str:
    return value if isinstance(value, str) else value.value
