"""`crds`: definitions of custom resources, as their Go types declare them (`loadconfigfromcrds.go`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imagelint.sources.kustomize.field_specs import Config
from imagelint.sources.kustomize.fields import FieldSpec, RefusedError
from imagelint.sources.kustomize.resource import Gvk, value_of
from imagelint.text.nodes import Mapping, Scalar, mapping

if TYPE_CHECKING:
    from imagelint.sources.kustomize.field_specs import Specs
    from imagelint.sources.kustomize.fields import Keys

_OBJECT = frozenset({"apiVersion", "kind", "metadata"})
# Which transformer changes a field, by the extension that marks it.
_MARKS = {
    "x-kubernetes-annotation": "commonAnnotations",
    "x-kubernetes-label-selector": "commonLabels",
    "x-kubernetes-identity": "namePrefix",
}
_REFERENCE = "x-kubernetes-object-ref-"
# Definitions that lead to each other have fields without end; no field is that deep.
_MAX_DEPTH = 20
_MAX_FIELDS = 20_000


class _Field(NamedTuple):
    keys: Keys
    node: Mapping

    @property
    def path(self) -> str:
        return "/".join(self.keys)


def fields_of_definitions(node: Mapping) -> Config:
    """The fields that a file of `crds` declares: names of other objects, labels and others. Raises RefusedError."""
    definitions = {key.value: _properties(value) for key, value in node.pairs()}
    config = Config({}, {})
    for name, properties in definitions.items():
        if {*properties} >= _OBJECT:
            type_ = Gvk(kind=name.rpartition(".")[2])
            for field in _fields(definitions, properties):
                config = config.merged(_declared(type_, field))
    return config


def _properties(definition: object) -> dict[str, Mapping]:
    schema = None
    for key, value in definition.pairs() if isinstance(definition, Mapping) else ():
        schema = value if key.value.lower() == "schema" else schema
    if not isinstance(definition, Mapping):
        raise RefusedError("a definition of a custom resource is a mapping of `Schema`")
    found = mapping(schema, "properties") if isinstance(schema, Mapping) else None
    return {key.value: value for key, value in found.pairs() if isinstance(value, Mapping)} if found else {}


def _fields(definitions: dict[str, dict[str, Mapping]], properties: dict[str, Mapping]) -> list[_Field]:
    """The fields of a type, and of the types that they refer to. Raises RefusedError if they have no end."""
    found = [_Field((name,), node) for name, node in properties.items()]
    for field in found:
        inner = definitions.get(value_of(field.node, "$ref"), {})
        if inner and (len(field.keys) > _MAX_DEPTH or len(found) > _MAX_FIELDS):
            raise RefusedError("the definitions of custom resources lead to each other")
        found += (_Field((*field.keys, name), node) for name, node in inner.items())
    return found


def _declared(type_: Gvk, field: _Field) -> Config:
    own: Specs = (FieldSpec(type_, field.path),)
    specs = {name: own for mark, name in _MARKS.items() if isinstance(field.node.get(mark), Scalar)}
    version, kind = (field.node.get(f"{_REFERENCE}{key}") for key in ("api-version", "kind"))
    if not isinstance(version, Scalar) or not isinstance(kind, Scalar):
        return Config(specs, {})
    name = value_of(field.node, f"{_REFERENCE}name-key") or "name"
    return Config(specs, {Gvk("", version.value, kind.value): (FieldSpec(type_, f"{field.path}/{name}"),)})
