"""Records are what `typing.NamedTuple` makes of the same class."""

from __future__ import annotations

import pickle
import typing

import pytest

from imagelint.text import records


class Made(records.NamedTuple):
    """A record."""

    name: str
    size: int = 1
    inner: Made | None = None

    @property
    def double(self) -> int:
        """Twice the size."""
        return 2 * self.size

    @classmethod
    def of(cls, name: str) -> Made:
        return cls(name, 3)


class Model(typing.NamedTuple):
    """A record."""

    name: str
    size: int = 1
    inner: Made | None = None


class Empty(records.NamedTuple):
    def answer(self) -> int:
        return 42


def test_a_record_is_what_typing_makes() -> None:
    for name in ("_fields", "_field_defaults", "__doc__", "__module__", "__match_args__", "__slots__"):
        assert getattr(Made, name) == getattr(Model, name)
    assert (Made.__qualname__, [*Made.__annotations__]) == ("Made", [*Model.__annotations__])
    assert repr(Made("a", inner=Made("b"))) == "Made(name='a', size=1, inner=Made(name='b', size=1, inner=None))"
    assert (Made("a"), Model("a")) == (("a", 1, None), ("a", 1, None))


def test_methods_properties_and_copies() -> None:
    made = Made.of("a")
    assert (made.double, made._replace(size=2).double, Made("b").double) == (6, 4, 2)
    assert pickle.loads(pickle.dumps(made)) == made
    assert type(pickle.loads(pickle.dumps(made))) is Made
    assert (Empty().answer(), Empty()) == (42, ())


@pytest.mark.parametrize(("given", "named"), [((), {}), (("a", 1, None, 2), {}), (("a",), {"colour": 1})])
def test_a_record_has_its_fields_and_no_others(given: tuple[typing.Any, ...], named: dict[str, int]) -> None:
    kinds: tuple[typing.Any, ...] = (Made, Model)
    for kind in kinds:
        with pytest.raises(TypeError):
            kind(*given, **named)
    with pytest.raises(ValueError, match="colour"):
        Made("a")._replace(**typing.cast("dict[str, typing.Any]", {"colour": 1}))
