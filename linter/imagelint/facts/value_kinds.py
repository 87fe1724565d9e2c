"""Which kinds and files hold the values of charts: `data/chart_values.json` has their kinds, names and key paths."""

from __future__ import annotations

import re
from functools import cache

from imagelint.data import load_data
from imagelint.text.records import NamedTuple

# `values.yaml`, `values-prod.yaml`, `prod-values.yml`, `values.eu.yaml`
_VALUES_FILE = r"(?:values(?:[._-].+)?|.+[._-]values)\.ya?ml"
# Values hold one of these, in any case, if they name an image.
WORDS = (b"mage", b"repo", b"tag")


_NO_PATHS = frozenset({"group", "kind", "names", "relative_to"})


class ValueSource(NamedTuple):
    """Where a kind, or a file of a tool, has values. Paths are as `text.nodes.select` reads them."""

    kind: str
    # The parts that each have values of their own, below which the other paths are.
    within: tuple[str, ...] = ("",)
    # Mappings, or texts that hold one. Behind `*`, keys have to be names of values files.
    values: tuple[str, ...] = ()
    # Entries with `name` and `value`, or mappings from names to values: `image.tag`.
    parameters: tuple[str, ...] = ()
    # As `images` of kustomize: mappings with `name`, `newName` and `newTag`, or texts.
    overrides: tuple[str, ...] = ()
    # Names of files with values, and whether they are relative to the `file`, the `chart` or the `repository`.
    files: tuple[str, ...] = ()
    relative_to: str = "file"
    # The path of a chart, and of what it is released as; of several paths the first that has a text.
    chart: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    kube_version: tuple[str, ...] = ()


def is_values_file(path: str) -> bool:
    """Whether a file holds values of a chart, as its name says."""
    name = path.rpartition("/")[2]
    return "values" in name and re.fullmatch(_VALUES_FILE, name) is not None


def may_name_images(data: bytes) -> bool:
    """Whether the text of a values file has a word that its images are found by."""
    lower = data.lower()
    return any(word in lower for word in WORDS)


def value_source(name: str) -> ValueSource | None:
    """Where objects of a `group/Kind`, or files of a name, have values; None for most."""
    return _sources().get(name)


@cache
def _sources() -> dict[str, ValueSource]:
    found: dict[str, ValueSource] = {}
    for row in load_data("chart_values.json"):
        paths = {key: tuple(value) for key, value in row.items() if key not in _NO_PATHS}
        for name in row.get("names", [f"{row.get('group')}/{row['kind']}"]):
            found[name] = ValueSource(row["kind"], relative_to=row.get("relative_to", "file"), **paths)
    return found
