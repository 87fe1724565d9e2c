"""`postBuild.substitute` of Flux: values for `${NAME}` in all texts (fluxcd/pkg `envsubst`, v1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.kubelet.reference import image_parts
from imagelint.sources.kustomize.fields import RefusedError, with_items
from imagelint.sources.kustomize.state import MAX_TEXT
from imagelint.text.globs import glob_matches
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, mapping, text

if TYPE_CHECKING:
    from collections import abc

    from imagelint.sources.kustomize.layout import Parts
    from imagelint.sources.kustomize.resource import ResId
    from imagelint.sources.kustomize.state import State
    from imagelint.text.trace import Origin

    # The value of each name, and where it was written.
    Values = dict[str, tuple[str, Origin]]

_VARIABLE = re.compile(r"\$(?:(\$)|\{([A-Za-z_]\w*)(?:(:?[=-])([^{}]*))?\})", re.ASCII)
_DISABLED = "kustomize.toolkit.fluxcd.io/substitute"


def substitute(state: State, values: Values, *, is_complete: bool) -> None:
    """Put values in. If they are not complete, a name without a value stays as it is, and else becomes empty."""
    for number, resource in enumerate(state.resources):
        if not _is_disabled(resource.node):
            with state.attempt(state.parts(resource.node).whole.place):
                node = _filled(state, resource.node, values, is_complete=is_complete)
                if isinstance(node, Mapping) and node is not resource.node:
                    state.resources[number] = resource.changed(node)


def clause_about_variables(word: str, objects: abc.Mapping[str, ResId | None]) -> str:
    """What to say of a name that is not found, if another one is that name with some values of its variables."""
    for name, id_ in objects.items():
        if "${" in name and glob_matches(_VARIABLE.sub("*", name), word):
            what = f"{id_.kind} {name}" if id_ else name
            return f"; there is `{what}`, but variables are substituted after kustomize has run (by Flux, for example)"
    return ""


def _is_disabled(node: Mapping) -> bool:
    metadata = mapping(node, "metadata")
    found = (text(mapping(metadata, key), _DISABLED) for key in ("annotations", "labels"))
    return any(value is not None and value.value == "disabled" for value in found)


def _filled(state: State, node: Node, values: Values, *, is_complete: bool) -> Node:
    if isinstance(node, Scalar):
        return _in_text(state, node, values, is_complete=is_complete) if "$" in node.value else node
    children = node.items if isinstance(node, Sequence) else node.nodes
    filled = [_filled(state, child, values, is_complete=is_complete) for child in children]
    if all(new is old for new, old in zip(filled, children, strict=True)):
        return node
    if isinstance(node, Sequence):
        return with_items(node, filled)
    return Mapping(filled, node.start, node.end, node.places)


def _in_text(state: State, scalar: Scalar, values: Values, *, is_complete: bool) -> Scalar:
    used: list[Origin] = []
    length = 0

    def value_of(found: re.Match[str]) -> str:
        nonlocal length
        if found[1]:
            return "$"
        name, operator, default = found[2], found[3], found[4]
        if name in values and (values[name][0] or not (operator or "").startswith(":")):
            used.append(values[name][1])
            length += len(values[name][0])
            if length > MAX_TEXT:
                raise RefusedError("a text becomes too long")
            return values[name][0]
        if operator is not None:
            return str(default)
        return "" if is_complete else found[0]

    replaced = _VARIABLE.sub(value_of, scalar.value)
    if replaced == scalar.value:
        return scalar
    return state.make(replaced, _parts(state.parts(scalar), scalar.value, used), plain=scalar.plain)


def _parts(own: Parts, written: str, used: list[Origin]) -> Parts:
    """Who decides each part of an image: a value if it is in that part, else who did before."""
    # A default has colons of its own.
    name, tag, digest = image_parts(_VARIABLE.sub("$", written))
    first = used[0] if used else own.whole
    # A value at the end of the text has the parts that the text lacks.
    in_tag = "$" in tag or (not tag and name.endswith("$"))
    in_digest = "$" in digest or (not digest and (tag or name).endswith("$"))
    return own._replace(
        whole=first,
        name=first if "$" in name else own.name,
        tag=used[-1] if in_tag and used else own.tag,
        digest=used[-1] if in_digest and used else own.digest,
        others=tuple(dict.fromkeys((*used, *own.others))),
    )
