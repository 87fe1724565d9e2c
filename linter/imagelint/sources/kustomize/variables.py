"""`vars`: values of fields that take the place of `$(NAME)` in texts (`api/filters/refvar`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.field_paths import look_up, split_field_path, with_indices
from imagelint.sources.kustomize.field_specs import gvk_of
from imagelint.sources.kustomize.fields import AbsentError, RefusedError, is_null, with_entries, with_items
from imagelint.sources.kustomize.metadata import change_all
from imagelint.sources.kustomize.resource import ResId, is_secret, value_of
from imagelint.sources.kustomize.state import Variable
from imagelint.text.nodes import Mapping, Node, Scalar, Sequence, mapping

if TYPE_CHECKING:
    from imagelint.sources.kustomize.layer import Layer
    from imagelint.sources.kustomize.layout import Parts
    from imagelint.sources.kustomize.state import State

    # By the names of vars; None where the value is not known.
    Values = dict[str, Scalar | None]

# As `tryReadVariableName` reads them: `$$` is an escaped `$`.
_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\))")


def variables(state: State, layer: Layer) -> None:
    """Remember `vars`, and the objects that their values come from."""
    for _, entry in layer.entries("vars"):
        place = layer.place(entry)
        variable = Variable(value_of(entry, "name"), _target(entry), _field(entry), place)
        found = [number for number, resource in enumerate(state.resources) if _is_meant(resource.ids, variable.target)]
        if len(found) > 1:
            state.refuse(place, f"several objects may be meant by the var `{variable.name}`")
        for number in found[:1]:
            state.resources[number] = state.resources[number].with_variable(variable.name)
        state.add_variable(variable)


def _target(entry: Mapping) -> ResId:
    reference = mapping(entry, "objref") or entry
    gvk = gvk_of(reference)
    api_version = value_of(reference, "apiVersion")
    if api_version:
        group, slash, version = api_version.partition("/")
        gvk = gvk._replace(group=group if slash else gvk.group, version=version if slash else api_version)
    return ResId(*gvk, value_of(reference, "name"), value_of(reference, "namespace"))


def _field(entry: Mapping) -> str:
    return value_of(mapping(entry, "fieldref"), "fieldPath") or "metadata.name"


def _is_meant(ids: list[ResId], target: ResId) -> bool:
    if target.namespace or target.gvk.is_cluster_scoped:
        return any(own.key == target.key for own in ids)
    return any(own._replace(namespace="") == target for own in ids)


def resolve_variables(state: State) -> None:
    """Put the values in. A text with a var that has no value here is not known."""
    values: dict[str, Scalar | None] = {}
    for variable in state.variables.values():
        values[variable.name] = None
        with state.attempt(variable.place):
            value = _value(state, variable)
            if isinstance(value, Scalar):
                values[variable.name] = value
    if not values:
        return

    def filled(node: Node) -> Node:
        return _filled(state, node, values)

    with state.attempt(next(iter(state.variables.values())).place):
        change_all(state, state.config.fields("varReference"), filled)


def _value(state: State, variable: Variable) -> Node | None:
    """The value of a var; None if it is a secret or from a file that is not here. Raises RefusedError."""
    for resource in state.resources:
        if variable.name in resource.variables:
            keys = split_field_path(variable.field)
            found = look_up(resource.node, with_indices(keys))
            if found is None and resource.may_have(keys):
                return None
            if found is None:
                raise AbsentError(f"`{resource.id}` has no `{variable.field}` for the var `{variable.name}`")
            is_unknown = isinstance(found, Scalar) and state.is_unknown(found)
            return None if is_unknown or is_secret(resource, found) else found
    nearest = state.nearest(variable.target.name)
    raise AbsentError(f"the var `{variable.name}` has no object `{variable.target}`", nearest)


def _filled(state: State, node: Node, values: Values) -> Node:
    """A text, or the texts of a list or a mapping, with the values put in."""
    if isinstance(node, Sequence):
        items = [_in_text(state, item, values) if isinstance(item, Scalar) else item for item in node.items]
        is_same = all(new is old for new, old in zip(items, node.items, strict=True))
        return node if is_same else with_items(node, items)
    if isinstance(node, Mapping):
        texts = [(key.value, value) for key, value in node.pairs() if isinstance(value, Scalar)]
        return with_entries(node, ((key, _in_text(state, value, values)) for key, value in texts))
    return _in_text(state, node, values)


def _in_text(state: State, scalar: Scalar, values: Values) -> Scalar:
    if "$" not in scalar.value or is_null(scalar):
        return scalar
    if any(found[1] in values and values[found[1]] is None for found in _REFERENCE.finditer(scalar.value)):
        return state.make_unknown(scalar)
    used: list[Scalar] = []

    def replaced(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        value = values.get(found[1])
        if value is None:
            return found[0]
        used.append(value)
        return value.value

    longest = max((len(value.value) for value in values.values() if value is not None), default=0)
    if longest * scalar.value.count("$(") > 2**20:
        raise RefusedError("a text becomes too long")
    text = _REFERENCE.sub(replaced, scalar.value)
    if text == scalar.value:
        return scalar
    is_whole = len(used) == 1 and text == used[0].value
    return state.make(text, _parts(state, scalar, used), plain=is_whole and used[0].plain)


def _parts(state: State, scalar: Scalar, used: list[Scalar]) -> Parts:
    """Who decides the text: where all of it is one value, that; else the text around it."""
    own = state.parts(scalar)
    of_values = [state.parts(value) for value in used]
    others = tuple(dict.fromkeys(origin for parts in (*of_values, own) for origin in parts.others))
    is_whole = len(used) == 1 and scalar.value.startswith("$(") and scalar.value.endswith(")")
    if is_whole and scalar.value.count("$") == 1:
        return of_values[0]._replace(others=others)
    tag = of_values[-1].whole if used and scalar.value.endswith(")") else own.tag
    name = of_values[0].whole if used and scalar.value.startswith("$(") else own.name
    return own._replace(whole=tag if used else own.whole, name=name, tag=tag, others=others)
