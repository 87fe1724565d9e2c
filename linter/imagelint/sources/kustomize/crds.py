"""`crds`: definitions of custom resources, as their Go types declare them (`loadconfigfromcrds.go`)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from imagelint.sources.kustomize.field_specs import Config, merge_specs
from imagelint.sources.kustomize.fields import FieldSpec, RefusedError, is_null
from imagelint.sources.kustomize.resource import Gvk, value_of
from imagelint.text.nodes import Mapping, Scalar, mapping
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.sources.kustomize.fields import Keys
    from imagelint.text.nodes import Node

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
# Those that are changed are compared with each other.
_MAX_DECLARED = 1000


class _Field(NamedTuple):
    keys: Keys
    node: Mapping


# Roots share the files that they list.
@lru_cache(maxsize=16)
def fields_of_definitions(node: Mapping) -> Config:
    """The fields that a file of `crds` declares: names of other objects, labels and others. Raises RefusedError."""
    definitions = {key.value: _properties(value) for key, value in node.pairs()}
    specs: dict[str, dict[FieldSpec, None]] = {}
    references: dict[Gvk, dict[FieldSpec, None]] = {}
    left = _MAX_FIELDS
    for name, properties in definitions.items():
        if {*properties} >= _OBJECT:
            type_ = Gvk(kind=name.rpartition(".")[2])
            fields = _fields(definitions, properties, left)
            left -= len(fields)
            for field in fields:
                _declare(specs, references, FieldSpec(type_, "/".join(field.keys)), field.node)
    if sum(map(len, (*specs.values(), *references.values()))) > _MAX_DECLARED:
        raise RefusedError("the definitions of custom resources declare too many fields")
    return Config(
        {name: merge_specs((), tuple(fields)) for name, fields in specs.items()},
        {target: merge_specs((), tuple(fields)) for target, fields in references.items()},
    )


def _properties(definition: Node) -> dict[str, Mapping]:
    schema = None
    for key, value in definition.pairs() if isinstance(definition, Mapping) else ():
        schema = value if key.value.lower() == "schema" else schema
    if not isinstance(definition, Mapping) and not is_null(definition):
        raise RefusedError("a definition of a custom resource is a mapping of `Schema`")
    found = mapping(schema, "properties") if isinstance(schema, Mapping) else None
    return {key.value: value for key, value in found.pairs() if isinstance(value, Mapping)} if found else {}


def _fields(definitions: dict[str, dict[str, Mapping]], properties: dict[str, Mapping], most: int) -> list[_Field]:
    """The fields of a type, and of the types that they refer to. Raises RefusedError if there are too many."""
    found = [_Field((name,), node) for name, node in properties.items()]
    for field in found:
        inner = definitions.get(value_of(field.node, "$ref"), {})
        if inner and (len(field.keys) > _MAX_DEPTH or len(found) > most):
            raise RefusedError("the definitions of custom resources lead to each other")
        found += (_Field((*field.keys, name), node) for name, node in inner.items())
    return found


def _declare(
    specs: dict[str, dict[FieldSpec, None]],
    references: dict[Gvk, dict[FieldSpec, None]],
    spec: FieldSpec,
    node: Mapping,
) -> None:
    """Add a field where its extensions say what it is."""
    for mark, name in _MARKS.items():
        if isinstance(node.get(mark), Scalar):
            specs.setdefault(name, {})[spec] = None
    version, kind = (node.get(f"{_REFERENCE}{key}") for key in ("api-version", "kind"))
    if isinstance(version, Scalar) and isinstance(kind, Scalar):
        path = f"{spec.path}/{value_of(node, f'{_REFERENCE}name-key') or 'name'}"
        references.setdefault(Gvk("", version.value, kind.value), {})[spec._replace(path=path)] = None
