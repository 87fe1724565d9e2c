"""What it takes to apply a JSON Schema of a user to an image: its references are followed, its work is bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from imagelint.config.complaints import quoted
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagelint.config.validation import Json
    from imagelint.text.nodes import Path

# Steps for one image; a schema that people write has some dozens.
MAX_COST = 10_000
# An image use holds lists and mappings of scalars.
_DEEPEST_VALUE = 3
_REFERENCES = ("$ref", "$dynamicRef")
_SAME_VALUE = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
_INNER_VALUE = frozenset(
    {
        "properties",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
        "propertyNames",
        "items",
        "prefixItems",
        "contains",
        "unevaluatedItems",
    }
)
_MANY = frozenset({"properties", "patternProperties", "dependentSchemas", "allOf", "anyOf", "oneOf", "prefixItems"})
_DEFINITIONS = frozenset({"$defs", "definitions"})


class _UnusableError(Exception):
    def __init__(self, key_path: Path, problem: str) -> None:
        super().__init__(problem)
        self.key_path = key_path
        self.problem = problem


class _Part(NamedTuple):
    """A schema inside of a schema, with the key path to it; `depth` counts from the value that is judged."""

    schema: Any
    key_path: Path
    resolver: Any
    depth: int = 0


def cost_problem(schema: Json) -> tuple[Path, str] | None:
    """Where a schema refers to nothing, to itself without end or to too much, and how; None if it does not.

    Raises RecursionError.
    """
    import referencing
    from referencing.jsonschema import DRAFT202012

    resource: Any = DRAFT202012.create_resource(_keywords(schema))
    resolver: Any = referencing.Registry[Any]().with_resource("", resource).resolver()
    try:
        parts = [*_all_parts(_Part(schema, (), resolver))]
        checked = {id(part.schema) for part in parts}
        for target in (target for part in parts for target in _followed(part)):
            _check_target(target, checked)
        if _Costs().of(_Part(schema, (), resolver)) > MAX_COST:
            return (), f"it takes more than {MAX_COST:,} steps per image"
    except _UnusableError as error:
        return error.key_path, error.problem
    return None


class _Costs:
    """How many schemas are applied to one value and to what is in it."""

    def __init__(self) -> None:
        # By schema and depth; None while it is counted. Schemas live as long as the whole.
        self._known: dict[tuple[int, int], int | None] = {}

    def of(self, part: _Part) -> int:
        """The cost of a schema. Raises _UnusableError for one that applies itself to the same value."""
        key = (id(part.schema), part.depth)
        if key not in self._known:
            self._known[key] = None
            parts = [*_followed(part), *_parts(part, _SAME_VALUE)]
            if part.depth < _DEEPEST_VALUE:
                parts += [inner._replace(depth=part.depth + 1) for inner in _parts(part, _INNER_VALUE)]
            self._known[key] = 1 + sum(map(self.of, parts))
        cost = self._known[key]
        if cost is None:
            raise _UnusableError((), "it refers to itself in a loop")
        return cost


def _all_parts(part: _Part) -> Iterator[_Part]:
    yield part
    for inner in _parts(part, _SAME_VALUE | _INNER_VALUE | _DEFINITIONS):
        yield from _all_parts(inner)


def _parts(part: _Part, keywords: frozenset[str]) -> Iterator[_Part]:
    """The schemas under some keywords of a schema."""
    for key, value in _keywords(part.schema).items():
        if key not in keywords:
            continue
        inner: list[tuple[Path, Any]] = [((key,), value)]
        if key in _MANY | _DEFINITIONS:
            inner = [((key, name), one) for name, one in _named(value)]
        for key_path, schema in inner:
            yield part._replace(
                schema=schema, key_path=(*part.key_path, *key_path), resolver=_inside(part.resolver, schema)
            )


def _named(value: Any) -> Iterable[tuple[str | int, Any]]:  # noqa: ANN401 - of a schema
    return _keywords(cast("object", value)).items() if isinstance(value, dict) else enumerate(cast("list[Any]", value))


def _keywords(schema: object) -> dict[str, Any]:
    """The keywords of a schema; `true` and `false` have none."""
    return cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}


def _inside(resolver: Any, schema: object) -> Any:  # noqa: ANN401 - referencing has no type for both
    """The resolver for references in a schema, which may have an `$id`."""
    from referencing.jsonschema import DRAFT202012

    return resolver.in_subresource(DRAFT202012.create_resource(_keywords(schema)))


def _followed(part: _Part) -> Iterator[_Part]:
    """What the references of a schema lead to. Raises _UnusableError for one that leads nowhere."""
    from referencing.exceptions import Unresolvable

    for key in _REFERENCES:
        target = _keywords(part.schema).get(key)
        if not isinstance(target, str):
            continue
        key_path = (*part.key_path, key)
        try:
            found: Any = part.resolver.lookup(target)
        except (Unresolvable, ValueError) as error:
            raise _UnusableError(key_path, f"it has no `{quoted(target)}`") from error
        yield part._replace(schema=found.contents, key_path=key_path, resolver=found.resolver)


def _check_target(target: _Part, checked: set[int]) -> None:
    """Raise _UnusableError if the target of a reference is not a schema."""
    import jsonschema

    library: Any = jsonschema
    if id(target.schema) in checked:
        return
    checked.add(id(target.schema))
    try:
        library.Draft202012Validator.check_schema(target.schema)
    except library.SchemaError as error:
        raise _UnusableError(target.key_path, "the target is not a schema") from error
