"""Which fields the transformers change: kustomize's own list, and what `configurations` add to it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imagelint.data import load_data
from imagelint.sources.kustomize.decoding import decode, is_true
from imagelint.sources.kustomize.fields import FieldSpec, RefusedError
from imagelint.sources.kustomize.resource import Gvk, value_of
from imagelint.text.nodes import Mapping, items
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.sources.kustomize.decoding import Report

Specs = tuple[FieldSpec, ...]


class Config(NamedTuple):
    """The fields that each transformer changes, and those that refer to objects of a type."""

    specs: dict[str, Specs]
    references: dict[Gvk, Specs]

    def fields(self, name: str) -> Specs:
        """The fields that the transformer of a name changes, such as `images`."""
        return self.specs.get(name, ())

    def merged(self, other: Config) -> Config:
        """Both together, each field once."""
        if other is self or other is EMPTY or (other is default_config() and self is not EMPTY):
            return self
        if self is EMPTY and other is default_config():
            return other
        specs = {name: merge_specs(self.specs.get(name, ()), more) for name, more in other.specs.items()}
        references = {target: merge_specs(self.references.get(target, ()), m) for target, m in other.references.items()}
        return Config({**self.specs, **specs}, {**self.references, **references})


@lru_cache(maxsize=1024)
def merge_specs(own: Specs, more: Specs) -> Specs:
    """The fields of both; one that is among the fields of a more specific type already is not added again.

    Raises RefusedError if both have a field, and only one creates it (`api/types/fieldspec.go`).
    """
    merged = list(own)
    for spec in more:
        known = next((other for other in merged if spec.path == other.path and spec.type.selects(*other.type)), None)
        if known is None:
            merged.append(spec)
        elif known.create != spec.create:
            raise RefusedError(f"the field `{spec.path}` has another `create` elsewhere")
    return tuple(sorted(merged, key=_order))


def _order(spec: FieldSpec) -> tuple[int, str]:
    """The order of types, on which it depends what counts as added (`kyaml/resid/gvk.go`)."""
    group, version, kind = spec.type
    return _kind_order().get(kind, 0), f"{group or '~G'}_{version or '~V'}_{kind or '~K'}"


@lru_cache(maxsize=1)
def _kind_order() -> dict[str, int]:
    kinds: dict[str, int] = load_data("kustomize.json")["kind_order"]
    return kinds


EMPTY = Config({}, {})


@lru_cache(maxsize=1)
def default_config() -> Config:
    """The fields that kustomize knows by itself."""
    data = load_data("kustomize.json")
    specs = {name: tuple(map(_spec, fields)) for name, fields in data["field_specs"].items()}
    references = {Gvk(**entry["target"]): tuple(map(_spec, entry["fields"])) for entry in data["name_references"]}
    return Config(specs, references)


def _spec(field: dict[str, Any]) -> FieldSpec:
    type_ = Gvk(field.get("group", ""), field.get("version", ""), field.get("kind", ""))
    return FieldSpec(type_, field["path"], field.get("create", False))


def read_config(node: Mapping, report: Report) -> Config:
    """The fields that a file of `configurations` adds."""
    decoded = decode(node, "Configuration", report)
    specs = {name: specs_of(decoded, name) for name in default_config().specs}
    references: dict[Gvk, Specs] = {}
    for entry in items(decoded, "nameReference"):
        target = gvk_of(entry) if isinstance(entry, Mapping) else Gvk()
        references[target] = merge_specs(references.get(target, ()), specs_of(entry, "fieldSpecs"))
    specs = {name: tuple(sorted(fields, key=_order)) for name, fields in specs.items() if fields}
    return Config(specs, references)


def specs_of(node: Any, key: str) -> Specs:  # noqa: ANN401 - any node
    """The fields that a list names."""
    fields = (field for field in items(node, key) if isinstance(field, Mapping))
    return tuple(FieldSpec(gvk_of(field), value_of(field, "path"), is_true(field, "create")) for field in fields)


def gvk_of(node: Mapping) -> Gvk:
    """The type that a selector names."""
    return Gvk(value_of(node, "group"), value_of(node, "version"), value_of(node, "kind"))
