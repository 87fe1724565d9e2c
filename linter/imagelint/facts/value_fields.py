"""The values of a chart that an image is put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.kubelet.reference import has_version
from imagelint.text.nodes import written
from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imagelint.text.nodes import Path, Scalar
    from imagelint.text.places import Text

# What decides whether a chart creates a part of what it can, by the custom of charts.
_SWITCHES = ("enabled", "create")
_OFF = frozenset({"false", "no", "off"})
# What charts have under these is for the pods of `helm test`, unless they are environments.
_TESTS = frozenset({"test", "tests", "charttest", "charttests", "helmtest", "helmtests", "testframework"})
_ENVIRONMENTS = frozenset({"dev", "development", "qa", "stage", "staging", "uat", "live", "prod", "production"})


def keys_of_tests(keys: Iterable[str]) -> frozenset[str]:
    """Those of the keys of a mapping, in lower case and without dashes and underscores, that are for `helm test`."""
    beside = frozenset(keys)
    return _TESTS & beside if _ENVIRONMENTS.isdisjoint(beside) else frozenset()


def key_of_switch(scalars: Mapping[str, tuple[str, Scalar]], path: Path) -> str | None:
    """The key path of what switches off the mapping at a path; None if it is on, or in a list.

    `scalars` are its own, each with its key as written, by keys in the form of `keys_of_tests`.
    """
    for key in _SWITCHES if path and all(isinstance(step, str) for step in path) else ():
        name, scalar = scalars.get(key, ("", None))
        if scalar is not None and scalar.plain and scalar.value.lower() in _OFF:
            return written((*path, name))
    return None


class ValueFields(NamedTuple):
    """The values that an image of a chart is put together from; a whole reference is a name."""

    # The key path of the image in its values: `controller.image`.
    key: str
    registry: Text | None = None
    name: Text | None = None
    tag: Text | None = None
    digest: Text | None = None
    # What a template prints for a tag that YAML does not read as text: `1.1` for `1.10`.
    printed_tag: str | None = None
    # The key path of what switches off the part of the chart that it is for: `metrics.enabled`.
    switch: str | None = None
    # The key path of the values of what `helm test` runs that it is among: `testFramework`.
    tests: str | None = None

    @property
    def image(self) -> str | None:
        """What the values name, put together as charts do; None for a tag alone."""
        if self.name is None:
            return None
        name = self.name.value.strip("/") if self.registry else self.name.value
        image = f"{self.registry.value.strip('/')}/{name}" if self.registry else name
        image += f":{self.tag.value}" if self.tag else ""
        if self.digest is None:
            return image
        return f"{image}@{self.digest.value}" if ":" in self.digest.value else f"{image}@sha256:{self.digest.value}"

    @property
    def has_version(self) -> bool:
        """Whether they name a tag or a digest."""
        is_in_name = self.name is not None and has_version(self.name.value)
        return is_in_name or self.tag is not None or self.digest is not None
