"""Options of rules: a typed class for each rule that has some, from which everything else about them is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin, get_type_hints

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class RuleOptions:
    """The options of a rule without any, and the base of all others.

    Each attribute of a subclass is `Annotated` with a sentence for the manual, has a default, and is a `bool`, an
    `int`, a `str` or a `tuple[str, ...]`; `longest_tag` is called `longest-tag` in a configuration.
    """

    def __init__(self, **given: object) -> None:
        vars(self).update(given)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), *sorted(vars(self).items())))


class Option(NamedTuple):
    """One option of a rule: its name in a configuration, its type, its default, and a sentence about it."""

    name: str
    type: Any
    default: object
    description: str

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its values."""
        return {"description": self.description, **_SCHEMAS[self.type]}


class InvalidOptionError(ValueError):
    """A value that an option cannot have. `option` is None if the rule has no option of the name."""

    def __init__(self, name: str, option: Option | None) -> None:
        super().__init__(f"the option `{name}` must be {_NAMES[option.type]}" if option else name)
        self.name = name
        self.option = option


_TEXTS = tuple[str, ...]
_NAMES = {bool: "true or false", int: "a whole number", str: "text", _TEXTS: "a list of texts"}
_SCHEMAS: dict[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    str: {"type": "string"},
    _TEXTS: {"type": "array", "items": {"type": "string"}},
}
# More digits than any option needs, and few enough for Python to read.
_MOST_DIGITS = 18


def options_of(kind: type[RuleOptions]) -> Iterator[Option]:
    """The options that a class declares, in their order."""
    hints = get_type_hints(kind, include_extras=True)
    for name, hint in hints.items():
        if get_origin(hint) is not Annotated or not hasattr(kind, name):
            raise TypeError(f"{kind.__name__}.{name}: needs a default, and a sentence in `Annotated`")
        type_, description = get_args(hint)
        yield Option(name.replace("_", "-"), type_, getattr(kind, name), description)


def read_options(kind: type[RuleOptions], values: Mapping[str, object]) -> RuleOptions:
    """The options that a configuration sets, its scalars as text. Raises InvalidOptionError."""
    known = {option.name: option for option in options_of(kind)}
    given: dict[str, object] = {}
    for name, value in values.items():
        if name not in known:
            raise InvalidOptionError(name, None)
        given[name.replace("-", "_")] = _converted(known[name], value)
    return kind(**given)


def manual_of(kind: type[RuleOptions]) -> str:
    """The section of a manual page about the options; empty without any."""
    from textwrap import fill

    lines = [
        fill(
            f"- `{option.name}`: {option.description} (default: {_shown(option.default)})", 118, subsequent_indent="  "
        )
        for option in options_of(kind)
    ]
    return "\n".join(["### Options", "", *lines]) if lines else ""


def _converted(option: Option, value: object) -> object:
    """The value in the type of the option."""
    if option.type is bool and isinstance(value, bool):
        return value
    if option.type is int and isinstance(value, str):
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
            return int(value)
    if option.type is str and isinstance(value, str):
        return value
    if option.type == _TEXTS and isinstance(value, list):
        written = cast("list[object]", value)
        items = tuple(item for item in written if isinstance(item, str))
        if len(items) == len(written):
            return items
    raise InvalidOptionError(option.name, option)


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, tuple):
        return ", ".join(f"`{item}`" for item in cast("tuple[object, ...]", default)) or "none"
    return f"`{default}`" if default != "" else "empty"
