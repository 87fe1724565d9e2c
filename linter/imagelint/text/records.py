"""`NamedTuple` of `typing`, made in a fifth of the time: a run of one file needs a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType
    from typing import NamedTuple, Self
else:
    # What reads a field of a tuple by its number, in C.
    from collections import _tuplegetter
    from functools import cache
    from types import FunctionType

    _new = tuple.__new__

    class _Record(tuple):
        """What all records share, under the names that `typing` gives it."""

        __slots__ = ()

        @classmethod
        def _make(cls, values: Iterable[Any]) -> Self:
            return tuple.__new__(cls, values)

        def _replace(self, /, **changes: Any) -> Self:  # noqa: ANN401 - as the fields are
            changed = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"{type(self).__name__} has no field `{next(iter(changes))}`")
            return changed

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            fields = (f"{field}={value!r}" for field, value in self._asdict().items())
            return f"{type(self).__name__}({', '.join(fields)})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    # What makes a record of as many fields: to compile one takes as long as to declare three.
    _CONSTRUCTORS = (
        lambda _class: _new(_class, ()),
        lambda _class, a: _new(_class, (a,)),
        lambda _class, a, b: _new(_class, (a, b)),
        lambda _class, a, b, c: _new(_class, (a, b, c)),
        lambda _class, a, b, c, d: _new(_class, (a, b, c, d)),
        lambda _class, a, b, c, d, e: _new(_class, (a, b, c, d, e)),
        lambda _class, a, b, c, d, e, f: _new(_class, (a, b, c, d, e, f)),
        lambda _class, a, b, c, d, e, f, g: _new(_class, (a, b, c, d, e, f, g)),
        lambda _class, a, b, c, d, e, f, g, h: _new(_class, (a, b, c, d, e, f, g, h)),
        lambda _class, a, b, c, d, e, f, g, h, i: _new(_class, (a, b, c, d, e, f, g, h, i)),
        lambda _class, a, b, c, d, e, f, g, h, i, j: _new(_class, (a, b, c, d, e, f, g, h, i, j)),
        lambda _class, a, b, c, d, e, f, g, h, i, j, k: _new(_class, (a, b, c, d, e, f, g, h, i, j, k)),
    )

    @cache
    def _constructor(count: int) -> CodeType:
        """The code that makes any record of `count` fields; their names are put into it later."""
        if count < len(_CONSTRUCTORS):
            return _CONSTRUCTORS[count].__code__
        fields = "".join(f"field_{number}, " for number in range(count))
        return eval(f"lambda _class, {fields}: _new(_class, ({fields}))").__code__  # noqa: S307 - nothing is read

    class _RecordType(type):
        """Makes a class of tuples from a class body.

        That of `typing` does the same, but compiles the annotation of each field, which nothing reads at run time, and
        a constructor and other methods for each class. The body has to be in a module that imports `annotations` from
        the future.
        """

        def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            code = _constructor(len(fields)).replace(co_varnames=("_class", *fields), co_qualname=f"{name}.__new__")
            constructor = FunctionType(code, globals(), "__new__", tuple(defaults.values()))
            body |= {field: _tuplegetter(number, None) for number, field in enumerate(fields)}
            body |= {"__slots__": (), "__new__": constructor, "__match_args__": fields}
            return type(name, (_Record,), body | {"_fields": fields, "_field_defaults": defaults})

    NamedTuple = type.__new__(_RecordType, "NamedTuple", (), {})

__all__ = ["NamedTuple"]
